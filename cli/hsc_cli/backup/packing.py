"""A backup's files as they are stored, and as they came: compressed, and closed where there is a key."""

import gzip
import shutil
from pathlib import Path

from hsc_cli.backup import rdb
from hsc_cli.backup.errors import misused, refused
from hsc_cli.backup.manifest import Manifest, Part
from hsc_cli.backup.sealing import SUFFIX, Key
from hsc_cli.backup.vault import Vault, blob_name


def compressed(source: Path, target: Path) -> Path:
    """Write `source` compressed into `target`."""
    with source.open("rb") as reader, gzip.open(target, "wb", compresslevel=6) as writer:
        shutil.copyfileobj(reader, writer, 1024 * 1024)
    return target


def stored(vault: Vault, path: Path, key: Key | None) -> Part:
    """Store a file under its own name, closed where there is a key."""
    if key is None:
        return vault.put(path.name, path)
    closed = path.with_name(path.name + SUFFIX)
    key.close(path, closed)
    return vault.put(closed.name, closed)


class Box:
    """Opens what a manifest lists, into a folder."""

    def __init__(self, vault: Vault, manifest: Manifest, key: Key | None, folder: Path) -> None:
        if manifest.encrypted and key is None:
            raise misused("this backup is encrypted: --key names the file with its key")
        self._vault = vault
        self._manifest = manifest
        self._key = key if manifest.encrypted else None
        self._folder = folder

    @property
    def sealed(self) -> str:
        """The suffix of what is closed."""
        return SUFFIX if self._key else ""

    def postgres(self) -> Path:
        """Return the compressed dump."""
        return self._opened(self._manifest.postgres)

    def redis(self) -> Path:
        """Return the RDB file, alone in a folder. Raises Failure where it is cut off."""
        packed = self._opened(self._manifest.redis)
        home = self._folder / "redis"
        home.mkdir(mode=0o700)
        target = home / "dump.rdb"
        try:
            with gzip.open(packed) as reader:
                rdb.unpack(reader, target)  # type: ignore[arg-type]
        except (OSError, EOFError) as error:
            raise refused(f"{packed.name} is cut off or damaged: {error}") from None
        return target

    def blob(self, key: str) -> Path:
        """Return a blob's bytes; the next call overwrites them."""
        name = blob_name(key, self.sealed)
        path = self._folder / "blob.stored"
        self._vault.fetch(name, path)
        return self._clear(path, self._folder / "blob")

    def _opened(self, part: Part) -> Path:
        path = self._folder / part.name
        self._vault.get(part, path)
        return self._clear(path, path.with_name(path.name.removesuffix(SUFFIX)))

    def _clear(self, path: Path, target: Path) -> Path:
        if self._key is None:
            return path
        self._key.open(path, target)
        path.unlink()
        return target
