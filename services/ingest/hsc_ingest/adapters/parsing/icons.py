"""Pictures within a line: where one stands between two words of a sentence, the text says so."""

from collections.abc import Sequence
from itertools import pairwise

from hsc_ingest.adapters.parsing.painted import Painted
from hsc_ingest.adapters.parsing.turn import Turn, place
from hsc_ingest.domain.page import Fragment
from hsc_ingest.domain.text import PICTURE

_WIDEST = 5.0  # ems of a gap that a picture of a key may fill
_NARROWEST = 0.4  # ems of a picture, so that no rule is taken for one
_TALLEST = 3.0
_AROUND = 1.2  # ems of white beside a picture, both sides together: the cells of a table stand further apart


def may_hold_icons(fragments: Sequence[Fragment]) -> bool:
    """A line goes on after a gap in the middle of a sentence."""
    return any(_goes_on(left, right) for left, right in pairwise(fragments))


def with_icons(fragments: Sequence[Fragment], painted: Painted, turn: Turn) -> list[Fragment]:
    """Fragments with a picture between them joined to one, which has PICTURE in its place."""
    corners = [(place(turn, x0, y0), place(turn, x1, y1)) for x0, y0, x1, y1 in painted.areas]
    areas = [(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)) for (ax, ay), (bx, by) in corners]
    joined = list(fragments[:1])
    for right in fragments[1:]:
        left = joined[-1]
        if not (_goes_on(left, right) and _is_filled(left, right, areas)):
            joined.append(right)
            continue
        joined[-1] = left._replace(
            text=f"{left.text} {PICTURE} {right.text}",
            x1=right.x1,
            y0=min(left.y0, right.y0),
            y1=max(left.y1, right.y1),
        )
    return joined


def _goes_on(left: Fragment, right: Fragment) -> bool:
    first = right.text[0]
    return (
        0 < right.x0 - left.x1 < _WIDEST * right.size
        and abs(right.base - left.base) < 0.2 * right.size
        and (first.islower() or first in ",.;:)")
        and not right.mono
    )


def _is_filled(left: Fragment, right: Fragment, areas: Sequence[tuple[float, float, float, float]]) -> bool:
    em, edge = right.size, 0.3 * right.size
    inside = [
        (x0, x1)
        for x0, y0, x1, y1 in areas
        if x0 > left.x1 - edge and x1 < right.x0 + edge and y0 < right.y1 and y1 > right.y0 and y1 - y0 < _TALLEST * em
    ]
    if not inside:
        return False
    width = max(x1 for _, x1 in inside) - min(x0 for x0, _ in inside)
    return width > _NARROWEST * em and right.x0 - left.x1 - width < _AROUND * em
