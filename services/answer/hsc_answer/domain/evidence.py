"""How much of a question a piece of text holds."""

import math
from collections.abc import Iterable

from hsc_answer.domain import analyse
from hsc_answer.domain.query import Query
from hsc_answer.domain.ranking import ManualIndex


def weights(query: Query, index: ManualIndex) -> list[float]:
    """The weight of each concept: its own times the rarity of its words."""
    return [
        c.weight * max((index.rarity(phrase[0]) * weight for phrase, weight in c.options), default=0.0)
        for c in query.concepts
    ]


def held(query: Query, text: str) -> list[float]:
    """For each concept how well the text holds it: 1 for its word, less for a word that stands for it, 0 for none."""
    words = analyse.words(text)
    return [
        max((weight for phrase, weight in c.options if words.issuperset(phrase)), default=0.0) for c in query.concepts
    ]


def coverage(query: Query, text: str, weigh: Iterable[float]) -> float:
    """The share of the question's weight that the text holds, 0–1."""
    pairs = list(zip(held(query, text), weigh, strict=True))
    total = math.fsum(w for _, w in pairs)
    return math.fsum(h * w for h, w in pairs) / total if total else 0.0


def keyed(query: Query, key: str, weigh: Iterable[float]) -> float:
    """How far question and key (of a row) name each other, 0–1."""
    words = analyse.content_words(key)
    if not words:
        return 0.0
    asked = {word for c in query.concepts for phrase, _ in c.options for word in phrase}
    return coverage(query, key, weigh) * len(words & asked) / len(words)


def named(query: Query, title: str) -> float:
    """The share of a title's words that the question names, in any of its words."""
    words = analyse.content_words(title)
    asked = {word for c in query.concepts for phrase, _ in c.options for word in phrase}
    return len(words & asked) / len(words) if words else 0.0


def pairs_held(query: Query, text: str) -> float:
    """The share of neighbouring concepts of the question that are near each other in the text."""
    places: dict[str, list[int]] = {}
    for term in analyse.terms(text):
        places.setdefault(term.text, []).append(term.position)
    total = found = 0
    for left, right in zip(query.concepts, query.concepts[1:], strict=False):
        if right.position - left.position > 4:
            continue
        total += 1
        after = [p for phrase, _ in right.options for p in places.get(phrase[0], ())]
        found += any(0 < p - q <= 3 for phrase, _ in left.options for q in places.get(phrase[0], ()) for p in after)
    return found / total if total else 0.0
