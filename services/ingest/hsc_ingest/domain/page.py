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
    """One page; `rules` are there only where the page may hold a table, in no order.

    `right_to_left` says that most of its letters are Hebrew or Arabic.
    """

    number: int
    width: float
    height: float
    fragments: list[Fragment]
    rules: list[Rule]
    right_to_left: bool = False


class Row:
    """Fragments side by side on one baseline, in reading order: a line of text, or the cells of a table row.

    `text` is all of it on one line.
    """

    __slots__ = ("base", "bold", "cells", "mono", "page", "size", "style", "text", "x0", "x1", "y0", "y1")

    def __init__(self, page: int, cells: Sequence[Fragment]) -> None:
        first = cells[0]
        self.page = page
        self.cells = cells
        self.base, self.size, self.style = first.base, first.size, first.style
        if len(cells) == 1:
            self.x0, self.y0, self.x1, self.y1 = first.x0, first.y0, first.x1, first.y1
            self.bold, self.mono = first.bold, first.mono
            self.text = first.text
            return
        self.text = " ".join(c.text for c in cells)
        self.x0, self.x1 = min(c.x0 for c in cells), max(c.x1 for c in cells)
        self.y0, self.y1 = min(c.y0 for c in cells), max(c.y1 for c in cells)
        self.bold, self.mono = all(c.bold for c in cells), all(c.mono for c in cells)
        longest = max(cells, key=lambda c: len(c.text))
        self.base, self.size, self.style = longest.base, longest.size, longest.style


def rows_of(page: int, fragments: Iterable[Fragment]) -> list[Row]:
    """Group fragments by baseline, rows from top to bottom, cells in reading order.

    A fragment that stands a little higher or lower belongs to the row when it fills a gap in it: the caption of a key.
    """
    rows: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda f: f.base):
        if rows:
            row = rows[-1]
            away = fragment.base - row[-1].base
            if away <= 0.3 * min(fragment.size, row[-1].size) + 0.2:
                row.append(fragment)
                continue
            if away <= 0.55 * max(fragment.size, row[-1].size) and all(
                fragment.x0 >= f.x1 - 1 or fragment.x1 <= f.x0 + 1 for f in row
            ):
                row.append(fragment)
                continue
        rows.append([fragment])
    return [Row(page, sorted(cells, key=lambda f: f.x0) if len(cells) > 1 else cells) for cells in rows]


def mirrored(layout: PageLayout) -> PageLayout:
    """The page as in a mirror, so that one that is read from right to left is laid out like any other."""
    width = layout.width
    return layout._replace(
        fragments=[f._replace(x0=width - f.x1, x1=width - f.x0) for f in layout.fragments],
        rules=[r._replace(x0=width - r.x1, x1=width - r.x0) for r in layout.rules],
    )
