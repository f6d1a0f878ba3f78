"""The extractive writer: the sentences of one section that answer a question, in the manual's own words."""

from collections.abc import Sequence
from dataclasses import dataclass

from hsc_answer.domain import evidence
from hsc_answer.domain.blocks import Kind, Unit, units_of, without_marker
from hsc_answer.domain.passage import Citation, cite, fold
from hsc_answer.domain.ranking import Hit, ManualIndex

MOST_WORDS = 100
WHOLE_SECTION = 75


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

    `hits` are those of `index.search`.
    """
    if not hits:
        return Extract(())
    query = index.understand(question)
    units = units_of(index.section_of(hits[0].passage))
    if not units:
        return Extract(())
    weigh = evidence.weights(query, index)
    scores = [evidence.coverage(query, unit.text, weigh) for unit in units]
    chosen = _choose(units, scores)
    return Extract(tuple(_sentence(units[i]) for i in chosen))


def _sentence(unit: Unit) -> Sentence:
    return Sentence(fold(without_marker(unit.text)), cite(unit.passage, unit.span.start, unit.span.end))


def _choose(units: list[Unit], scores: list[float]) -> list[int]:
    """Indexes of the units to say, in order."""
    body = [i for i, u in enumerate(units) if u.kind is not Kind.ASIDE]
    if body and sum(units[i].words for i in body) <= WHOLE_SECTION:
        return body
    best = max(range(len(units)), key=lambda i: (scores[i], -i))
    block = units[best].block
    wanted = {i for i, u in enumerate(units) if u.block == block}
    if units[best].kind in (Kind.ITEM, Kind.ROW):
        wanted |= _lead(units, best)
    elif units[best].kind is Kind.STEP:
        wanted |= _steps(units, best)
    return _within(units, sorted(wanted), best)


def _lead(units: list[Unit], best: int) -> set[int]:
    """What introduces a list item: the section's first sentence, and the block that announces the list."""
    lead = {0}
    i = best
    while (
        i >= 0
        and units[i].kind in (Kind.ITEM, Kind.ROW)
        and not (i != best and units[i].introduces and units[i].block != units[best].block)
    ):
        i -= 1
    if i >= 0:
        lead |= {j for j, u in enumerate(units) if u.block == units[i].block}
    return lead


def _steps(units: list[Unit], best: int) -> set[int]:
    """The whole run of steps that holds `best`, with the items inside, and the sentence before it."""
    first = best
    while first > 0 and units[first - 1].kind in (Kind.STEP, Kind.ITEM):
        first -= 1
    last = best
    while last + 1 < len(units) and units[last + 1].kind in (Kind.STEP, Kind.ITEM):
        last += 1
    return set(range(max(0, first - 1), last + 1))


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
