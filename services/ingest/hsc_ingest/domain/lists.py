"""Which rows begin a step or a list item, told from rows that only happen to begin with a number."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hsc_ingest.domain.page import Row
from hsc_ingest.domain.text import is_unnamed, lone_marker, marker

_BARE = re.compile(r"(\d{1,2})\s+(?=\S)")
_SAME_PLACE = 10.0  # points between the numbers of one list ("9" and "10" are set to the right)
_FAR = 60  # rows between two steps of one list
_LEAST_BULLETS = 3  # lines that a glyph begins before it is taken for a bullet
_MARKER_CELL = 6.0  # ems from a marker to its text


@dataclass(frozen=True, slots=True)
class Item:
    """A row that begins an item: its marker as it shall stand ("• ", "3. ") and the rest of the row."""

    prefix: str
    text: str
    number: int


def find_items(rows: Sequence[Row], taken: set[int], starts: Sequence[int]) -> dict[int, Item]:
    """Items by row. A number counts when it is the first or follows its predecessor in the same place.

    `taken` are rows that are headings or parts of tables; `starts` are the rows at which sections begin.
    """
    items: dict[int, Item] = {}
    begins = set(starts)
    bullets = _bullets(rows)
    open_lists: list[tuple[float, int, int, bool]] = []  # x, last number, its row, written without a dot
    lone: dict[int, Item] = {}  # a bare 1, until its 2 comes
    for index, row in enumerate(rows):
        if index in begins:
            open_lists.clear()
            lone.clear()
        if index in taken:
            continue
        found = _candidate(row, bullets)
        if found is None:
            continue
        item, bare = found
        if not item.number or not item.prefix[0].isdigit():
            if item.prefix[0] == "•" or item.number == 1 or _fresh(rows, index) or _follows(items, index, item):
                items[index] = item
            continue
        previous = next(
            (
                place
                for place in reversed(open_lists)
                if abs(place[0] - row.x0) <= _SAME_PLACE and place[1] == item.number - 1 and index - place[2] <= _FAR
                if place[3] == bare
            ),
            None,
        )
        if previous is not None:
            items[index] = item
            if previous[2] in lone:
                items[previous[2]] = lone.pop(previous[2])
            open_lists.remove(previous)
        elif item.number == 1 and bare:
            lone[index] = item
        elif bare or (item.number != 1 and not _fresh(rows, index)):
            continue
        else:
            items[index] = item
        open_lists.append((row.x0, item.number, index, bare))
        del open_lists[:-8]
    return items


def _bullets(rows: Sequence[Row]) -> frozenset[str]:
    """The glyphs without a letter that begin lines and hardly ever stand in one: bullets, whatever they look like."""
    begin: Counter[str] = Counter()
    within: Counter[str] = Counter()
    for row in rows:
        if not row.text.isprintable():
            begin.update(filter(is_unnamed, row.text[:1]))
            within.update(filter(is_unnamed, row.text[1:]))
    return frozenset(glyph for glyph, times in begin.items() if times >= _LEAST_BULLETS and times > 9 * within[glyph])


def _candidate(row: Row, bullets: frozenset[str]) -> tuple[Item, bool] | None:
    cells = row.cells
    if len(cells) > 1:
        alone = "• " if cells[0].text.strip() in bullets else lone_marker(cells[0].text)
        if alone and cells[1].x0 - cells[0].x0 < _MARKER_CELL * row.size:
            rest = " ".join(c.text for c in cells[1:])
            number = int(alone[:-2]) if alone[0].isdigit() else 0 if alone[0] == "•" else ord(alone[0]) - 96
            return Item(alone, rest, number), cells[0].text.strip().isdigit()
    text = row.text
    if text[0] in bullets:
        return Item("• ", text[1:].lstrip(), 0), False
    found = marker(text)
    if found:
        return Item(*found), False
    bare = _BARE.match(text)
    if bare and not row.mono and not text[bare.end()].islower() and not text[bare.end()].isdigit():
        return Item(f"{int(bare[1])}. ", text[bare.end() :], int(bare[1])), True
    return None


def _fresh(rows: Sequence[Row], index: int) -> bool:
    """The row above has come to its end: a full stop, a gap, another page or column."""
    if index == 0:
        return True
    row, above = rows[index], rows[index - 1]
    return (
        row.page != above.page
        or row.base <= above.base
        or row.base - above.base > 1.6 * row.size
        or above.text.rstrip()[-1:] in ".:;!?。："
        or above.x1 < row.x1 - 0.3 * (row.x1 - row.x0)
    )


def _follows(items: dict[int, Item], index: int, item: Item) -> bool:
    return any(items[i].number == item.number - 1 for i in range(max(0, index - 12), index) if i in items)
