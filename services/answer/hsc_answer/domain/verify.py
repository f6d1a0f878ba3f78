"""A sentence against the quote it stands on: does the manual say so?

A sentence passes when its quote stands to the letter in the cited passage and the quote carries what can be checked:
numbers with their units, model names, other names, negation, and, in the quote's own language, most of its words.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hsc_answer.domain import analyse, claims, wording
from hsc_answer.domain.passage import Citation, Passage, find_quote, fold
from hsc_answer.domain.windows import sentences

SUPPORT = 0.5
NEAR_VERBATIM = 0.8
NEAR = 0.5
_CLAUSE_END = re.compile(r"[.!?;:…](?=\s|$)|\n")
_AFTER_SEMICOLON = re.compile(r"(?<=;)\s+")
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
    BOUND = "BOUND"
    MODAL = "MODAL"
    CONDITION = "CONDITION"
    ADDED = "ADDED"
    SWAPPED = "SWAPPED"
    UNSUPPORTED = "UNSUPPORTED"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence may be shown, and why not."""

    ok: bool
    reason: Reason


def check(
    sentence: str, quote: str, passage: Passage, product_names: Collection[str] = (), question: str = ""
) -> Verdict:
    """Whether `quote` stands in `passage` and supports `sentence`.

    `product_names`: names of the product asked about and its brand, which a sentence may use though the quote does not.
    A condition of the manual's that the `question` names already need not be said again.
    """
    reason = _fault(sentence, quote, passage, product_names, question)
    return Verdict(reason is Reason.SUPPORTED, reason)


def _fault(sentence: str, quote: str, passage: Passage, product_names: Collection[str], question: str) -> Reason:
    if not quote.strip():
        return Reason.NO_QUOTE
    citation = find_quote(quote, [passage])
    if citation is None:
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
    clause = _clause(citation)
    fault = _meaning(sentence, clause, ground, product_names, same_language)
    if fault is Reason.SUPPORTED and same_language:
        fault = _wording(sentence, clause, passage.section_path, product_names, question) or fault
    return fault


def _clause(citation: Citation) -> str:
    """The quote with what is left of its clause on both sides: no quote leaves its "not" or "unless" behind."""
    text = citation.passage.text
    start = max((end.end() for end in _CLAUSE_END.finditer(text, 0, citation.start)), default=0)
    end = _CLAUSE_END.search(text, citation.end - 1)
    stop = end.start() + 1 if end else len(text)
    return fold(text[start : max(stop, citation.end)])


def _wording(
    sentence: str, clause: str, titles: Sequence[str], product_names: Collection[str], question: str
) -> Reason | None:
    ground = ". ".join((*titles, clause))
    near = _nearest(sentence, clause)
    if wording.turned_bound(sentence, ground):
        return Reason.BOUND
    if wording.other_count(sentence, ground):
        return Reason.NUMBER
    if wording.other_size(sentence, ground):
        return Reason.UNIT
    if wording.other_of_a_kind(sentence, ground):
        return Reason.OPPOSITE
    if wording.turned_modal(sentence, near):
        return Reason.MODAL
    if wording.lost_condition(sentence, near, question):
        return Reason.CONDITION
    if wording.added(sentence, ground) or wording.unfounded_part(sentence, ground, product_names):
        return Reason.ADDED
    return Reason.SWAPPED if wording.swapped(sentence, near) else None


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
    given = claims.words(ground)
    more, less = (set(Counter(a) - Counter(b)) for a, b in ((said, given), (given, said)))
    if any(claims.OPPOSITE.get(word, set()) & less for word in more):
        return Reason.OPPOSITE
    support = _support(sentence, " ".join((ground, *product_names)))
    if support >= NEAR_VERBATIM and here != there:
        return Reason.NEGATION
    return Reason.SUPPORTED if support >= SUPPORT else Reason.UNSUPPORTED


def _nearest(sentence: str, quote: str) -> str:
    """The clauses of the quote that the sentence speaks about: those that share the most words, or are in it."""
    said = {t.text for t in analyse.content(sentence)}
    parts = [part for a, b in sentences(quote) for part in _AFTER_SEMICOLON.split(quote[a:b])]
    words = [{t.text for t in analyse.content(part)} for part in parts]
    most = max((len(w & said) for w in words), default=0)
    chosen = [p for p, w in zip(parts, words, strict=True) if len(w & said) > NEAR * min(most, len(w))]
    return " ".join(chosen) or quote


def _support(sentence: str, ground: str) -> float:
    said = {t.text for t in analyse.content(sentence)}
    given = {t.text for t in analyse.terms(ground)}
    return len(said & given) / len(said) if said else 1.0
