"""Reading order: columns one after the other, the cells of a table row side by side."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, groupby, pairwise

from hsc_ingest.domain.page import Fragment, PageLayout, Row, rows_of

_BIN = 3.0  # points
_GUTTER = 9.0  # narrowest white stripe between two columns, in points
_MAX_DEPTH = 4


def reading_order(layout: PageLayout) -> list[Row]:
    """The rows of a page as a person reads them."""
    return _order(layout.number, layout.fragments, 0)


def _order(page: int, fragments: Sequence[Fragment], depth: int) -> list[Row]:
    """Split at a white stripe that runs down the page where the text on both sides of it is read on its own.

    A stripe between table columns looks the same, so the order of writing decides: tables are written row by row,
    columns one after the other.
    """
    for inner, outer in _gutters(fragments) if depth < _MAX_DEPTH and len(fragments) >= 8 else ():
        bands = _bands(fragments, inner, outer)
        if not any(_are_columns(left, right) for left, right, _ in bands):
            continue
        rows: list[Row] = []
        pending: list[Fragment] = []  # fragments of bands that are not columns
        for left, right, over in bands:
            if _are_columns(left, right):
                rows += rows_of(page, pending)
                pending = []
                rows += _order(page, left, depth + 1) + _order(page, right, depth + 1)
            else:
                pending += left + right
            pending += over
        return rows + rows_of(page, pending)
    return rows_of(page, fragments)


_Band = tuple[list[Fragment], list[Fragment], list[Fragment]]


def _bands(fragments: Sequence[Fragment], inner: float, outer: float) -> list[_Band]:
    """What stands left and right of a stripe between one fragment that crosses it and the next, and that one."""
    across = sorted((f for f in fragments if f.x0 < inner - _GUTTER and f.x1 > outer + _GUTTER), key=lambda f: f.base)
    crossing = set(map(id, across))
    edges = [f.base for f in across] + [float("inf")]
    bands: list[_Band] = [([], [], []) for _ in edges]
    middle = (inner + outer) / 2
    for fragment in fragments:
        band = bisect_left(edges, fragment.base - 0.1)
        side = 2 if id(fragment) in crossing else 0 if (fragment.x0 + fragment.x1) / 2 < middle else 1
        bands[band][side].append(fragment)
    return bands


def _gutters(fragments: Sequence[Fragment]) -> list[tuple[float, float]]:
    """White stripes in the middle of the text, those that the fewest fragments cross first."""
    left, right = min(f.x0 for f in fragments), max(f.x1 for f in fragments)
    count = int((right - left) / _BIN) + 1
    if right - left < 120 or count > 4000:
        return []
    change = [0] * (count + 2)
    for f in fragments:
        change[int((f.x0 - left) / _BIN)] += 1
        change[int((f.x1 - left) / _BIN) + 1] -= 1
    covered = list(accumulate(change))[:count]
    low, high = int(count * 0.15), int(count * 0.85)
    if min(covered[low : high + 1]) > len(fragments) // 6:
        return []
    found: list[tuple[int, int]] = []
    for most in sorted({0, len(fragments) // 40, len(fragments) // 16, len(fragments) // 6}):
        stripes = []
        start = 0
        for clear, run in groupby(covered, key=lambda n, most=most: n <= most):  # type: ignore[misc]
            end = start + len(list(run))
            if clear and (end - start) * _BIN >= _GUTTER and low <= (start + end) // 2 <= high:
                stripes.append((start, end))
            start = end
        found += sorted((s for s in stripes if s not in found), key=lambda s: s[0] - s[1])
    return [(left + start * _BIN, left + end * _BIN) for start, end in found[:6]]


def _are_columns(left: list[Fragment], right: list[Fragment]) -> bool:
    if min(len(left), len(right)) < 3:
        return False
    order = sorted([(f.order, 0) for f in left] + [(f.order, 1) for f in right])
    switches = sum(1 for a, b in pairwise(order) if a[1] != b[1])
    if switches <= max(1, min(len(left), len(right)) // 4):
        return True
    return _is_prose(left) and _is_prose(right)


def _is_prose(side: list[Fragment]) -> bool:
    width = max(f.x1 for f in side) - min(f.x0 for f in side)
    full = sum(1 for f in side if f.x1 - f.x0 > 0.7 * width and len(f.text) > 24)
    return len(side) >= 6 and full > 0.6 * len(side)
