"""Tables: rows whose cells stand in common columns, told from lists and from prose with wide gaps."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from hsc_ingest.domain.page import Fragment, Row, Rule
from hsc_ingest.domain.text import is_circled, lone_marker

_GUTTER = 4.0  # points between two columns, at least
_WIDE_GAP = 3.4  # ems from one line to the next beyond which a table has ended

Cell = list[tuple[Fragment, int]]  # the lines of a cell, each with its page


@dataclass(slots=True)
class Table:
    """Rows `start` to `end` (half-open) of the reading order; `header` is empty where the table has none.

    A `legend` names the parts of a panel in cells side by side, each with its number in a circle.
    """

    start: int
    end: int
    columns: list[tuple[float, float]]
    header: list[str] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    legend: bool = False


def find_tables(rows: Sequence[Row], headings: set[int], rules: dict[int, list[Rule]]) -> dict[int, Table]:
    """The tables by their first row. `rules` are the horizontal lines of each page."""
    tables: dict[int, Table] = {}
    last: Table | None = None
    index = 0
    while index < len(rows):
        if len(rows[index].cells) < 2 or index in headings or _is_listed(rows[index]):
            index += 1
            continue
        lines = rules.get(rows[index].page, [])
        table = _region(rows, index, headings, lines)
        if table is None:
            index += 1
            continue
        _fill(table, rows, lines)
        continued = last is not None and last.end == table.start and rows[table.start].page != rows[last.start].page
        if last is not None and continued and _same_columns(last, table):
            if not table.header:
                table.header = last.header
            elif table.header != last.header:
                last = None
        tables[table.start] = table
        last = table
        index = table.end
    return tables


def _is_listed(row: Row) -> bool:
    return lone_marker(row.cells[0].text) == "• " or row.mono


def _region(rows: Sequence[Row], start: int, headings: set[int], rules: list[Rule]) -> Table | None:
    """The longest run of rows from `start` on that leaves at least two columns standing."""
    columns = _merge([(c.x0, c.x1) for c in rows[start].cells])
    if len(columns) < 2:
        return None
    end, full = start + 1, 1
    begins = [c.x0 for c in rows[start].cells]
    for index in range(start + 1, len(rows)):
        row, above = rows[index], rows[index - 1]
        if row.page != above.page or index in headings or row.base <= above.base or row.mono:
            break
        if (
            row.base - above.base > _WIDE_GAP * max(row.size, above.size)
            or abs(row.size - above.size) > 0.35 * above.size
        ):
            break
        merged = _merge(columns + [(c.x0, c.x1) for c in row.cells])
        if len(merged) < 2 or (len(merged) < len(columns) and len(row.cells) < len(columns)):
            break
        if len(row.cells) == 1:
            if row.base - above.base > 2.2 * row.size or (row.x1 > merged[-1][1] + 1 and row.x0 < merged[-1][0]):
                break
            indent = min((row.x0 - x0 for x0 in begins if x0 <= row.x0 + 2), default=0.0)
            if len(columns) == 2 and full < 2 and row.x0 < columns[1][0] and indent > row.size:
                break  # the text below a title with a label beside it
            if lone_marker(row.cells[0].text[:2].strip()) == "• ":
                break
        else:
            full += 1
            begins += [c.x0 for c in row.cells]
        columns = merged
        end = index + 1
    while (
        end > start + 1
        and len(rows[end - 1].cells) == 1
        and rows[end - 1].x0 <= columns[0][1] - 1
        and _leaves(rows, end - 1)
    ):
        end -= 1
    wide = columns[1][0] - columns[0][1] >= 2 * rows[start].size
    ruled = _ruled(rows[start:end], rules)
    if full < 2 or (full == 2 and not wide and not ruled):
        return None
    firsts = [r.cells[0].text for r in rows[start:end] if len(r.cells) > 1]
    legend = sum(1 for row in rows[start:end] for cell in row.cells[1:] if is_circled(cell.text))
    if legend >= 2:
        return Table(start, end, columns, legend=True)
    numbered = sum(1 for text in firsts if lone_marker(text.split()[0]))
    if numbered >= 0.5 * len(firsts) and not ruled:
        return None  # numbered steps, with gaps where the pictures of keys stand
    return Table(start, end, columns)


def _ruled(lines: Sequence[Row], rules: list[Rule]) -> bool:
    return any(lines[0].y0 - lines[0].size < r.y < lines[-1].y1 + lines[-1].size for r in rules)


def _leaves(rows: Sequence[Row], index: int) -> bool:
    """A last line in the first column alone: text after the table rather than the end of a cell."""
    return rows[index].base - rows[index - 1].base > 1.5 * rows[index].size or rows[index - 1].x1 < rows[index].x1


def _merge(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for x0, x1 in sorted(spans):
        if merged and x0 < merged[-1][1] + _GUTTER:
            merged[-1] = (merged[-1][0], max(merged[-1][1], x1))
        else:
            merged.append((x0, x1))
    return merged


def _fill(table: Table, rows: Sequence[Row], rules: list[Rule]) -> None:
    lines = rows[table.start : table.end]
    groups = _logical(lines, table.columns, rules)
    cells = [_cells(group, table.columns) for group in groups]
    if len(cells) > 1 and not table.legend and _is_header(groups, cells, rules):
        table.header = [" ".join(f.text for f, _ in cell) for cell in cells[0]]
    table.rows = cells


def _logical(lines: Sequence[Row], columns: list[tuple[float, float]], rules: list[Rule]) -> list[list[Row]]:
    """Which lines make one row of the table: those between two rules, else those set closer than the rest.

    Where neither tells, a row begins with a cell in the first column.
    """
    width = columns[-1][1] - columns[0][0]
    cuts = [r.y for r in rules if min(r.x1, columns[-1][1]) - max(r.x0, columns[0][0]) > 0.5 * width]
    ruled = [any(above.base < y < below.base - 0.3 * below.size for y in cuts) for above, below in pairwise(lines)]
    keyed = [row.cells[0].x0 < columns[0][1] for row in lines]
    if sum(ruled) >= 2 and sum(ruled) >= 0.4 * (sum(keyed) - 1):
        breaks = ruled
    else:
        gaps = [below.base - above.base for above, below in pairwise(lines)]
        close, far = min(gaps), median(sorted(gaps)[-max(1, len(gaps) // 2) :])
        size = lines[0].size
        if far - close > 0.25 * size and close < 1.6 * size:
            middle = (close + far) / 2
            breaks = [gap > middle for gap in gaps]
        else:
            breaks = keyed[1:]
    groups = [[lines[0]]]
    for row, cut in zip(lines[1:], breaks, strict=True):
        if cut:
            groups.append([row])
        else:
            groups[-1].append(row)
    return groups


def _cells(group: list[Row], columns: list[tuple[float, float]]) -> list[Cell]:
    cells: list[Cell] = [[] for _ in columns]
    for row in group:
        for fragment in row.cells:
            middle = (fragment.x0 + fragment.x1) / 2
            column = next((i for i, (_, x1) in enumerate(columns) if middle <= x1), len(columns) - 1)
            cells[column].append((fragment, row.page))
    return cells


def _is_header(groups: list[list[Row]], cells: list[list[Cell]], rules: list[Rule]) -> bool:
    """The first row is a header when it alone is bold, or set in another size or style, or underlined alone."""
    first = groups[0]
    if sum(1 for cell in cells[0] if cell) < 2:
        return False
    if all(row.bold for row in first):
        return sum(all(r.bold for r in group) for group in groups) <= 0.5 * len(groups) or len(groups) == 2
    body = {row.style for group in groups[1:] for row in group}
    if all(row.style not in body for row in first) and len(body) == 1:
        return True
    if len(cells[0]) > 2 and all(cells[0]) and not any(map(_has_digit, cells[0])):
        figures = sum(1 for row in cells[1:] if any(map(_has_digit, row[1:])))
        if figures >= 0.5 * (len(cells) - 1):
            return True  # words above figures
    under = [r.y for r in rules if first[-1].base < r.y < groups[1][0].base]
    later = [r.y for r in rules if groups[1][0].base < r.y < groups[-1][0].base - groups[-1][0].size]
    return bool(under) and not later and len(groups) > 2


def _has_digit(cell: Cell) -> bool:
    return any(ch.isdigit() for fragment, _ in cell for ch in fragment.text)


def _same_columns(a: Table, b: Table) -> bool:
    return len(a.columns) == len(b.columns) and all(
        abs(p[0] - q[0]) < 8 for p, q in zip(a.columns, b.columns, strict=True)
    )
