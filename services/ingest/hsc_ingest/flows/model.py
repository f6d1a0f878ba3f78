"""The words the use cases share: a document and where it stands, a job and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Of a document. The last two are final."""

    QUEUED = "QUEUED"
    FETCHING = "FETCHING"
    PARSING = "PARSING"
    READY = "READY"
    FAILED = "FAILED"

    @property
    def final(self) -> bool:
        return self in (State.READY, State.FAILED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document as the catalogue has it. `type` and `role` are the contract's numbers."""

    document_id: str
    product_id: str
    type: int
    role: int
    language: str
    url: str
    backup_url: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was asked for, and where it stands. `manual_id` is the newest manual read from it."""

    document_id: str
    product_id: str
    type: int
    role: int
    language: str
    url: str
    backup_url: str
    state: State
    manual_id: str | None
    pages: int
    bytes: int
    reason: str
    error: str
    fetched_url: str
    etag: str
    last_modified: str

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where to fetch it from, in order."""
        return tuple(dict.fromkeys(url for url in (self.url, self.backup_url) if url))


class Outcome(StrEnum):
    """What became of a prefetch."""

    REQUESTED = "requested"
    HIT = "hit"
    LATE = "late"
    WASTE = "waste"
    CANCELLED = "cancelled"


class JobKind(StrEnum):
    READ = "read"
    IMPORT = "import"


class JobState(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Job:
    """Accepted work. `attempts` counts starts, this one included."""

    job_id: str
    kind: JobKind
    subject: str
    state: JobState
    attempts: int
    error: str
    created_at: datetime
    updated_at: datetime


class TryAgain(Exception):
    """The job may succeed later: after `seconds`, or after the usual backoff."""

    def __init__(self, error: str, seconds: float | None = None) -> None:
        super().__init__(error)
        self.seconds = seconds


class GiveUp(Exception):
    """The job will not succeed however often it is tried: a dead letter."""


UPLOADED = "upload:"
"""Scheme of the address of a document whose bytes were uploaded: `upload:MANUAL_ID`."""
