"""What is drawn on a page beside its text."""

import ctypes as c
from collections.abc import Callable
from functools import partial

from hsc_ingest.adapters.parsing import calls
from hsc_ingest.adapters.parsing.turn import Turn, place
from hsc_ingest.domain.page import Rule

_PATH, _IMAGE, _SHADING, _FORM = 2, 3, 4, 5
_MAX_OBJECTS = 20_000  # looked at on one page


class Painted:
    """What is drawn beside text on a page: areas that can lie under light text, and horizontal rules."""

    def __init__(self, page: int) -> None:
        self.areas: list[tuple[float, float, float, float]] = []
        self.lines: list[tuple[float, float, float, float]] = []
        self._left = _MAX_OBJECTS
        self._walk(calls.count_objects(page), lambda i: calls.get_object(page, i), (1, 0, 0, 1, 0, 0), 0)

    def _walk(self, count: int, get: Callable[[int], int], m: tuple[float, ...], depth: int) -> None:
        box = [c.c_float() for _ in range(4)]
        refs = [c.addressof(f) for f in box]
        rgba = (c.c_uint * 4)()
        colours = [c.addressof(rgba) + 4 * i for i in range(4)]
        fill, stroke = c.c_int(), c.c_int()
        for i in range(min(count, self._left)):
            self._left -= 1
            thing = get(i)
            kind = calls.object_type(thing)
            if kind == _FORM:
                if depth < 4:
                    inner = calls.Matrix()
                    calls.object_matrix(thing, c.addressof(inner))
                    n = tuple(float(getattr(inner, k)) for k in "abcdef")
                    combined = (
                        n[0] * m[0] + n[1] * m[2], n[0] * m[1] + n[1] * m[3],
                        n[2] * m[0] + n[3] * m[2], n[2] * m[1] + n[3] * m[3],
                        n[4] * m[0] + n[5] * m[2] + m[4], n[4] * m[1] + n[5] * m[3] + m[5],
                    )  # fmt: skip
                    self._walk(calls.count_form(thing), partial(calls.get_form, thing), combined, depth + 1)
                continue
            if kind not in (_PATH, _IMAGE, _SHADING) or not calls.object_bounds(thing, *refs):
                continue
            x0, y0, x1, y1 = (f.value for f in box)
            xs = (x0 * m[0] + y0 * m[2] + m[4], x1 * m[0] + y1 * m[2] + m[4])
            ys = (x0 * m[1] + y0 * m[3] + m[5], x1 * m[1] + y1 * m[3] + m[5])
            area = (min(xs), min(ys), max(xs), max(ys))
            if area[3] - area[1] <= 2.5 and area[2] - area[0] >= 12:
                self.lines.append(area)
                continue
            if kind == _PATH:
                calls.draw_mode(thing, c.addressof(fill), c.addressof(stroke))
                if not fill.value or not calls.fill_color(thing, *colours):
                    continue
                if min(rgba[0], rgba[1], rgba[2]) >= 247 or not rgba[3]:
                    continue
            self.areas.append(area)

    def under(self, box: tuple[float, float, float, float]) -> bool:
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return any(a[0] <= x <= a[2] and a[1] <= y <= a[3] for a in self.areas)


def rules_of(painted: Painted, turn: Turn) -> list[Rule]:
    rules = []
    for x0, y0, x1, y1 in painted.lines:
        (ax, ay), (bx, by) = place(turn, x0, y0), place(turn, x1, y1)
        if abs(bx - ax) > abs(by - ay):
            rules.append(Rule(min(ax, bx), max(ax, bx), (ay + by) / 2))
    return rules
