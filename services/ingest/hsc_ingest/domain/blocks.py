"""Rows to blocks: paragraphs unwrapped, list items, steps and table rows one block each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from hsc_ingest.domain.furniture import is_contents_entry
from hsc_ingest.domain.page import Row
from hsc_ingest.domain.sections import Path, Sections
from hsc_ingest.domain.text import SOFT_HYPHEN, clean, joins, lone_marker, marker


class Kind(Enum):
    """What a block is; steps and rows are kept together where a passage has room."""

    PARAGRAPH = "paragraph"
    ITEM = "item"
    STEP = "step"
    ROW = "row"


class LineBox(NamedTuple):
    """One line of a block on its page; `start` and `end` are code points of the block's text."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    start: int
    end: int


@dataclass(slots=True)
class Block:
    """A stretch of text without a newline. `anchor` is set in HTML only."""

    kind: Kind
    path: Path
    text: str
    lines: list[LineBox] = field(default_factory=list)
    anchor: str = ""


_ENDS = re.compile(r"[.!?:;。！？：][\"”’)\]]*$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")


def words_of(rows: Sequence[Row]) -> frozenset[str]:
    """The words a manual has within a line, hyphenated ones whole: what a word broken at a line end is checked against."""
    if not any(SOFT_HYPHEN in row.text for row in rows):
        return frozenset()
    return frozenset(_WORD.findall(" ".join(row.text for row in rows).casefold()))


class _Builder:
    def __init__(self, words: frozenset[str]) -> None:
        self.blocks: list[Block] = []
        self.words = words
        self.kind = Kind.PARAGRAPH
        self.path: Path = ()
        self.text = ""
        self.lines: list[LineBox] = []
        self.rows: list[Row] = []

    def flush(self) -> None:
        text = self.text.rstrip(SOFT_HYPHEN)
        if text:
            self.blocks.append(Block(self.kind, self.path, text, self.lines))
        self.text, self.lines, self.rows = "", [], []

    def start(self, kind: Kind, path: Path, prefix: str, text: str, row: Row) -> None:
        self.flush()
        self.kind, self.path = kind, path
        self.text = prefix
        self.lines = []
        self.add(text, row)

    def add(self, text: str, row: Row) -> None:
        hyphen = text.endswith("-" + SOFT_HYPHEN)
        text = clean(text)
        if not text:
            return
        if self.text.endswith(SOFT_HYPHEN):
            left = joins(self.text, text, self.words)
            if len(left) < len(self.text) - 1 and self.lines:
                self.lines[-1] = self.lines[-1]._replace(end=min(self.lines[-1].end, len(left)))
            self.text = left
        elif self.lines and self.text and not _is_cjk(self.text[-1], text[0]):
            self.text += " "
        start = len(self.text) if self.lines else 0
        self.text += text
        self.lines.append(LineBox(row.page, row.x0, row.y0, row.x1, row.y1, start, len(self.text)))
        if hyphen:
            self.text += SOFT_HYPHEN
        self.rows.append(row)


def _is_cjk(left: str, right: str) -> bool:
    return left >= "\u3000" and right >= "\u3000" and not ("\uac00" <= left <= "\ud7a3")


def build_blocks(rows: Sequence[Row], sections: Sections) -> list[Block]:
    """Join rows to blocks. A block ends at a heading, a marker, a wider gap, an indent, a change of style, a short line."""
    builder = _Builder(words_of(rows))
    path: Path = ()
    right = _right_edges(rows)
    for index, row in enumerate(rows):
        if index in sections.starts:
            builder.flush()
            path = sections.starts[index]
        if index in sections.headings:
            builder.flush()
            continue
        text = row.text
        if is_contents_entry(text):
            builder.flush()
            continue
        cells = row.cells
        if len(cells) > 1:
            lone = lone_marker(cells[0].text)
            if lone and cells[1].x0 - cells[0].x0 < 6 * row.size:
                rest = " ".join(c.text for c in cells[1:])
                builder.start(Kind.STEP if lone[0] != "•" else Kind.ITEM, path, lone, rest, row)
                continue
        found = marker(text)
        if found:
            builder.start(Kind.ITEM if found[0][0] == "•" else Kind.STEP, path, found[0], found[1], row)
            continue
        if len(cells) > 1 and cells[1].x0 - cells[0].x1 > 1.2 * row.size:
            builder.start(Kind.ROW, path, "", _as_row(row), row)
            continue
        if builder.rows and builder.path == path and not _breaks(builder, row, text, right.get(row.page, 0.0)):
            builder.add(text, row)
        else:
            builder.start(Kind.PARAGRAPH, path, "", text, row)
    builder.flush()
    return builder.blocks


def _as_row(row: Row) -> str:
    head, *rest = [c.text for c in row.cells]
    return f"{head.rstrip(':')}: {'; '.join(rest)}"


def _right_edges(rows: Sequence[Row]) -> dict[int, float]:
    edges: dict[int, float] = {}
    for row in rows:
        if row.x1 > edges.get(row.page, 0.0):
            edges[row.page] = row.x1
    return edges


def _breaks(builder: _Builder, row: Row, text: str, right: float) -> bool:
    last = builder.rows[-1]
    ended = bool(_ENDS.search(builder.text))
    if row.page != last.page or row.base < last.base:  # a page or a column further
        return ended or not (text[0].islower() or builder.text.endswith(SOFT_HYPHEN) or _same_style(last, row))
    if row.mono and last.mono:
        return True
    if abs(row.size - last.size) > 0.12 * last.size or (
        row.bold != last.bold and (last.bold or row.bold) and len(builder.rows) == 1
    ):
        return True
    leading = row.base - last.base
    usual = builder.rows[-1].base - builder.rows[-2].base if len(builder.rows) > 1 else 1.45 * row.size
    if leading > max(1.25 * usual if 0 < usual < 3 * row.size else 0.0, 1.5 * row.size):
        return True
    if builder.kind is Kind.PARAGRAPH:
        if row.x0 > last.x0 + 0.8 * row.size and len(builder.rows) > 1:
            return True
        if ended and row.x0 > last.x0 + 0.8 * row.size:
            return True
        if row.x0 < last.x0 - 3 * row.size:
            return True
    elif row.x0 < builder.rows[0].x0 - 0.5 * row.size or (
        row.x0 <= builder.rows[0].x0 + 0.5 and leading > 1.3 * row.size and ended and len(builder.rows) > 1
    ):
        return True
    return ended and last.x1 < right - 0.3 * (right - last.x0) and not text[0].islower()


def _same_style(last: Row, row: Row) -> bool:
    return last.bold == row.bold and abs(last.size - row.size) < 0.5 and last.style == row.style
