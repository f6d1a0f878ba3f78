"""A manual as it has been read, and the reasons why one cannot be read."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Box(NamedTuple):
    """Where one line of a passage stands on the page.

    `page` counts physical pages from 1; coordinates are points, origin top left of the page as shown.
    `start` and `end` are the half-open code-point range of the passage's text that this line covers.
    """

    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    start: int
    end: int


class OutlineEntry(NamedTuple):
    """A heading of the manual: `level` from 1; `page` from 1 (0 in HTML), `anchor` in HTML only."""

    title: str
    level: int
    page: int
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """Some 80–120 words of one section, the unit that is searched and cited.

    A newline in `text` separates blocks: paragraphs, list items ("• …"), steps ("1. …"), table rows
    ("Polyphony: 128 voices"). `section_path` runs from the root to the leaf. HTML: pages are 0 and `anchor` is set.
    `language` is an ISO 639-1 code, empty where it cannot be told.
    """

    ordinal: int
    page_start: int
    page_end: int
    section_path: tuple[str, ...]
    text: str
    boxes: tuple[Box, ...] = ()
    language: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Manual:
    """`languages` most frequent first; `dropped_invisible` counts the characters a reader could not see."""

    title: str
    content_type: str
    pages: int
    languages: tuple[str, ...]
    outline: tuple[OutlineEntry, ...]
    passages: tuple[Passage, ...]
    dropped_invisible: int = 0


class Transcript(NamedTuple):
    """A manual as it is kept: `manual` without its passages, and these as the contract's messages, encoded."""

    manual: Manual
    passages: list[bytes]


class Reason(StrEnum):
    """Why a manual could not be read. Each says what a person can do about it in `ReadingError.message`."""

    NOT_A_MANUAL = "NOT_A_MANUAL"
    ENCRYPTED = "ENCRYPTED"
    TRUNCATED = "TRUNCATED"
    DAMAGED = "DAMAGED"
    SCANNED = "SCANNED"
    TOO_MANY_PAGES = "TOO_MANY_PAGES"
    LIMIT = "LIMIT"


class ReadingError(Exception):
    """A manual that cannot be read: `reason` for programs, `message` for people (what it is, what to do next)."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(f"{reason}: {message}")
        self.reason = reason
        self.message = message
