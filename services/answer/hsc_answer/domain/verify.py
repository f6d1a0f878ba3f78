"""A sentence against the quote it stands on: does the manual say so?

A sentence passes when its quote stands to the letter in the cited passage and the quote carries what can be checked:
numbers with their units, model names, other names, negation, and, in the quote's own language, most of its words.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hsc_answer.domain import analyse, claims
from hsc_answer.domain.passage import Passage, find_quote
from hsc_answer.domain.windows import sentences

SUPPORT = 0.5
NEAR_VERBATIM = 0.8
_HEADING_NUMBER = re.compile(r"^\W*(?:[\d.]+|[A-Z])\s+")


class Reason(StrEnum):
    """Why a sentence is not shown."""

    SUPPORTED = "SUPPORTED"
    NO_QUOTE = "NO_QUOTE"
    QUOTE_NOT_IN_PASSAGE = "QUOTE_NOT_IN_PASSAGE"
    NUMBER = "NUMBER"
    UNIT = "UNIT"
    MODEL = "MODEL"
    NAME = "NAME"
    NEGATION = "NEGATION"
    OPPOSITE = "OPPOSITE"
    UNSUPPORTED = "UNSUPPORTED"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence may be shown, and why not."""

    ok: bool
    reason: Reason


def check(sentence: str, quote: str, passage: Passage, product_names: Collection[str] = ()) -> Verdict:
    """Whether `quote` stands in `passage` and supports `sentence`.

    `product_names`: names of the product asked about and its brand, which a sentence may use though the quote does not.
    """
    reason = _fault(sentence, quote, passage, product_names)
    return Verdict(reason is Reason.SUPPORTED, reason)


def _fault(sentence: str, quote: str, passage: Passage, product_names: Collection[str]) -> Reason:
    if not quote.strip():
        return Reason.NO_QUOTE
    if find_quote(quote, [passage]) is None:
        return Reason.QUOTE_NOT_IN_PASSAGE
    ground = " ".join((*passage.section_path, quote))
    fault = _quantities(sentence, quote, passage.section_path, ground) or _models(
        sentence, quote, ground, product_names
    )
    if fault:
        return fault
    if not claims.names(sentence) <= set(claims.words(" ".join((ground, *product_names)))):
        return Reason.NAME
    same_language = analyse.is_hebrew(sentence) == analyse.is_hebrew(quote)
    return _meaning(sentence, quote, ground, product_names, same_language)


def _quantities(sentence: str, quote: str, titles: Sequence[str], ground: str) -> Reason | None:
    said, given = claims.quantities(sentence), claims.quantities(quote)
    titled = given + [q for title in titles for q in claims.quantities(_HEADING_NUMBER.sub("", title))]
    for quantity in said:
        same = [g for g in titled if g.number == quantity.number]
        if not same:
            return Reason.NUMBER
        if quantity.unit and quantity.unit not in {g.unit for g in same}:
            elsewhere = any(not g.unit for g in same) and quantity.unit in {
                claims.UNIT_OF.get(w, "") for w in claims.words(ground)
            }
            if not elsewhere:
                return Reason.UNIT
    if any(count > len([t for t in titled if t.number == n]) for n, count in Counter(q.number for q in said).items()):
        return Reason.NUMBER
    return Reason.NUMBER if _reordered([q.number for q in said], [g.number for g in given]) else None


def _reordered(said: Sequence[str], given: Sequence[str]) -> bool:
    """Whether the same numbers were said in another order."""
    return len(said) > 1 and sorted(said) == sorted(given) and list(said) != list(given)


def _models(sentence: str, quote: str, ground: str, product_names: Collection[str]) -> Reason | None:
    allowed = claims.model_tokens(ground)
    family = {_family(m) for m in claims.model_tokens(quote)}
    own = claims.model_tokens(" ".join(product_names))
    for model in claims.model_tokens(sentence) - allowed:
        if model not in own or _family(model) in family:
            return Reason.MODEL
    return None


def _family(model: str) -> str:
    """The letters a model name begins with: td17 and td27 are one family."""
    return "".join(c for c in model if c.isalpha())[:2]


def _meaning(sentence: str, quote: str, ground: str, product_names: Collection[str], same_language: bool) -> Reason:
    said = claims.words(sentence)
    near = _nearest(sentence, quote) if same_language else quote
    here, there = claims.negations(sentence), claims.negations(near)
    if (here == 0) != (there == 0):
        return Reason.NEGATION
    if not same_language:
        return Reason.SUPPORTED
    if {claims.turned(sentence), claims.turned(near)} == {"on", "off"}:
        return Reason.OPPOSITE
    given = set(claims.words(ground))
    for word in said:
        opposite = claims.OPPOSITE.get(word, set())
        if opposite & given and word not in given:
            return Reason.OPPOSITE
    support = _support(sentence, " ".join((ground, *product_names)))
    if support >= NEAR_VERBATIM and here != there:
        return Reason.NEGATION
    return Reason.SUPPORTED if support >= SUPPORT else Reason.UNSUPPORTED


def _nearest(sentence: str, quote: str) -> str:
    """The sentences of the quote that the sentence speaks about: those that share words with it."""
    said = {t.text for t in analyse.content(sentence)}
    parts = [quote[a:b] for a, b in sentences(quote)]
    shared = [len(said & {t.text for t in analyse.content(p)}) for p in parts]
    return " ".join(p for p, n in zip(parts, shared, strict=True) if n and n >= 0.3 * max(shared)) or quote


def _support(sentence: str, ground: str) -> float:
    said = {t.text for t in analyse.content(sentence)}
    given = {t.text for t in analyse.terms(ground)}
    return len(said & given) / len(said) if said else 1.0
