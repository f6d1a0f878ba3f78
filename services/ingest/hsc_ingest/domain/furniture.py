"""What stands on a page but is not its text: running heads, page numbers, entries of a table of contents."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from hsc_ingest.domain.manual import OutlineEntry
from hsc_ingest.domain.page import Fragment, PageLayout
from hsc_ingest.domain.text import key

_EDGE_ROWS = 2  # rows at the top and at the bottom that can be running heads
_BELOW_TARGET = 40.0  # points from where a bookmark points to the baseline of its title
_SAME = 2.0  # points between heads of the same place
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:[-–—|•\s]*(?:page|seite|p\.)?\s*(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of)\s*\d{1,4})?[-–—|•\s]*)", re.I
)
_PAGE_OF = re.compile(r"(?:page|seite|pagina|página)\s*\d{1,4}(?:\s*(?:/|of|von|sur|de|di)\s*\d{1,4})?", re.IGNORECASE)
_LEADER = re.compile(r"(?:\.\s?){4,}|(?:…\s?){2,}|(?:·\s?){4,}|_{5,}")
_LEADER_END = re.compile(r"(?:(?:\.\s?){3,}|(?:\.\s){2,}|…\s?|(?:·\s?){3,})\s*(?:[A-Z]?[-–]?\d{1,4}|[ivxlc]{1,7})\s*$")


def strip_furniture(
    layouts: Sequence[PageLayout], outline: Sequence[tuple[OutlineEntry, float | None]] = ()
) -> list[PageLayout]:
    """The pages without running heads and page numbers.

    A row near the edge is one when a cell of it, digits aside, comes back at the same height on other pages, when most
    rows at that height do, or when it is a page number or has one at its end. A title that the outline has at its
    place is none, though another one like it begins another page ("3.2 Parameters").
    """
    titles: defaultdict[int, list[tuple[str, float]]] = defaultdict(list)
    for entry, y in outline:
        if y is not None and (letters := key(entry.title)):
            titles[entry.page].append((letters, y))
    edges = [_edges(layout) for layout in layouts]
    seen: Counter[tuple[str, int]] = Counter()
    heights: Counter[int] = Counter()
    for rows in edges:
        for base, row in rows:
            seen.update((_key(f), round(base / _SAME)) for f in row)
            heights[round(base / _SAME)] += 1
    needed = 2 if len(layouts) <= 8 else 3

    def repeats(base: float, row: list[Fragment]) -> bool:
        place = round(base / _SAME)
        return any(
            sum(seen[_key(f), place + d] for d in (-1, 0, 1)) >= needed for f in row if any(map(str.isalpha, f.text))
        )

    numbering = _numbering(layouts, edges)
    running: Counter[int] = Counter()
    for rows in edges:
        for base, row in rows:
            running[round(base / _SAME)] += repeats(base, row)
    stripped = []
    for layout, rows in zip(layouts, edges, strict=True):
        drop: set[int] = set()
        half = 0.5 * layout.height
        for side in ([r for r in rows if r[0] < half], [r for r in reversed(rows) if r[0] >= half]):
            for base, row in side:  # from the edge inwards, up to the first row of text
                place = round(base / _SAME)
                usual = running[place] >= 3 and running[place] >= 0.5 * heights[place]
                number = _is_page_number(row) and _is_near_edge(row[0], layout)
                if numbering and abs(place - numbering[1]) <= 1:
                    number = number or layout.number + numbering[0] in _outer_numbers(row)
                if not (repeats(base, row) or usual or number) or _is_title(base, row, titles[layout.number]):
                    break
                if len(row) > 2 and _heads_table(base, row, layout.fragments):
                    break
                drop.update(map(id, row))
        if drop:
            layout = layout._replace(fragments=[f for f in layout.fragments if id(f) not in drop])
        stripped.append(layout)
    return stripped


def _edges(layout: PageLayout) -> list[tuple[float, list[Fragment]]]:
    """The first and the last rows of a page, as far as they stand near its edge; its last, where it is a number."""
    rows: list[tuple[float, list[Fragment]]] = []
    foot = max((f.base for f in layout.fragments), default=0.0) - _SAME
    near = [f for f in layout.fragments if _is_near_edge(f, layout) or (f.base > foot and f.text.isdigit())]
    for fragment in sorted(near, key=lambda f: f.base):
        if rows and abs(rows[-1][0] - fragment.base) <= 3.0:
            rows[-1][1].append(fragment)
        else:
            rows.append((fragment.base, [fragment]))
    top = [r for r in rows if r[0] < 0.5 * layout.height][:_EDGE_ROWS]
    bottom = [r for r in rows if r[0] >= 0.5 * layout.height][-_EDGE_ROWS:]
    return top + bottom


def _is_near_edge(fragment: Fragment, layout: PageLayout) -> bool:
    return fragment.y1 < 0.14 * layout.height or fragment.y0 > 0.86 * layout.height


def _is_title(base: float, row: list[Fragment], titles: list[tuple[str, float]]) -> bool:
    """The outline has a title that ends so, and points just above it."""
    return any(
        -4 <= base - y <= _BELOW_TARGET and key(" ".join(f.text for f in row)).endswith(title) for title, y in titles
    )


def _is_page_number(row: list[Fragment]) -> bool:
    return bool(_PAGE_NUMBER.fullmatch(" ".join(f.text for f in row).strip())) or any(
        _PAGE_OF.fullmatch(f.text) for f in row
    )


def _numbering(
    layouts: Sequence[PageLayout], edges: Sequence[Sequence[tuple[float, list[Fragment]]]]
) -> tuple[int, int] | None:
    """What the printed page numbers are ahead of the count of pages, and at which height; None where most have none."""
    ahead: Counter[tuple[int, int]] = Counter()
    for layout, rows in zip(layouts, edges, strict=True):
        ahead.update(
            {(number - layout.number, round(base / _SAME)) for base, row in rows for number in _outer_numbers(row)}
        )
    found, pages = max(ahead.items(), key=lambda one: one[1], default=((0, 0), 0))
    return found if pages >= 3 and pages > 0.5 * len(layouts) else None


def _outer_numbers(row: list[Fragment]) -> list[int]:
    """The numbers that stand alone at the ends of a row."""
    ends = {min(row, key=lambda f: f.x0).text, max(row, key=lambda f: f.x1).text}
    return [int(text) for text in ends if text.isascii() and text.isdigit() and len(text) <= 4]


def _heads_table(base: float, row: list[Fragment], fragments: Sequence[Fragment]) -> bool:
    """Cells of the next line begin where cells of this one do."""
    below = [f.x0 for f in fragments if base + _SAME < f.base < base + 1.7 * row[0].size]
    return sum(any(abs(x0 - f.x0) < _SAME for x0 in below) for f in row) > 1


def _key(fragment: Fragment) -> str:
    return _DIGITS.sub("#", fragment.text.casefold())


def is_contents_entry(text: str) -> bool:
    """A line of a table of contents: a title, leaders, a page number."""
    # Asked of every line: looked for one by one, these take a quarter of the time of a loop or a pattern.
    if not (".." in text or ". ." in text or "…" in text or "··" in text or "· ·" in text or "__" in text):
        return False
    return bool(_LEADER_END.search(text)) or bool(_LEADER.fullmatch(text.strip()))
