"""What a question asks about: concepts, each with the words that may stand for it in a manual."""

from dataclasses import dataclass
from itertools import groupby

from hsc_answer.domain import analyse, glossary
from hsc_answer.domain.vocabulary import Vocabulary

REPAIRED = 0.8
SYNONYM = 0.35
SYNONYM_ALONE = 0.7  # of a word that the manual does not have itself
CONTEXT = 0.4
# What is looked at of a question: nobody's question needs more, and a page that was pasted costs no more than one.
MOST_CHARACTERS = 2000
MOST_WORDS = 60


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing the question names. `options` are words or phrases (terms in order) with their weight, best first."""

    options: tuple[tuple[tuple[str, ...], float], ...]
    weight: float
    position: int

    @property
    def term(self) -> str:
        """The word itself, or the first that stands for it."""
        return self.options[0][0][0]


@dataclass(frozen=True, slots=True)
class Query:
    """Concepts in the order of the question. `unknown` are words that the manual does not have in any form."""

    concepts: tuple[Concept, ...]
    unknown: tuple[str, ...]


def understand(question: str, vocabulary: Vocabulary) -> Query:
    """The concepts of a question; those of its second line (what it goes on from) at a lower weight."""
    own, _, context = question.partition("\n")
    concepts, unknown = _concepts(own, vocabulary, 1.0)
    if context:
        known = {c.term for c in concepts}
        far = 1000  # from the question's own words: no pair spans both
        more, _ = _concepts(context, vocabulary, CONTEXT)
        concepts += [Concept(c.options, c.weight, c.position + far) for c in more if c.term not in known]
    return Query(tuple(concepts), tuple(unknown))


def _concepts(text: str, vocabulary: Vocabulary, weight: float) -> tuple[list[Concept], list[str]]:
    concepts: list[Concept] = []
    unknown: list[str] = []
    seen: set[str] = set()
    for _, token in groupby(analyse.content(text[:MOST_CHARACTERS])[:MOST_WORDS], key=lambda t: t.surface):
        for term in _pieces(list(token), vocabulary):
            if term.text in seen:
                continue
            seen.add(term.text)
            options = _options(term, vocabulary)
            if options:
                concepts.append(Concept(options, weight, term.position))
            else:
                unknown.append(term.text)
    return concepts, unknown


def _pieces(token: list[analyse.Term], vocabulary: Vocabulary) -> list[analyse.Term]:
    """Of a compound the whole where the manual has it (wifi), else its parts (wi, fi)."""
    whole = max(token, key=lambda t: len(t.text))
    return [whole] if len(token) == 1 or whole.text in vocabulary else [t for t in token if t is not whole] or token


def _options(term: analyse.Term, vocabulary: Vocabulary) -> tuple[tuple[tuple[str, ...], float], ...]:
    options: dict[tuple[str, ...], float] = {}
    if term.text in vocabulary:
        options[(term.text,)] = 1.0
    if analyse.is_hebrew(term.surface):
        for phrase in glossary.english_for(term.surface):
            options.setdefault(phrase, 1.0 if not options else SYNONYM)
        for word in glossary.hebrew_like(term.surface):
            options.setdefault((word,), SYNONYM)
    else:
        known = SYNONYM if options else SYNONYM_ALONE
        for phrase in glossary.synonyms(term.text):
            options.setdefault(phrase, known)
    found = {phrase: w for phrase, w in options.items() if all(word in vocabulary for word in phrase)}
    if not found:
        repaired = vocabulary.repair(term.surface)
        if repaired:
            found[(repaired,)] = REPAIRED
    return tuple(found.items())
