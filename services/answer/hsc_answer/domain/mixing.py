"""The ranking by words and the likeness by meaning in one order.

A weighted sum of normalised scores (Bruch, Gai & Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval",
2023), over the first of the ranking alone: likeness may reorder what the words found, and finds nothing by itself.
"""

from collections.abc import Sequence
from dataclasses import replace

from hsc_answer.domain.ranking import Hit

TOP = 20  # hits that likeness may reorder
MEANING = 0.3  # its share of a mixed score
CLEAR = 0.5  # a best section ahead of the next by this share of its score stays the best
SPREAD = 0.1  # differences of likeness below this say less than they seem to


def undecided(hits: Sequence[Hit]) -> bool:
    """Whether the words leave open which section is meant: only there likeness may help."""
    if not hits:
        return False
    best = hits[0]
    others = [h.score for h in hits[1:TOP] if _section(h) != _section(best)]
    return bool(others) and others[0] > (1 - CLEAR) * best.score


def mixed(hits: Sequence[Hit], likeness: Sequence[float]) -> list[Hit]:
    """The hits in their new order, with scores of the ranking's unit; `likeness` (cosines) is of the first `TOP`."""
    top = hits[:TOP]
    if not top:
        return []
    lowest = min(likeness)
    unit = hits[0].score / max(max(likeness) - lowest, SPREAD)
    rescored = [
        replace(hit, score=(1 - MEANING) * hit.score + MEANING * unit * (like - lowest))
        for hit, like in zip(top, likeness, strict=True)
    ]
    # The rest stays behind them: no likeness is known of it.
    rest = [replace(hit, score=(1 - MEANING) * hit.score) for hit in hits[TOP:]]
    return sorted(rescored, key=lambda hit: -hit.score) + rest


def _section(hit: Hit) -> tuple[str, tuple[str, ...]]:
    return hit.passage.manual_id, hit.passage.section_path
