"""How sure it is that the manual answers a question: evidence → probability → outcome.

A logistic model over what the ranking found. Its weights stand in `abstain_fit.py`, which
`PYTHONPATH=tests/bench python -m answering.fit_abstain --write` makes.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from hsc_answer.domain import abstain_fit, analyse, claims, codes, evidence, glossary, hebrew, intent
from hsc_answer.domain.blocks import row_key, units_of
from hsc_answer.domain.passage import Passage
from hsc_answer.domain.query import Query
from hsc_answer.domain.ranking import Hit, ManualIndex

THRESHOLD = abstain_fit.THRESHOLD
WORDS = 5  # a question with as many says all it needs
NEXT = 6  # hits whose sentences are looked at
SPREAD = 8  # hits whose sections are counted
ROWS = 3  # hits whose rows are looked at
OWN = 0.5  # of a follow-up's own weight that the section must hold


class Features(NamedTuple):
    """What is known about the evidence, each about 0–1. Shares are of the question's weight, lost words included."""

    section: float = 0.0  # share in the best section and its titles
    passage: float = 0.0  # … in the best passage and its titles
    sentence: float = 0.0  # … in the best sentence and the section's title
    exact: float = 0.0  # … as the very words of the question, in the section
    exact_passage: float = 0.0  # … as the very words, in the passage
    exact_sentence: float = 0.0  # … as the very words, in the sentence
    unknown: float = 1.0  # … in words that the manual does not have
    missing: float = 0.0  # … of the heaviest concept that the passage does not hold
    pairs: float = 0.0  # neighbours of the question that are neighbours in the section
    near: float = 0.0  # … in one sentence
    title_named: float = 0.0  # share of the title's words that the question names
    title_match: float = 0.0  # both: the question in the title and the title in the question
    score: float = 0.0  # the ranking's score
    margin: float = 0.0  # how far the best section is ahead of the next one
    peak: float = 0.0  # how far the best hit is ahead of those from the fourth on
    words: float = 0.0  # how much the question says
    translated: float = 0.0  # whether the question's words came through the glossary
    row: float = 0.0  # how far the question and the key of a row name each other
    shape: float = 0.0  # share in the best sentence that has the number asked for; 0 where none is asked for
    anywhere: float = 0.0  # share in the best sentence of the first hits and its section's title
    spread: float = 0.0  # how many sections the first hits are of


def features(question: str, hits: Sequence[Hit], index: ManualIndex) -> Features:
    """The evidence that `hits` (of `index.search`) give for the question."""
    query = index.understand(question)
    weigh = evidence.weights(query, index)
    # A Hebrew word that the glossary lacks may still stand in the manual, in English.
    unknown = index.rarity("") * math.fsum(0.5 if analyse.is_hebrew(word) else 1.0 for word in query.unknown)
    total = math.fsum(weigh) + unknown
    if not hits or not total:
        return Features()
    best = hits[0]
    passages = index.around(best.passage)
    titles = best.passage.section_path
    title = titles[-1] if titles else ""
    section = evidence.held(query, " ".join((*titles, *(p.text for p in passages))))
    passage = evidence.held(query, " ".join((*titles, best.passage.text)))
    lines = _lines(title, passages)
    sentences = [evidence.held(query, line) for line in lines]
    asks_value = intent.asks_value(question)

    def share(held: Sequence[float]) -> float:
        return math.fsum(h * w for h, w in zip(held, weigh, strict=True)) / total

    def exact(held: Sequence[float]) -> float:
        return share([float(h == 1) for h in held])

    lost = [w * (1 - h) for w, h in zip(weigh, passage, strict=True)]
    others = [h.score for h in hits[1:] if h.passage not in passages]
    named = evidence.named(query, title)
    return Features(
        section=share(section),
        passage=share(passage),
        sentence=max(map(share, sentences), default=0.0),
        exact=exact(section),
        exact_passage=exact(passage),
        exact_sentence=max(map(exact, sentences), default=0.0),
        unknown=unknown / total,
        missing=max([*lost, min(unknown, index.rarity(""))], default=0.0) / total,
        pairs=evidence.pairs_held(query, " ".join((*titles, *(p.text for p in passages)))),
        near=max((evidence.pairs_held(query, line) for line in lines), default=0.0),
        title_named=named,
        title_match=math.sqrt(named * share(evidence.held(query, title))),
        score=best.score / (2 * total),
        margin=1 - others[0] / best.score if others else 1.0,
        peak=1 - math.fsum(h.score for h in hits[3:9]) / (best.score * 6),
        words=min(1.0, (len(query.concepts) + len(query.unknown)) / WORDS),
        translated=float(analyse.is_hebrew(question) and not analyse.is_hebrew(best.passage.text)),
        row=max(
            (
                evidence.keyed(query, row_key(line), weigh) * (1 - unknown / total)
                for hit in hits[:ROWS]
                for line in hit.passage.text.split("\n")
            ),
            default=0.0,
        ),
        shape=max(
            (
                share(held)
                for held, line in zip(sentences, lines, strict=True)
                if asks_value and _has_number(question, line)
            ),
            default=0.0,
        ),
        anywhere=max(
            (
                share(evidence.held(query, line))
                for hit in hits[:NEXT]
                for line in _lines((hit.passage.section_path or ("",))[-1], [hit.passage])
            ),
            default=0.0,
        ),
        spread=len({hit.passage.section_path for hit in hits[:SPREAD]}) / SPREAD,
    )


def _lines(title: str, passages: Sequence[Passage]) -> list[str]:
    return [f"{title}. {unit.text}" for unit in units_of(passages)]


def _has_number(question: str, text: str) -> bool:
    """Whether a text has a number of the kind that the question asks for."""
    if intent.asks_duration(question):
        return intent.tells_duration(text)
    units = intent.units_asked(question)
    return any(not units or quantity.unit in units for quantity in claims.quantities(text))


def ruled_out(question: str, hits: Sequence[Hit], index: ManualIndex) -> bool:
    """Whether the manual is silent whatever the evidence looks like.

    So it is about a code, a model or a number that it does not have, and about a thing it never names that a device
    has or has not. What a follow-up goes on from helps to find, and lifts nothing: its own words must be there.
    """
    if not hits:
        return True
    query = index.understand(question)
    if query.codes_unknown or codes.unknown(question.partition("\n")[0], index) or _names_what_is_not_there(query):
        return True
    return own_share(question, hits[0], index) < OWN


def _names_what_is_not_there(query: Query) -> bool:
    named = {english for word in query.unknown for (english, *_) in hebrew.english_for(word)} | {*query.unknown}
    return not glossary.DECISIVE.isdisjoint(named)


def own_share(question: str, best: Hit, index: ManualIndex) -> float:
    """The share of a follow-up's own weight that the best section holds; 1 for a question that stands alone."""
    own, _, context = question.partition("\n")
    if not context or not analyse.has_content(own):
        return 1.0
    query = index.understand(own)
    unknown = index.rarity("") * len(query.unknown)
    weigh = evidence.weights(query, index)
    section = " ".join((*best.passage.section_path, *(p.text for p in index.around(best.passage))))
    held = math.fsum(h * w for h, w in zip(evidence.held(query, section), weigh, strict=True))
    return held / (math.fsum(weigh) + unknown) if query.concepts else 0.0


def confidence(question: str, hits: Sequence[Hit], index: ManualIndex) -> float:
    """The probability, 0–1, that the hits answer the question; below `THRESHOLD` the manual is silent."""
    if ruled_out(question, hits, index):
        return 0.0
    values = features(question, hits, index)._asdict()
    logit = abstain_fit.BIAS + math.fsum(weight * values[name] for name, weight in abstain_fit.WEIGHTS.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
