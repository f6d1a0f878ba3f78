"""Empty servers of this process's own, to try a backup on: on sockets in a folder that goes with them."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import redis

from hsc_cli.backup import programs
from hsc_cli.backup.errors import failed
from hsc_cli.backup.programs import Engine

_PATIENCE_S = 120.0
_USER = "postgres"


@contextmanager
def folder(prefix: str) -> Iterator[Path]:
    """A folder that is gone at the end. Others may pass through, not look: PostgreSQL may run as another user."""
    with tempfile.TemporaryDirectory(prefix=f"hsc-{prefix}-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        yield Path(name)


@contextmanager
def postgres(major: int) -> Iterator[str]:
    """An empty database of this release; gives its URL."""
    binaries = programs.postgres(major)
    user = programs.unprivileged()
    who: dict[str, Any] = {} if user is None else {"user": user[0], "group": user[1], "extra_groups": []}
    with folder("scratch") as root:
        # The longest path of a socket is 107 bytes, so it is not below `data`.
        data = root / "data"
        data.mkdir(mode=0o700)
        if user is not None:
            shutil.chown(data, *user)
            shutil.chown(root, *user)
        made = subprocess.run(  # noqa: S603 a program we found
            [
                binaries / "initdb",
                "-D",
                data,
                "-U",
                _USER,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ],
            capture_output=True,
            cwd="/",
            check=False,
            **who,
        )
        if made.returncode:
            raise failed(f"a scratch PostgreSQL cannot be made: {made.stderr.decode('utf-8', 'replace')[-300:]}")
        settings = (
            "listen_addresses=",
            "fsync=off",
            "full_page_writes=off",
            "max_wal_size=4GB",
            "log_min_messages=fatal",
        )
        options = [part for setting in settings for part in ("-c", setting)]
        command = [str(binaries / "postgres"), "-D", str(data), "-k", str(root), *options]
        url = f"postgresql://{_USER}@/{_USER}?host={root}"
        with _running(command, lambda: _answers(url), signal.SIGINT, **who):
            yield url


@contextmanager
def redis_of(rdb: Path, engine: Engine) -> Iterator[redis.Redis]:
    """A server that has loaded an RDB file; gives a client. `rdb` must be a file in a folder of its own."""
    socket = rdb.with_name("socket")
    command = [
        str(programs.redis(engine)),
        *("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(rdb.parent), "--dbfilename", rdb.name, "--save", "", "--appendonly", "no"),
    ]
    with (
        redis.Redis(unix_socket_path=str(socket)) as client,
        _running(command, lambda: _pongs(client), signal.SIGTERM),
    ):
        yield client


@contextmanager
def _running(command: list[str], ready: Callable[[], bool], stop: signal.Signals, **who: Any) -> Iterator[None]:
    process = subprocess.Popen(  # noqa: S603 a program we found
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        # Ctrl-C in the terminal is for us, who stop it.
        start_new_session=True,
        env={"PATH": os.environ.get("PATH", ""), "TZ": "UTC"},
        **who,
    )
    name = Path(command[0]).name
    try:
        deadline = time.monotonic() + _PATIENCE_S
        while not ready():
            if process.poll() is not None:
                raise failed(f"a scratch {name} refuses the data: it ended with {process.returncode}")
            if time.monotonic() > deadline:
                raise failed(f"a scratch {name} does not get up within {_PATIENCE_S:.0f} s")
            time.sleep(0.05)
        yield
    finally:
        if process.poll() is None:
            process.send_signal(stop)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def _pongs(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except (redis.ConnectionError, redis.BusyLoadingError):
        return False
