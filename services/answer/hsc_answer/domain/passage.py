"""The evidence: passages of a manual, the boxes their lines stand in, and quotes from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Box(NamedTuple):
    """Where one printed line of a passage stands: points, origin top left of `page`.

    `start` and `end` are the half-open code-point range of the passage's text that the line covers.
    """

    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Some 80–120 words of one section, the unit that is ranked and cited.

    A newline in `text` parts blocks: paragraphs, steps ("1. …"), list items ("• …"), table rows ("name: value").
    `section_path` runs from the root to the leaf. HTML has pages 0 and an `anchor`.
    """

    ordinal: int
    page_start: int
    page_end: int
    section_path: tuple[str, ...]
    text: str
    boxes: tuple[Box, ...] = ()
    language: str = ""
    anchor: str = ""
    manual_id: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote: `quote` is `passage.text[start:end]` with its white space folded; `boxes` are the lines it stands on."""

    passage: Passage
    quote: str
    start: int
    end: int
    boxes: tuple[Box, ...]

    @property
    def page_start(self) -> int:
        """The first page the quote stands on: of its boxes, or of the passage where there are none."""
        return min((box.page for box in self.boxes), default=self.passage.page_start)

    @property
    def page_end(self) -> int:
        """The last page the quote stands on."""
        return max((box.page for box in self.boxes), default=self.passage.page_end)


def fold(text: str) -> str:
    """Every run of white space becomes one space: the form in which quotes are compared."""
    return " ".join(text.split())


def cite(passage: Passage, start: int, end: int) -> Citation:
    """The citation of `passage.text[start:end]`, with the boxes that overlap it."""
    boxes = tuple(box for box in passage.boxes if box.start < end and box.end > start)
    return Citation(passage, fold(passage.text[start:end]), start, end, boxes)


def find_quote(quote: str, passages: Sequence[Passage]) -> Citation | None:
    """The citation of a quote that stands to the letter, white space folded, in one of `passages`; else None."""
    wanted = fold(quote)
    if not wanted:
        return None
    for passage in passages:
        found = _locate(wanted, passage.text)
        if found is not None:
            return cite(passage, *found)
    return None


def _locate(wanted: str, text: str) -> tuple[int, int] | None:
    """Where folded `wanted` stands in `text`, in code points of `text`."""
    offsets: list[int] = []  # of the folded text's characters
    folded: list[str] = []
    for offset, character in enumerate(text):
        if not character.isspace():
            folded.append(character)
            offsets.append(offset)
        elif folded and folded[-1] != " ":
            folded.append(" ")
            offsets.append(offset)
    at = "".join(folded).find(wanted)
    if at < 0:
        return None
    return offsets[at], offsets[at + len(wanted) - 1] + 1
