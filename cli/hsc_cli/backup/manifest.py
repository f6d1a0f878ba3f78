"""What a backup consists of. It is written last: without it there is no backup."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from hsc_cli.backup.errors import refused

_STAMP = "%Y%m%d_%H%M%S"
_VERSION = 1


@dataclass(frozen=True)
class Part:
    """A file as it is stored: its name, bytes and SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """`tables` are rows by `schema.table`; `blobs` are keys; times are Unix seconds, 0 is never."""

    stamp: str
    postgres: Part
    redis: Part
    postgres_major: int
    redis_engine: str
    redis_major: int
    tables: dict[str, int]
    blobs: list[str]
    encrypted: bool
    proven_at: float = 0.0

    @property
    def taken_at(self) -> datetime:
        """When it was begun."""
        return moment(self.stamp)

    @property
    def size(self) -> int:
        """Bytes of the dumps."""
        return self.postgres.size + self.redis.size

    def proven(self, at: datetime) -> "Manifest":
        """Return it as one that was restored and looked at."""
        return replace(self, proven_at=at.timestamp())

    def to_json(self) -> bytes:
        """Return its file."""
        return json.dumps({"version": _VERSION, **asdict(self)}, indent=1).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Manifest":
        """Read its file. Raises Failure for anything else."""
        try:
            said: dict[str, Any] = json.loads(data)
            if said.pop("version") != _VERSION:
                raise refused("the manifest is of another version of hsc")
            return cls(**{**said, "postgres": Part(**said["postgres"]), "redis": Part(**said["redis"])})
        except (ValueError, KeyError, TypeError):
            raise refused("the manifest is damaged: take another backup") from None


def stamp(at: datetime) -> str:
    """Return a time as the files' names have it."""
    return at.astimezone(UTC).strftime(_STAMP)


def moment(stamp: str) -> datetime:
    """Return the time of a stamp. Raises ValueError where it is none."""
    return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)


def name(stamp: str) -> str:
    """Return the name of a manifest's file."""
    return f"manifest-{stamp}.json"
