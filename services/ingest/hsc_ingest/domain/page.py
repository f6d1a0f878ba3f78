"""A page as it is laid out: fragments of text, joined to rows. Points, origin top left of the page as shown."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Fragment(NamedTuple):
    """Text on one baseline without a wide gap in it.

    `style` tells fonts apart, sizes aside; `order` is the place in the order of writing.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    base: float
    size: float
    bold: bool
    mono: bool
    style: str
    order: int = 0


class Rule(NamedTuple):
    """A horizontal line drawn on the page: it parts the rows of a table."""

    x0: float
    x1: float
    y: float


class PageLayout(NamedTuple):
    """One page; `rules` are there only where the page may hold a table, in no order."""

    number: int
    width: float
    height: float
    fragments: list[Fragment]
    rules: list[Rule]


class Row:
    """Fragments side by side on one baseline, from left to right: a line of text, or the cells of a table row."""

    __slots__ = ("base", "bold", "cells", "mono", "page", "size", "style", "x0", "x1", "y0", "y1")

    def __init__(self, page: int, cells: Sequence[Fragment]) -> None:
        first = cells[0]
        self.page = page
        self.cells = cells
        self.base, self.size, self.style = first.base, first.size, first.style
        if len(cells) == 1:
            self.x0, self.y0, self.x1, self.y1 = first.x0, first.y0, first.x1, first.y1
            self.bold, self.mono = first.bold, first.mono
            return
        self.x0, self.x1 = first.x0, max(c.x1 for c in cells)
        self.y0, self.y1 = min(c.y0 for c in cells), max(c.y1 for c in cells)
        self.bold, self.mono = all(c.bold for c in cells), all(c.mono for c in cells)
        longest = max(cells, key=lambda c: len(c.text))
        self.size, self.style = longest.size, longest.style

    @property
    def text(self) -> str:
        """The cells as one line."""
        return self.cells[0].text if len(self.cells) == 1 else " ".join(c.text for c in self.cells)


def rows_of(page: int, fragments: Iterable[Fragment]) -> list[Row]:
    """Group fragments by baseline, rows from top to bottom, cells from left to right."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda f: f.base):
        if rows:
            last = rows[-1][-1]
            if fragment.base - last.base <= 0.3 * min(fragment.size, last.size) + 0.2:
                rows[-1].append(fragment)
                continue
        rows.append([fragment])
    return [Row(page, sorted(cells, key=lambda f: f.x0)) for cells in rows]
