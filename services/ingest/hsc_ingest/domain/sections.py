"""Where sections begin: from the outline of the file, from typography where there is none."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from hsc_ingest.domain.furniture import is_contents_entry
from hsc_ingest.domain.manual import OutlineEntry
from hsc_ingest.domain.page import Row
from hsc_ingest.domain.text import SOFT_HYPHEN, clean, key, marker

Path = tuple[str, ...]

_NUMBERED = re.compile(
    r"(?:(?:chapter|kapitel|chapitre|capitolo|capítulo|appendix|part)\s+)?(\d{1,2}(?:\.\d{1,2}){0,4}|[A-Z](?:\.\d{1,2}){1,4})\.?\s+(?=\S)",
    re.I,
)
_LETTERED = re.compile(
    r"(?i:(?:chapter|kapitel|chapitre|capitolo|capítulo|part|appendix|anhang|annexe?|appendice|apéndice)\s+)?"
    r"(?:[A-Z]|[IVXL]{2,6})[.:)]?\s+(?=\S)"
)
_COVER = 400  # characters on a cover, at most
_ALIKE = 1000.0  # what a title spelt otherwise is behind one that is spelt out
_ENOUGH_PAGES = 12.0  # an outline with fewer than one entry in so many pages is eked out by typography


@dataclass(slots=True)
class Sections:
    """`starts[i]` is the path that begins at row i; `headings` are the rows that are titles, not text."""

    starts: dict[int, Path] = field(default_factory=dict)
    headings: set[int] = field(default_factory=set)
    outline: list[OutlineEntry] = field(default_factory=list)
    title: str = ""


def find_sections(rows: Sequence[Row], outline: Sequence[tuple[OutlineEntry, float | None]], pages: int) -> Sections:
    """Begin a section at each entry of the outline, and at each typographic heading where the outline is thin."""
    sections = Sections()
    marks: list[tuple[int, int, OutlineEntry]] = []
    if outline:
        marks = _by_outline(rows, outline)
        sections.outline = [entry for entry, _ in outline]
    if len(outline) * _ENOUGH_PAGES < pages or not outline:
        depth = max((entry.level for entry, _ in outline), default=0)
        found = [m for m in _by_typography(rows, sections) if m[0] not in {i for i, _, _ in marks}]
        if not outline:
            sections.outline = [entry for _, _, entry in found]
        marks += [(i, n, e._replace(level=e.level + depth)) for i, n, e in found]
        marks.sort(key=lambda m: m[0])
    path: list[tuple[int, str]] = []
    for index, count, entry in marks:
        while path and path[-1][0] >= entry.level:
            path.pop()
        path.append((entry.level, entry.title))
        sections.starts[index] = tuple(title for _, title in path)
        sections.headings.update(range(index, index + count))
    return sections


def _by_outline(
    rows: Sequence[Row], outline: Sequence[tuple[OutlineEntry, float | None]]
) -> list[tuple[int, int, OutlineEntry]]:
    """Match each entry with its title on the page it points to; by its height there when the title is not found."""
    by_page: dict[int, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        by_page[row.page].append(index)
    pages = sorted(by_page)
    keys: dict[int, str] = {}
    spellings: dict[int, tuple[str, ...]] = {}
    marks = []
    taken: set[int] = set()
    last = -1
    for entry, y in outline:
        target, longest = _letters(entry.title), 2 * len(entry.title) + 40
        best: tuple[float, int, int] | None = None
        spelt_out = False
        for page, penalty in ((entry.page, 0.0), (entry.page + 1, 500.0)):
            if penalty and y is not None and _goes_below(rows, by_page.get(entry.page, ()), y):
                break  # the title stands here, spelt otherwise: another like it on the next page is not meant
            for place, index in enumerate(by_page.get(page, ())):
                if index in taken:
                    continue
                if len(rows[index].text) > longest:
                    continue
                spelt = spellings.get(index)
                if spelt is None:
                    spelt = spellings[index] = _spellings(rows[index].text)
                if target[:1] != spelt[0][:1] and (len(spelt) < 2 or target[:1] != spelt[1][:1]):
                    continue
                count = next((n for row_key in spelt if (n := _spells(target, row_key, rows, index, keys))), 0)
                alike = 0 if count else _resembles(target, spelt[0], rows, index)
                if not count and not alike:
                    continue
                row = rows[index]
                if y is None or penalty:
                    away = float(place)
                else:
                    away = row.base - y if row.base >= y - 4 else 3 * (y - row.base)
                cost = penalty + away + 400.0 * (index < last) + 60.0 * (not row.bold) - 20.0 * row.size
                cost += _ALIKE * (not count)
                if best is None or cost < best[0]:
                    best = (cost, index, count or alike)
                    spelt_out = bool(count)
            if best and spelt_out:
                break
        if best:
            last = best[1]
            taken.update(range(last, last + best[2]))
            marks.append((last, best[2], entry))
            continue
        candidates = by_page.get(entry.page)
        if candidates:
            index = next((i for i in candidates if y is None or rows[i].y1 >= y), candidates[-1] + 1)
        else:
            later = next((p for p in pages if p >= entry.page), None)
            index = by_page[later][0] if later else len(rows)
        marks.append((index, 0, entry))
    marks.sort(key=lambda m: m[0])
    return marks


def _goes_below(rows: Sequence[Row], page: Sequence[int], y: float) -> bool:
    """There is text below a height of the page, not just its foot."""
    return sum(rows[index].base > y + rows[index].size for index in page) > 2


def _spellings(text: str) -> tuple[str, ...]:
    """The letters of a row; where it begins with the letter or Roman number of an appendix also those after it."""
    lettered = _LETTERED.match(text)
    return (_letters(text), _letters(text[lettered.end() :])) if lettered else (_letters(text),)


def _letters(title: str) -> str:
    title = clean(title.replace("-" + SOFT_HYPHEN, "-"))
    numbered = _NUMBERED.match(title)
    return key(title[numbered.end() :] if numbered else title) or key(title)


def _spells(target: str, row_key: str, rows: Sequence[Row], index: int, keys: dict[int, str]) -> int:
    """How many rows from `index` on spell the title: 1, or up to 3 where it is set in several lines; else 0."""
    if not row_key or not target or row_key[0] != target[0]:
        return 0
    if row_key == target:
        return 1
    if len(row_key) >= 4 and target.startswith(row_key):
        spelt = row_key
        for more in (1, 2):
            if index + more >= len(rows):
                break
            spelt += keys.setdefault(index + more, _letters(rows[index + more].text))
            if spelt == target:
                return more + 1
    return 0


def _resembles(target: str, row_key: str, rows: Sequence[Row], index: int) -> int:
    """How many rows from `index` on are a title that the outline spells otherwise; else 0."""
    alike = _shared(target, row_key)
    if alike >= 12 or alike >= 0.6 * len(target) >= 4:
        count = 1
        while (
            index + count < len(rows)
            and count < 4
            and _goes_on(rows[index + count - 1], rows[index + count], rows[index])
        ):
            count += 1
        return count if index + count >= len(rows) or rows[index + count].size < rows[index].size - 0.5 else 0
    return 0


def _shared(a: str, b: str) -> int:
    """Letters that two keys begin with alike."""
    count = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        count += 1
    return count


def _by_typography(rows: Sequence[Row], sections: Sections) -> list[tuple[int, int, OutlineEntry]]:
    """Rows set larger or bolder than the body, alone on their line, make headings; their level is the rank of size.

    The one largest row of the first page is the manual's title.
    """
    weights: Counter[float] = Counter()
    bold_weight: Counter[bool] = Counter()
    for row in rows:
        if not row.mono:
            weights[round(row.size * 2) / 2] += len(row.text)
            bold_weight[row.bold] += len(row.text)
    if not weights:
        return []
    body = weights.most_common(1)[0][0]
    bold_stands_out = bold_weight[True] < 0.4 * bold_weight[False]
    found: list[tuple[int, int, float, str, int]] = []  # row, rows, rank, title, numbered depth
    index = 0
    while index < len(rows):
        row = rows[index]
        if not _is_heading(row, body, bold_stands_out) or is_contents_entry(row.text):
            index += 1
            continue
        count = 1
        while index + count < len(rows) and count < 4 and _goes_on(rows[index + count - 1], rows[index + count], row):
            count += 1
        title = clean(" ".join(r.text for r in rows[index : index + count]).replace("-" + SOFT_HYPHEN + " ", ""))
        numbered = _NUMBERED.match(title)
        if count <= 3 and len(title) <= 120:
            rank = round(row.size / body, 1) + (0.05 if row.bold else 0.0)
            found.append((index, count, rank, title, numbered[1].count(".") + 1 if numbered else 0))
        index += count
    if not found:
        return []
    largest = max(rank for _, _, rank, _, _ in found)
    top = [f for f in found if f[2] == largest]
    if len(top) == 1 and rows[top[0][0]].page <= 2 and len(found) > 1:
        sections.title = top[0][3]
        sections.headings.update(range(top[0][0], top[0][0] + top[0][1]))
        found.remove(top[0])
        cover = rows[top[0][0]].page
        if sum(len(row.text) for row in rows if row.page == cover) < _COVER:  # what else is large there is no heading
            found = [f for f in found if rows[f[0]].page != cover]
    ranks = sorted({f[2] for f in found}, reverse=True)
    level = {rank: place + 1 for place, rank in enumerate(ranks)}
    return [(i, n, OutlineEntry(title, min(level[rank], 6), rows[i].page)) for i, n, rank, title, _ in found]


def _is_heading(row: Row, body: float, bold_stands_out: bool) -> bool:
    if len(row.cells) > 2 or row.mono:
        return False
    text = row.text
    if len(text) > 100 or sum(ch.isalpha() for ch in text) < 2:
        return False
    larger = row.size >= 1.12 * body
    if not larger and not (row.bold and bold_stands_out and row.size >= 0.95 * body):
        return False
    if len(row.cells) == 2 and not (len(row.cells[0].text) <= 6 and row.cells[0].text[:1].isdigit()):
        return False
    if text[-1] in ".,;:" and not (larger and text[-1] == "."):
        return False
    if not larger and marker(text) and not _NUMBERED.match(text):
        return False
    return text[0].isalnum() or text[0] in '[("“¿¡«' or not text[0].isascii()


def _goes_on(last: Row, row: Row, first: Row) -> bool:
    return (
        row.page == first.page
        and row.bold == first.bold
        and abs(row.size - first.size) < 0.5
        and row.style == first.style
        and 0 < row.base - last.base < 1.6 * row.size
        and len(row.cells) == 1
        and not _NUMBERED.match(row.text)
    )
