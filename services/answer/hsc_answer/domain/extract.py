"""The extractive writer: the sentences of one section that answer a question, in the manual's own words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hsc_answer.domain import claims, evidence, intent
from hsc_answer.domain.blocks import Kind, Unit, is_head, row_key, units_of, without_marker
from hsc_answer.domain.passage import Citation, cite, fold
from hsc_answer.domain.query import Query
from hsc_answer.domain.ranking import Hit, ManualIndex

MOST_WORDS = 100
WHOLE_SECTION = 85
STATEMENT = 45
LEAD = 22
LEAD_IN = 10
LABEL_WORDS = 4  # of a label that answers nothing by itself
LABEL_SHARE = 0.5
PROSE_LEAD = 15
CANDIDATES = 3  # hits that are looked at sentence by sentence
SENTENCE_SHARE = 0.35
TITLE_SHARE = 0.5
NUMBER_BONUS = 0.2
RANGE_BONUS = 0.2
LIMIT_BONUS = 0.25
ABOUT = 0.6  # of the question that a sentence holds whose limit may be the one asked for
UNIT_BONUS = 0.2
LABEL_BONUS = 0.15
KEY_BONUS = 0.6
TITLED = 0.8
BEGINS = 0.3
BEGINS_FAR = 0.65  # where the section is long, and the hit deep inside
TITLE_BONUS = 0.15
_SIZE = re.compile(r"\b\d+\s?[x×]\s?\d+\b")
_OPTION = re.compile(r"^[-‘'<\[/]|[<\[=]")
_PROBLEM = re.compile(r"(?:•\s*)?(?:problem|question|symptom|frage|q)\s*:|.*\?$", re.IGNORECASE)
_RANGE = re.compile(r"\d\S*(?:\s+[^\W\d]+)?\s*(?:to|–|—|-|…|bis|à|a)\s*[-−+]?\d")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the answer and the quote it stands on."""

    text: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Extract:
    """An answer in the manual's own words; empty where nothing was found."""

    sentences: tuple[Sentence, ...]

    @property
    def citations(self) -> tuple[Citation, ...]:
        """One for each sentence, in order."""
        return tuple(s.citation for s in self.sentences)

    @property
    def text(self) -> str:
        """The answer in one line."""
        return " ".join(s.text for s in self.sentences)


def write(question: str, hits: Sequence[Hit], index: ManualIndex) -> Extract:
    """The answer that the best hit's section gives, at most 100 words, each sentence with its citation.

    It begins with the answer itself: the value, the option, or the first step. `hits` are those of `index.search`.
    """
    if not hits:
        return Extract(())
    query = index.understand(question)
    units, scores = max(
        (_candidate(question, query, hit, index) for hit in [h for h in hits[:CANDIDATES] if h.score > 0]),
        key=lambda c: c[2],
    )[:2]
    if not units:
        return Extract(())
    best = max(range(len(units)), key=lambda i: (scores[i], -i))
    best = _solved(units, best)
    chosen = _procedure(units, best) if intent.asks_how(question) else _statement(units, best)
    chosen = _without_captions(units, chosen, best)
    if intent.asks_whether(question) and sum(units[i].words for i in chosen if i < best) > LEAD_IN:
        # The evidence first: what comes before it is long.
        chosen = {i for i in chosen if i >= best}
    return Extract(tuple(_sentence(units[i]) for i in _within(units, sorted(chosen), best)))


def _candidate(question: str, query: Query, hit: Hit, index: ManualIndex) -> tuple[list[Unit], list[float], float]:
    """A hit's sentences, what each holds of the question, and the hit's worth: its score, more by its best sentence."""
    units = units_of(index.around(hit.passage))
    scores = _scores(question, query, units, index)
    if intent.asks_how(question) and evidence.named(query, " ".join(hit.passage.section_path[-1:])) == 1:
        # How a thing is done that gives its section the name is told where that begins.
        beginning = units_of(index.around(index.beginning(hit.passage)))
        first = next((i for i, unit in enumerate(beginning) if not unit.is_label), 0)
        far = beginning[0] not in units
        told = _scores(question, query, beginning, index)
        told[first] += BEGINS_FAR if far else BEGINS
        if not far or told[first] >= max(scores):
            units, scores = beginning, told
    return units, scores, hit.score * (1 + SENTENCE_SHARE * max(scores, default=0.0))


def _sentence(unit: Unit) -> Sentence:
    return Sentence(fold(without_marker(unit.text)), cite(unit.passage, unit.span.start, unit.span.end))


def _scores(question: str, query: Query, units: Sequence[Unit], index: ManualIndex) -> list[float]:
    """How much of the question each unit holds; where a number is asked for, one that has a number counts more."""
    weigh = evidence.weights(query, index)
    how = intent.asks_how(question)
    value = intent.asks_value(question)
    duration = intent.asks_duration(question)
    ranged = intent.asks_range(question)
    most = value and intent.asks_most(question)
    units_asked = intent.units_asked(question)
    title = units[0].passage.section_path[-1:]
    named = evidence.held(query, " ".join(title))
    # What the title says already holds for all units; what tells them apart weighs more.
    apart = [w * (1 - TITLE_SHARE * h) for w, h in zip(weigh, named, strict=True)]
    titled = evidence.coverage(query, " ".join(title), weigh) >= TITLED
    scores = []
    for unit in units:
        covered = evidence.coverage(query, unit.text, apart)
        score = TITLE_BONUS * (titled and unit.block == 0) + covered
        if value and (intent.tells_duration(unit.text) if duration else _tells_number(unit.text)):
            score += NUMBER_BONUS + RANGE_BONUS * (ranged and _RANGE.search(unit.text) is not None)
            score += LIMIT_BONUS * (most and covered >= ABOUT and intent.tells_limit(unit.text))
        if units_asked and any(quantity.unit in units_asked for quantity in claims.quantities(unit.text)):
            score += UNIT_BONUS
        if unit.kind in (Kind.ROW, Kind.ITEM):
            score += LABEL_BONUS * evidence.coverage(query, unit.text.partition(":")[0], apart)
            unasked = how or (unit.text[:1].isdecimal() and not intent.asks_which_number(question))
            score += (0.0 if unasked else KEY_BONUS) * evidence.keyed(query, row_key(unit.text), apart)
        if unit.kind is Kind.ASIDE or unit.introduces:
            score -= 0.05
        if unit.is_label and unit.words < LABEL_WORDS:
            score *= LABEL_SHARE
        if is_head(unit.text):
            score = 0.0
        scores.append(score)
    return scores


def _tells_number(text: str) -> bool:
    return bool(claims.quantities(text)) or _SIZE.search(text) is not None


def _procedure(units: list[Unit], best: int) -> set[int]:
    body = [i for i, u in enumerate(units) if u.kind is not Kind.ASIDE]
    if best in body and sum(units[i].words for i in body) <= WHOLE_SECTION:
        return set(_from(units, body, best))
    wanted = _block(units, best)
    if units[best].kind is Kind.ROW:
        return _row(units, wanted, best)
    if units[best].kind is Kind.ITEM:
        return wanted | _lead(units, best)
    if units[best].kind is Kind.STEP:
        return wanted | _steps(units, best)
    wanted = {i for i in wanted if i >= best} | _leant_on(units, best)
    return (
        (_followed(units, wanted) if units[best].is_label else wanted)
        | _definition(units, best)
        | _announced(units, max(wanted))
        | _next_steps(units, max(wanted))
    )


def _statement(units: list[Unit], best: int) -> set[int]:
    block = _block(units, best)
    wanted = {i for i in block if i >= best}
    if units[best].kind is Kind.ROW:
        return _row(units, block, best)
    if units[best].kind is Kind.ITEM:
        return block | _lead(units, best)
    before = {i for i in block if i < best}
    while sum(units[i].words for i in before) > LEAD_IN:
        before.discard(min(before))
    wanted = _followed(units, wanted | before | _leant_on(units, best))
    return wanted | _announced(units, max(wanted))


def _solved(units: list[Unit], best: int) -> int:
    """What follows the best sentence where that only asks, or only says what is wrong."""
    if not _PROBLEM.match(units[best].text):
        return best
    block = units[best].block
    return next((i for i in range(best + 1, len(units)) if units[i].block != block), best)


def _without_captions(units: list[Unit], chosen: set[int], best: int) -> set[int]:
    """`chosen` without what is no sentence before the best one; an option that it describes stays."""
    return {i for i in chosen if i >= best or not units[i].is_label or _OPTION.search(units[i].text)}


def _leant_on(units: list[Unit], best: int) -> set[int]:
    """What the best sentence needs before it, if short: the one that it takes up ("But …"), the option it describes."""
    if best == 0 or units[best].kind is not Kind.TEXT or units[best - 1].kind is not Kind.TEXT:
        return set()
    before = units[best - 1]
    if before.is_label:
        return {best - 1} if before.words <= LABEL_WORDS and _OPTION.search(before.text) else set()
    return {best - 1} if units[best].leans and before.words <= PROSE_LEAD else set()


def _followed(units: list[Unit], wanted: set[int]) -> set[int]:
    """`wanted`, and what follows it as far as a statement goes."""
    wanted = set(wanted)
    last = max(wanted)
    words = sum(units[i].words for i in wanted)
    following = max(wanted) + 1
    while following < len(units) and units[following].kind is not Kind.ASIDE:
        words += units[following].words
        if words > STATEMENT:
            break
        wanted.add(following)
        following += 1
    while max(wanted) > last and units[max(wanted)].is_label:
        wanted.discard(max(wanted))
    return wanted


def _block(units: list[Unit], best: int) -> set[int]:
    return {i for i, u in enumerate(units) if u.block == units[best].block}


def _row(units: list[Unit], block: set[int], best: int) -> set[int]:
    """A row whole; what only looks like one, long text after a colon, from its best sentence."""
    return block if sum(units[i].words for i in block if i < best) <= LEAD else {i for i in block if i >= best}


def _from(units: list[Unit], body: list[int], best: int) -> list[int]:
    """`body` without so much of its beginning that `best`, where it is no step or item, comes too late."""
    if units[best].kind in (Kind.STEP, Kind.ITEM):
        return body
    start = 0
    lead = LEAD if any(units[i].kind is Kind.STEP for i in body) else PROSE_LEAD
    while body[start] < best and sum(units[i].words for i in body[start:] if i < best) > lead:
        start += 1
    return body[start:]


def _lead(units: list[Unit], best: int) -> set[int]:
    """What introduces a list item: the block that announces the list, and the section's first sentence if short."""
    i = best
    while i >= 0 and (
        units[i].kind in (Kind.ITEM, Kind.ROW) and not (units[i].introduces and units[i].block != units[best].block)
    ):
        i -= 1
    lead = {j for j, u in enumerate(units) if i >= 0 and u.block == units[i].block}
    while lead and sum(units[j].words for j in lead) > LEAD:
        lead.discard(min(lead))
    if sum(units[j].words for j in lead | {0}) <= LEAD:
        lead.add(0)
    return lead


def _steps(units: list[Unit], best: int) -> set[int]:
    """The whole run of steps that holds `best`, with the items inside, and a short sentence before it."""
    first = best
    while first > 0 and units[first - 1].kind in (Kind.STEP, Kind.ITEM):
        first -= 1
    last = best
    while last + 1 < len(units) and units[last + 1].kind in (Kind.STEP, Kind.ITEM):
        last += 1
    if first > 0 and units[first - 1].kind is Kind.TEXT and units[first - 1].words <= LEAD:
        first -= 1
    return set(range(first, last + 1))


def _announced(units: list[Unit], last: int) -> set[int]:
    """The list that the sentence `last` announces."""
    if not units[last].introduces:
        return set()
    end = last + 1
    while end < len(units) and units[end].kind is not Kind.TEXT:
        end += 1
    return set(range(last + 1, max(end, last + 2))) & set(range(len(units)))


def _next_steps(units: list[Unit], last: int) -> set[int]:
    """The steps that follow right after `last`."""
    return _steps(units, last + 1) if last + 1 < len(units) and units[last + 1].kind is Kind.STEP else set()


def _within(units: list[Unit], wanted: list[int], best: int) -> list[int]:
    """As many of `wanted`, from the first, as the word limit allows; the best one always."""
    chosen: list[int] = []
    left = MOST_WORDS - units[best].words
    for i in wanted:
        if i == best:
            chosen.append(i)
        elif units[i].words <= left:
            chosen.append(i)
            left -= units[i].words
        elif i > best:
            break
    return chosen


def _definition(units: list[Unit], best: int) -> set[int]:
    """The section's first sentence, where it is short prose right before: it says what the thing is or does."""
    return {0} if 0 < best <= 2 and units[0].kind is Kind.TEXT and units[0].words <= LEAD else set()
