"""Where backups are kept: a folder, or `s3://bucket/prefix`. What is written is looked at again before it counts."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from hsc_blobs import s3
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore

from hsc_cli.backup import manifest as manifests
from hsc_cli.backup.errors import failed, misused, refused
from hsc_cli.backup.manifest import Manifest, Part
from hsc_cli.backup.sealing import sha256

_OURS = re.compile(r"(?:manifest|postgres|redis)-(\d{8}_\d{6})\..+")


def opened(where: str) -> ObjectStore:
    """Open a folder, `file:///folder` or `s3://bucket/prefix` (configured by AWS_… variables). Raises Failure."""
    parts = urlsplit(where)
    try:
        if parts.scheme == "s3" and parts.netloc:
            return s3.opened(where, timeout_s=120, patience_s=60)
        if parts.scheme in ("", "file"):
            folder = Path(unquote(parts.path) if parts.scheme else where).absolute()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return LocalStore(folder)
    except (BaseError, OSError) as error:
        raise misused(f"{where} cannot be opened: {error}") from None
    raise misused(f"backups go to a folder or to s3://bucket/prefix, not to {parts.scheme}:…")


class Vault:
    """The backups of one place."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def put(self, name: str, path: Path) -> Part:
        """Store a file. Raises Failure unless all of it arrived."""
        part = Part(name, path.stat().st_size, sha256(path))
        with _told(name):
            try:
                obstore.put(self._store, name, path)
            except FileNotFoundError:
                raise failed(f"{name} cannot be written where backups are kept: there is no such bucket") from None
            stored = obstore.head(self._store, name)["size"]
        if stored != part.size or not stored:
            raise failed(f"{name} has {stored} of {part.size} bytes where it was written")
        return part

    def write(self, manifest: Manifest) -> None:
        """Store a manifest, or store it again."""
        with _told(name := manifests.name(manifest.stamp)):
            obstore.put(self._store, name, manifest.to_json())

    def get(self, part: Part, path: Path) -> None:
        """Write a stored file into `path`. Raises Failure where it is not what was stored."""
        self.fetch(part.name, path)
        if path.stat().st_size != part.size or sha256(path) != part.sha256:
            raise refused(f"{part.name} is not what was stored: it is short, or was changed")

    def fetch(self, name: str, path: Path) -> None:
        """Write what is stored under a name into `path`. Raises Failure where there is nothing."""
        with _told(name), path.open("wb") as file:
            for data in obstore.get(self._store, name).stream(min_chunk_size=1024 * 1024):
                file.write(data)

    def manifest(self, stamp: str) -> Manifest:
        """Return a backup's manifest. Raises Failure where there is none."""
        with _told(name := manifests.name(stamp)):
            return Manifest.from_json(bytes(obstore.get(self._store, name).bytes()))

    def stamps(self) -> list[str]:
        """Return the backups there are, the newest first."""
        names = [match for name in self._names() if (match := _OURS.fullmatch(name))]
        return sorted({match[1] for match in names if match[0].startswith("manifest-")}, reverse=True)

    def blobs(self, sealed: str) -> set[str]:
        """Return the keys of the blobs that are stored, those with the suffix `sealed`."""
        pattern = re.compile(rf"blobs/../([0-9a-f]{{64}}){re.escape(sealed)}")
        return {match[1] for name in self._names("blobs/") if (match := pattern.fullmatch(name))}

    def delete(self, *names: str) -> None:
        """Forget files."""
        for name in names:
            with _told(name):
                obstore.delete(self._store, name)

    def dumps_of(self, stamp: str) -> list[str]:
        """Return the names of all files of one backup but its blobs."""
        return [name for name in self._names() if (match := _OURS.fullmatch(name)) and match[1] == stamp]

    def begun(self) -> set[str]:
        """Return the stamps of all files, of backups that came to nothing too."""
        return {match[1] for name in self._names() if (match := _OURS.fullmatch(name))}

    def _names(self, prefix: str | None = None) -> list[str]:
        with _told(prefix or "the list"):
            if prefix is None:
                return [each["path"] for each in obstore.list_with_delimiter(self._store)["objects"]]
            return [each["path"] for batch in obstore.list(self._store, prefix) for each in batch]


def blob_name(key: str, sealed: str) -> str:
    """Return where a blob is stored."""
    return f"blobs/{key[:2]}/{key}{sealed}"


@contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise refused(f"there is no {name} here") from None
    except (BaseError, OSError) as error:
        raise failed(f"{name} cannot be written or read where backups are kept: {error}") from None
