"""Closing and opening files for a key: the age format, which `age -d` opens too (docs/adr/0131)."""

import hashlib
from pathlib import Path

import pyrage  # type: ignore[import-untyped]

from hsc_cli.backup.errors import misused, refused

SUFFIX = ".age"


class Key:
    """An age identity; whoever has it opens what it closed."""

    def __init__(self, identity: pyrage.x25519.Identity) -> None:
        self._identity = identity

    @classmethod
    def read(cls, path: Path) -> "Key":
        """Read the file that age-keygen writes. Raises Failure, never with what is in it."""
        try:
            lines = [line.strip() for line in path.read_text().splitlines()]
            [secret] = [line for line in lines if line and not line.startswith("#")]
            return cls(pyrage.x25519.Identity.from_str(secret))
        except OSError as error:
            raise misused(f"the key {path} cannot be read: {error.strerror}") from None
        except (ValueError, pyrage.IdentityError):
            raise misused(f"{path} is no age key: `age-keygen -o FILE` makes one, so does `hsc backup-key`") from None

    @staticmethod
    def made() -> str:
        """Return the text of a new key's file."""
        identity = pyrage.x25519.Identity.generate()
        return f"# public key: {identity.to_public()}\n{identity}\n"

    def close(self, source: Path, target: Path) -> None:
        """Write `source` encrypted into `target`."""
        with source.open("rb") as reader, target.open("wb") as writer:
            pyrage.encrypt_io(reader, writer, [self._identity.to_public()])

    def open(self, source: Path, target: Path) -> None:
        """Write `source` decrypted into `target`. Raises Failure where it was closed for another key, or changed."""
        with source.open("rb") as reader, target.open("wb") as writer:
            try:
                pyrage.decrypt_io(reader, writer, [self._identity])
            except pyrage.DecryptError:
                raise refused(f"{source.name} was encrypted for another key, or was changed") from None


def sha256(path: Path) -> str:
    """Return a file's SHA-256, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
