"""How sure it is that the manual answers a question: evidence → probability → outcome.

A logistic model over what the ranking found. Its weights stand in `abstain_fit.py`, which
`python -m answering.fit_abstain` (tests/bench) writes.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from hsc_answer.domain import abstain_fit, evidence
from hsc_answer.domain.blocks import units_of
from hsc_answer.domain.ranking import Hit, ManualIndex

THRESHOLD = abstain_fit.THRESHOLD


class Features(NamedTuple):
    """What is known about the evidence, each about 0–1."""

    section: float  # share of the question's weight in the best section and its titles
    passage: float  # … in the best passage
    sentence: float  # … in the best sentence and the section's title
    exact: float  # … as the very words of the question, in the best section
    unknown: float  # … in words that the manual does not have
    pairs: float  # share of neighbouring words of the question that are neighbours there
    title: float  # … in the section's own title
    margin: float  # how far the best section is ahead of the next one
    words: float  # how much the question says


def features(question: str, hits: Sequence[Hit], index: ManualIndex) -> Features:
    """The evidence that `hits` (of `index.search`) give for the question."""
    query = index.understand(question)
    weigh = evidence.weights(query, index)
    missing = len(query.unknown) * index.rarity("")
    total = math.fsum(weigh) + missing
    if not hits or not total:
        return Features(0, 0, 0, 0, 1, 0, 0, 0, 0)
    best = hits[0]
    passages = index.around(best.passage)
    title = best.passage.section_path[-1] if best.passage.section_path else ""
    path = " ".join(best.passage.section_path)
    section = " ".join((path, *(p.text for p in passages)))
    known = math.fsum(weigh) / total
    exact = math.fsum(w for h, w in zip(evidence.held(query, section), weigh, strict=True) if h == 1) / total
    others = [h.score for h in hits[1:] if h.passage not in passages]
    return Features(
        section=known * evidence.coverage(query, section, weigh),
        passage=known * evidence.coverage(query, f"{path} {best.passage.text}", weigh),
        sentence=known
        * max((evidence.coverage(query, f"{title} {u.text}", weigh) for u in units_of(passages)), default=0.0),
        exact=exact,
        unknown=missing / total,
        pairs=evidence.pairs_held(query, section),
        title=known * evidence.coverage(query, title, weigh),
        margin=1 - others[0] / best.score if others else 1.0,
        words=min(1.0, (len(query.concepts) + len(query.unknown)) / 8),
    )


def confidence(question: str, hits: Sequence[Hit], index: ManualIndex) -> float:
    """The probability, 0–1, that the best hit answers the question; below `THRESHOLD` the manual is silent."""
    if not hits:
        return 0.0
    values = features(question, hits, index)
    logit = abstain_fit.BIAS + math.fsum(abstain_fit.WEIGHTS[name] * value for name, value in values._asdict().items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def answers(confidence_: float) -> bool:
    """Whether the evidence is strong enough to answer."""
    return confidence_ >= THRESHOLD
