"""How sure it is that the manual answers a question: evidence → probability → outcome.

A logistic model over what the ranking found. Its weights stand in `abstain_fit.py`, which
`python -m answering.fit_abstain` (tests/bench) writes.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from hsc_answer.domain import abstain_fit, analyse, evidence
from hsc_answer.domain.blocks import units_of
from hsc_answer.domain.query import Query
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
    score: float  # the ranking's score, as a share of the question's weight
    rarest: float  # whether the best passage and its titles hold the question's rarest word
    missing: float  # the heaviest concept that they do not hold, as a share of the question's weight
    exact_passage: float  # share as the very words of the question in the best passage and its titles
    near: float  # share of neighbours of the question that are neighbours in the best sentence or title
    title_named: float  # share of the section title's words that the question names
    title_match: float  # both: the question in the title and the title in the question
    peak: float  # how far the best hit is above the ones from the fourth on
    second: float  # how far it is above the second hit of whatever section
    exact_sentence: float  # share as the very words in the best sentence and the section's title


def features(question: str, hits: Sequence[Hit], index: ManualIndex) -> Features:
    """The evidence that `hits` (of `index.search`) give for the question."""
    query = index.understand(question)
    weigh = evidence.weights(query, index)
    missing = len(query.unknown) * index.rarity("")
    total = math.fsum(weigh) + missing
    if not hits or not total:
        return Features(*(0.0,) * 4, 1.0, *(0.0,) * 14)
    best = hits[0]
    passages = index.around(best.passage)
    title = best.passage.section_path[-1] if best.passage.section_path else ""
    path = " ".join(best.passage.section_path)
    section = " ".join((path, *(p.text for p in passages)))
    local = f"{path} {best.passage.text}"
    here = evidence.held(query, local)
    lines = [f"{title}. {u.text}" for u in units_of(passages)]
    title_named = _named(query, title)
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
        score=best.score / (1.7 * total),
        rarest=max(zip(weigh, here, strict=True), default=(0.0, 0.0))[1],
        missing=max(
            [w * (1 - h) for w, h in zip(weigh, here, strict=True)] + [missing and index.rarity("")], default=0.0
        )
        / total,
        exact_passage=math.fsum(w for h, w in zip(here, weigh, strict=True) if h == 1) / total,
        near=max((evidence.pairs_held(query, line) for line in lines), default=0.0),
        title_named=title_named,
        title_match=math.sqrt(title_named * known * evidence.coverage(query, title, weigh)),
        peak=1 - math.fsum(h.score for h in hits[3:9]) / (best.score * 6),
        second=1 - hits[1].score / best.score if len(hits) > 1 else 1.0,
        exact_sentence=max(
            (math.fsum(w for h, w in zip(evidence.held(query, line), weigh, strict=True) if h == 1) for line in lines),
            default=0.0,
        )
        / total,
    )


def _named(query: Query, title: str) -> float:
    """The share of a title's words that the question names, in any of its words."""
    words = {t.text for t in analyse.content(title)}
    asked = {word for c in query.concepts for phrase, _ in c.options for word in phrase}
    return len(words & asked) / len(words) if words else 0.0


def confidence(question: str, hits: Sequence[Hit], index: ManualIndex) -> float:
    """The probability, 0–1, that the best hit answers the question; below `THRESHOLD` the manual is silent."""
    if not hits:
        return 0.0
    values = features(question, hits, index)
    logit = abstain_fit.BIAS + math.fsum(
        abstain_fit.WEIGHTS.get(name, 0) * value for name, value in values._asdict().items()
    )
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def answers(confidence_: float) -> bool:
    """Whether the evidence is strong enough to answer."""
    return confidence_ >= THRESHOLD
