"""A section as its blocks and sentences, in order, over the passages that hold it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from hsc_answer.domain.passage import Passage
from hsc_answer.domain.windows import Span, sentences

_STEP = re.compile(r"(?:step\s+)?(\d{1,2}|[a-z])[.)]\s+", re.IGNORECASE)
_ITEM = re.compile(r"[•‣◦▪●○■□–—·*-]\s+")
_ASIDE = re.compile(r"(?:note|tip|caution|warning|important|memo|hint)s?\b\W*", re.IGNORECASE)
# Nothing but its capitals parts it from the sentence that it stood above: "WARNING Keep the instrument dry."
_LABEL = re.compile(r"(?:NOTE|TIP|CAUTION|WARNING|IMPORTANT|MEMO|HINT)S?\s+(?=[^\W\d_][^A-Z])")
_ROW = re.compile(r"[^:.!?]{1,60}:\s+\S")
# "Code: E07; Meaning: Stick not readable": a row of a table with a head names each of its cells.
_CELLS = re.compile(r"[^:;]{1,40}: ([^;]+); [^:;]{1,40}: ")
_HEAD = re.compile(
    r".*:\s*(?:meaning|purpose|function|description|what (?:it does|to do)|do this|remedy|solution|action|assignment|"
    r"details?|values?|bedeutung|funktion|beschreibung|abhilfe|significado|función|descripción|signification|fonction|"
    r"significato|funzione|משמעות|תפקיד|תיאור|פתרון)(?:\s+\S+){0,3}",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"(?:but|however|otherwise|instead|therefore|thus|hence|then|also|this|these|those|it|they|such|in this case|"
    r"as (?:this|these)|if so|dies|diese|das|aber|sonst|esto|este|pero)\b",
    re.IGNORECASE,
)
_ENTRY = re.compile(r"(?:\.\s?){3,}\s*\d{1,4}$|\s\d{1,4}$")
_CONTENTS = frozenset(
    {"contents", "table of contents", "index", "inhalt", "inhaltsverzeichnis", "índice", "indice", "contenido"}
    | {"sommaire", "table des matières", "sommario", "תוכן", "תוכן עניינים", "תוכן העניינים"}
)
_COVER_PAGES = 2
_FEWEST_ENTRIES = 4
_SENTENCE = re.compile(r"(?:[^\W\d_]\S*\s+){5,}\S*[^\W_][.!?]")


class Kind(Enum):
    """What a block is in the layout of a manual."""

    TEXT = auto()
    STEP = auto()
    ITEM = auto()
    ROW = auto()
    ASIDE = auto()


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence: its place in the passage, the number of its block in the section, and the block's kind."""

    passage: Passage
    span: Span
    block: int
    kind: Kind
    step: int = 0

    @property
    def text(self) -> str:
        """The sentence as it stands in the passage."""
        return self.passage.text[self.span.start : self.span.end]

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())

    @property
    def is_label(self) -> bool:
        """Whether it is no sentence but a heading, a name or a line of code: nothing ends it."""
        return self.kind is Kind.TEXT and self.text[-1:] not in ".!?:;)…”\"'’"

    @property
    def leans(self) -> bool:
        """Whether it takes up the sentence before it, and says little without."""
        return self.kind is Kind.TEXT and _LEANS.match(self.text) is not None

    @property
    def introduces(self) -> bool:
        """Whether it announces what follows: options, steps, a list."""
        return self.text.endswith(":")


def units_of(passages: Sequence[Passage]) -> list[Unit]:
    """The sentences of a section, in order."""
    units: list[Unit] = []
    block = -1
    for passage in passages:
        line_end = -1
        kind, step = Kind.TEXT, 0
        for span in sentences(passage.text):
            if span.start > line_end:
                block += 1
                line_end = passage.text.find("\n", span.start)
                line_end = len(passage.text) if line_end < 0 else line_end
                kind, step = kind_of(passage.text[span.start : line_end])
            units.append(Unit(passage, span, block, kind, step))
    return units


def kind_of(line: str) -> tuple[Kind, int]:
    """What a block is, and the number of a step (1 for "a")."""
    step = _STEP.match(line)
    if step:
        mark = step[1]
        return Kind.STEP, int(mark) if mark.isdigit() else ord(mark.lower()) - 96
    if _ITEM.match(line):
        return Kind.ITEM, 0
    if _ASIDE.match(line):
        return Kind.ASIDE, 0
    if _ROW.match(line):
        return Kind.ROW, 0
    return Kind.TEXT, 0


def row_key(line: str) -> str:
    """What a row is about: its label, or its first cell where each cell is named; empty where it is no row.

    A row that begins with a number is about what it numbers; the head of a table is about nothing.
    """
    if kind_of(line)[0] is not Kind.ROW or is_head(line):
        return ""
    if cells := _CELLS.match(line):
        return cells[1]
    label, _, value = line.partition(":")
    return value.strip() if label.isdecimal() else label


def is_head(line: str) -> bool:
    """Whether a line is the head of a table: it names the columns."""
    return _HEAD.fullmatch(line) is not None


def is_front_matter(passage: Passage) -> bool:
    """Whether a passage is a cover, a table of contents or an index: it names what the manual says elsewhere."""
    lines = passage.text.split("\n")
    title = passage.section_path[-1].casefold().strip() if passage.section_path else ""
    untitled = not passage.section_path and 0 < passage.page_start <= _COVER_PAGES
    listed = untitled or title in _CONTENTS
    if not listed and len(lines) >= _FEWEST_ENTRIES:
        entries = sum(line[-1:].isdigit() and _ENTRY.search(line) is not None for line in lines)
        listed = 2 * entries > len(lines) and all(kind_of(line)[0] is not Kind.ROW for line in lines)
    return listed and not _SENTENCE.search(passage.text)


def without_marker(text: str) -> str:
    """A sentence without a bullet, or a label that was printed above it ("TIP"); the number of a step stays."""
    marker = _ITEM.match(text) or _LABEL.match(text)
    return text[marker.end() :] if marker else text
