"""Rows to blocks: paragraphs unwrapped, list items, steps and table rows one block each."""

import re
import unicodedata
from collections.abc import Container, Sequence
from itertools import pairwise

from hsc_ingest.domain.blocks import Block, Kind, LineBox
from hsc_ingest.domain.furniture import is_contents_entry
from hsc_ingest.domain.lists import Item, find_items
from hsc_ingest.domain.page import Row, Rule
from hsc_ingest.domain.sections import Path, Sections
from hsc_ingest.domain.tables import Cell, Table, find_tables
from hsc_ingest.domain.text import SOFT_HYPHEN, clean, is_circled, joins, marker

_ENTRIES = 0.6  # of the lines of a block that leave room for the next word
_TO_LABEL = 2.5  # ems, more than a justified line has between two words
_END = 12  # characters at the end of a text that tell whether it has ended
_ENDS = re.compile(r"[.!?:;。！？：][\"”’)\]]*$")


def build_blocks(rows: Sequence[Row], sections: Sections, rules: dict[int, list[Rule]]) -> list[Block]:
    """Join rows to blocks: a block ends at a heading, a marker, a wide gap, an indent, another style, a short line."""
    headings = sections.headings
    left_out = {i for i, row in enumerate(rows) if is_contents_entry(row.text) or _is_ornament(row.text)}
    tables = find_tables(rows, headings | left_out | set(sections.starts), rules)
    tabled = {i for table in tables.values() for i in range(table.start, table.end)}
    taken = headings | left_out | tabled
    items = find_items(rows, taken, list(sections.starts))
    right, apart = _right_edges(rows, tabled, items)
    builder = _Builder(_words(rows))
    index = 0
    while index < len(rows):
        if index in sections.starts:
            builder.flush()
            builder.path = sections.starts[index]
        if index in tables:
            builder.table(tables[index])
            index = tables[index].end
            continue
        if index in taken:
            builder.flush()
        elif index in items:
            builder.item(items[index], rows[index])
        else:
            builder.row(rows[index], right[index - 1] if index else 0.0, apart=index in apart)
        index += 1
    builder.flush()
    return builder.blocks


def _words(rows: Sequence[Row]) -> frozenset[str]:
    """The words a manual has within a line, hyphenated ones whole: a word broken at a line end is looked up here."""
    if not any(SOFT_HYPHEN in row.text for row in rows):
        return frozenset()
    return frozenset(" ".join(row.text for row in rows).casefold().split())


def _right_edges(rows: Sequence[Row], tables: set[int], items: Container[int]) -> tuple[list[float], set[int]]:
    """For each row how far to the right the text goes that it belongs to; and the rows that stand for themselves.

    That is as far as any line of the page that begins at the same place, unless it stands in a narrower block of some
    lines (beside a picture).
    """
    widest: dict[tuple[int, int], float] = {}
    for index, row in enumerate(rows):
        if index not in tables:
            place = (row.page, round(row.x0 / 3))
            widest[place] = max(widest.get(place, 0.0), row.x1)
    edges = [0.0] * len(rows)
    apart: set[int] = set()
    start, edge = 0, 0.0
    for index in range(len(rows) + 1):
        row, above = rows[min(index, len(rows) - 1)], rows[index - 1]
        near = 0 < index < len(rows) and row.page == above.page and 0 < row.base - above.base < 1.75 * row.size
        if not near or abs(row.size - above.size) > 0.5:
            narrow = index - start >= 4
            if narrow:
                bounds = [start, *(i for i in range(start + 1, index) if i in items), index]
                apart.update(*(_entries(rows, first, last) for first, last in pairwise(bounds) if last - first >= 4))
            for inner in range(start, index):
                far = widest.get((rows[inner].page, round(rows[inner].x0 / 3)), edge)
                edges[inner] = edge if narrow and far - edge > 0.15 * (far - rows[inner].x0) else max(edge, far)
            start, edge = index, 0.0
        edge = max(edge, row.x1)
    return edges, apart


def _entries(rows: Sequence[Row], start: int, end: int) -> set[int]:
    """The lines of a block before which the next word would have fitted, where most are so: entries, not a text."""
    ends = sorted(row.x1 for row in rows[start:end])
    edge = ends[-1 if len(ends) < 8 else -2]  # among many one may hang over
    if any(ends[i + len(ends) * 2 // 5] - x1 < 1.5 for i, x1 in enumerate(ends[: -(len(ends) * 2 // 5)])):
        return set()  # justified
    short = {i for i in range(start + 1, end) if edge - rows[i - 1].x1 > _room_for(rows[i], rows[i].text)}
    return short if len(short) > _ENTRIES * (end - start - 1) else set()


def _room_for(row: Row, text: str) -> float:
    """What the first word of a row needs on the line above."""
    word = text.find(" ")
    share = (word if word > 0 else len(text)) / max(len(text), 1)
    return (row.x1 - row.x0) * share + 0.8 * row.size


class _Builder:
    """The block under way: its text, the boxes of its lines, and the rows it has taken."""

    def __init__(self, words: frozenset[str]) -> None:
        self.blocks: list[Block] = []
        self.path: Path = ()
        self._words = words
        self._kind = Kind.PARAGRAPH
        self._text = ""
        self._lines: list[LineBox] = []
        self._rows: list[Row] = []
        self._leading = 0.0  # the closest two lines of the block

    def flush(self) -> None:
        text = self._text.rstrip(SOFT_HYPHEN)
        if text and self._lines:
            self.blocks.append(Block(self._kind, self.path, text, self._lines))
        self._text, self._lines, self._rows, self._leading = "", [], [], 0.0

    def item(self, item: Item, row: Row) -> None:
        self.flush()
        self._kind = Kind.ITEM if item.prefix[0] == "•" else Kind.STEP
        self._text = item.prefix
        self._add(item.text, row)

    def row(self, row: Row, right: float, *, apart: bool) -> None:
        text = row.text
        if self._kind is not Kind.PARAGRAPH and len(self._rows) == 1:
            apart = False  # what a label introduces
        if not self._rows or (apart and not self._text.endswith(SOFT_HYPHEN)) or self._breaks(row, text, right):
            self.flush()
            self._kind = Kind.PARAGRAPH
        self._add(text, row)

    def table(self, table: Table) -> None:
        """With a header "Header: value; Header: value"; without, or with two columns, "key: value".

        In a legend of parts each cell is a block.
        """
        self.flush()
        if table.legend:
            for cell in (cell for cells in table.rows for cell in cells if cell):
                self._cells([cell], [])
            return
        header = [clean(title).rstrip(":") for title in table.header]
        for place, cells in enumerate(table.rows):
            titled = (
                place > 0 or not header or header != [clean(" ".join(f.text for f, _ in c)).rstrip(":") for c in cells]
            )
            labels = header if len(header) > 2 and titled else []
            if header and not titled and len(header) > 2:
                continue
            # a table set in two or three panels repeats its header: each panel's row stands for itself
            panels = (n for n in (2, 3) if len(header) > n and header == header[:n] * (len(header) // n))
            panel = next(panels, len(cells))
            for first in range(0, len(cells), panel):
                self._cells(cells[first : first + panel], labels[first : first + panel] if panel != 2 else [])

    def _cells(self, cells: list[Cell], labels: list[str]) -> None:
        filled = [i for i, cell in enumerate(cells) if cell]
        for i in filled:
            if i != filled[0]:
                self._text += ": " if i == filled[1] and not any(labels) else "; "
            if labels and labels[i]:
                self._text += f"{labels[i]}: "
            self._cell(cells[i], last=i == filled[-1])
        self._kind = Kind.ROW
        self.flush()

    def _cell(self, cell: Cell, last: bool) -> None:
        for place, (fragment, page) in enumerate(cell):
            text = clean(fragment.text)
            if not text:
                continue
            if place and self._text.endswith(SOFT_HYPHEN):
                self._text = joins(self._text, text, self._words)
            elif place:
                self._text += " "
            if not last and place == len(cell) - 1:
                text = text.rstrip(":")
            start = len(self._text)
            if not start and is_circled(text) and (found := marker(text)):
                self._text, text = found[0], found[1]
            self._text += text
            self._lines.append(
                LineBox(page, fragment.x0, fragment.y0, fragment.x1, fragment.y1, start, len(self._text))
            )
            if fragment.text.endswith("-" + SOFT_HYPHEN) and place < len(cell) - 1:
                self._text += SOFT_HYPHEN

    def _add(self, text: str, row: Row) -> None:
        hyphen = text.endswith("-" + SOFT_HYPHEN)
        text = clean(text)
        if not text:
            return
        if self._text.endswith(SOFT_HYPHEN):
            self._text = joins(self._text, text, self._words)
            if self._lines and self._lines[-1].end > len(self._text):
                self._lines[-1] = self._lines[-1]._replace(end=len(self._text))
        elif self._lines and not _both_cjk(self._text[-1], text[0]):
            self._text += " "
        start = len(self._text) if self._lines else 0
        self._text += text
        self._lines.append(LineBox(row.page, row.x0, row.y0, row.x1, row.y1, start, len(self._text)))
        if hyphen:
            self._text += SOFT_HYPHEN
        if self._rows and (leading := row.base - self._rows[-1].base) > 0:
            self._leading = min(self._leading or leading, leading)
        self._rows.append(row)

    def _breaks(self, row: Row, text: str, right: float) -> bool:
        last, rows = self._rows[-1], self._rows
        ended = bool(_ENDS.search(self._text, max(0, len(self._text) - _END)))
        goes_on = text[0].islower() or self._text.endswith(SOFT_HYPHEN)
        alike = last.bold == row.bold and abs(last.size - row.size) < 0.5
        if row.page != last.page or row.base < last.base:  # a page or a column further
            return ended or not (goes_on or (alike and self._text[-1] == ","))
        if row.mono and last.mono:
            return True
        if (_is_labelled(row) and ended) or (
            _is_labelled(last) and not goes_on and row.x0 < last.cells[-1].x0 - row.size
        ):
            return True
        leading = row.base - last.base
        usual = self._leading or 1.45 * row.size
        short = _is_short(last, row, text, right, ended)
        full = not ended and not short  # a key's frame or a raised letter may push the next line down
        restyled = abs(row.size - last.size) > 0.12 * last.size or (row.bold != last.bold and len(rows) == 1)
        if restyled and not (goes_on or (full and row.size < 1.3 * last.size)):
            return True
        if leading > max(1.25 * usual, 1.5 * row.size) and not ((goes_on or full) and leading < 2 * row.size):
            return True
        if goes_on:
            return False
        hanging = self._kind is not Kind.PARAGRAPH
        indent = row.x0 - (rows[0].x0 if hanging else last.x0)
        if not hanging and ((indent > 0.8 * row.size and (ended or len(rows) > 1)) or indent < -3 * row.size):
            return True
        if hanging and (indent < -0.5 * row.size or (indent < 0.3 * row.size and (ended or leading > 1.1 * usual > 0))):
            return True
        return short


def _is_ornament(text: str) -> bool:
    """The corners of a frame, a hand that points: nothing but symbols."""
    return not text.isascii() and all(ch == " " or unicodedata.category(ch) == "So" for ch in text)


def _is_labelled(row: Row) -> bool:
    """A title with a label at the margin: "adapter list   [Command]"."""
    return len(row.cells) == 2 and row.cells[1].x0 - row.cells[0].x1 > _TO_LABEL * row.size


def _is_short(last: Row, row: Row, text: str, right: float, ended: bool) -> bool:
    """The line above was ended on purpose: the first word of this one would have fitted on it.

    Without a full stop it must be short by a quarter: the name of a key may not be broken, though it is two words.
    """
    room = right - last.x1
    return room > _room_for(row, text) and (ended or room > 0.25 * (right - last.x0))


def _both_cjk(left: str, right: str) -> bool:
    return left >= "\u3000" and right >= "\u3000" and not ("\uac00" <= left <= "\ud7a3")
