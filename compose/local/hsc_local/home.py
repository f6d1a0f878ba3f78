"""HSC_HOME: the folder in which a stack keeps everything, and the lock that says whose it is."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil


class AlreadyRunning(Exception):
    """Another supervisor has this home."""


@dataclass(frozen=True)
class Home:
    """Absolute. Readable by its owner alone, but for what PostgreSQL's user must pass through."""

    root: Path

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def samples(self) -> Path:
        return self.root / "samples"

    @property
    def blobs(self) -> Path:
        return self.root / "blobs"

    @property
    def ports(self) -> Path:
        return self.root / "ports.json"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def children(self) -> Path:
        return self.root / "children.json"

    def prepare(self) -> None:
        """Makes the folders. Raises OSError where that is not allowed."""
        # 0711: as root, PostgreSQL runs as another user, who must get through to its data.
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o711)
        for folder in (self.logs, self.samples, self.blobs):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o700)

    def admin_token(self, environment: Mapping[str, str]) -> str:
        """HSC_ADMIN_TOKEN, else the one in the file `admin-token`, which is made when it is not there.

        The file always holds the token in force, for `hsc` looks there.
        """
        path = self.root / "admin-token"
        given = environment.get("HSC_ADMIN_TOKEN", "").strip()
        kept = path.read_text().strip() if path.is_file() else ""
        token = given or kept or secrets.token_urlsafe(32)
        if token != kept:
            path.unlink(missing_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(token + "\n")
        path.chmod(0o600)
        return token

    def write_stores(self, environment: Mapping[str, str]) -> None:
        """Where the stores are, for `hsc backup`; its owner's alone, for it has their passwords."""
        path = self.root / "stores.json"
        path.unlink(missing_ok=True)
        stores = {name: environment[name] for name in ("DATABASE_URL", "REDIS_URL", "BLOB_URL")}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(stores, file)

    @contextmanager
    def locked(self) -> Iterator[bool]:
        """Holds the lock; gives whether the last holder ended without letting go. Raises AlreadyRunning.

        The kernel lets go of it when its holder dies, so a stale lock is no more than a process id in a file.
        """
        with self.lock.open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRunning(
                    f"a stack already runs in {self.root} (process {self.holder() or 'unknown'}); "
                    "`python -m hsc_local down` stops it, HSC_HOME and HSC_PORT make room for another"
                ) from None
            file.seek(0)
            stale = bool(file.read().strip())
            file.truncate(0)
            file.write(f"{os.getpid()}\n")
            file.flush()
            try:
                yield stale
            finally:
                file.truncate(0)

    def is_locked(self) -> bool:
        if not self.lock.is_file():
            return False
        with self.lock.open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def holder(self) -> int | None:
        """The process id in the lock file."""
        try:
            return int(self.lock.read_text())
        except (OSError, ValueError):
            return None

    def leftovers(self) -> list[psutil.Process]:
        """Children of the last supervisor that still run. A process id that was given to another does not count."""
        found = []
        for child in self.listed_children().values():
            try:
                process = psutil.Process(int(child["pid"]))
                if abs(process.create_time() - child["created"]) < 0.1:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def listed_children(self) -> dict[str, dict[str, float]]:
        """What the supervisor last wrote: by name, `pid`, `created` (seconds since 1970), `restarts`."""
        try:
            listed: dict[str, dict[str, float]] = json.loads(self.children.read_text())
        except (OSError, ValueError):
            return {}
        return listed
