"""What a question asks about: concepts, each with the words that may stand for it in a manual."""

import re
from dataclasses import dataclass
from itertools import groupby, pairwise

from hsc_answer.domain import analyse, glossary, hebrew, languages, stopwords
from hsc_answer.domain.vocabulary import Vocabulary

REPAIRED = 0.8
SYNONYM = 0.35
SYNONYM_ALONE = 0.9  # of a word that the manual does not have itself
FORM = 0.9
COMPOUND = 0.5
DOER = 0.5  # "looper" for "loop"
JOINED = 0.9  # "baud rate" written as one word, or "linewidth" as two
SHORTEST = 4  # of two words in one
SOFT = 0.4  # of a word that any question about any product may have
ATTRIBUTE = 0.7
SMALL = 12  # numbers up to this one may be counted without standing in the manual
CONTEXT = 0.4
# What is looked at of a question: nobody's question needs more, and a page that was pasted costs no more than one.
MOST_CHARACTERS = 2000
MOST_WORDS = 60


_NAMES_OF = {
    **dict.fromkeys(("long", "much", "many", "often", "old"), ""),
    **dict.fromkeys(("big", "large", "wide", "tall"), "dimensions size"),
    "far": "distance",
    "heavy": "weight",
    "loud": "level volume",
    "fast": "speed",
    "hot": "temperature",
}
_ATTRIBUTE = re.compile(rf"\bhow\s+({'|'.join(_NAMES_OF)})\b", re.IGNORECASE)
_OFF = ("bypass", "disabl", "deactivat")
_NUMBERED = re.compile(r"(\b(?:errors?|err|fehler|error code|fault|alarm|שגיאה|תקלה)\s+#?)(\d{1,3})\b", re.IGNORECASE)
_SWITCHED = re.compile(
    r"\b(?:switch|turn|power)(?:e[sd]|s|ing|ed)?\s+(?:(?:it|itself|the|my|this|\w+)\s+){0,3}?(off|on)\b", re.IGNORECASE
)
_SHOWN = re.compile(r"\bshow (?:me|us)\b", re.IGNORECASE)
_PARTS = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+")


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
    """Concepts in the order of the question. `unknown` are words that the manual does not have in any form.

    `own` is how many of the concepts are the question's own: the others are of what it goes on from.
    """

    concepts: tuple[Concept, ...]
    unknown: tuple[str, ...]
    own: int

    @property
    def codes_unknown(self) -> list[str]:
        """Codes, models and numbers of the question that the manual does not have: what it says is not about them."""
        return [w for w in self.unknown if any(c.isdigit() for c in w) and not (w.isdigit() and int(w) <= SMALL)]


def understand(question: str, vocabulary: Vocabulary) -> Query:
    """The concepts of a question; those of its second line (what it goes on from) at a lower weight."""
    asked, _, context = question.partition("\n")
    concepts, unknown = _concepts(asked, vocabulary, 1.0)
    own = len(concepts)
    if context:
        known = {c.term for c in concepts}
        far = 1000  # from the question's own words: no pair spans both
        more, _ = _concepts(context, vocabulary, CONTEXT)
        concepts += [Concept(c.options, c.weight, c.position + far) for c in more if c.term not in known]
    return Query(tuple(concepts), tuple(unknown), own)


def _concepts(text: str, vocabulary: Vocabulary, weight: float) -> tuple[list[Concept], list[str]]:
    concepts: list[Concept] = []
    unknown: list[str] = []
    seen: set[str] = set()
    text = _SHOWN.sub(" ", text[:MOST_CHARACTERS])
    text, attribute = _attribute(_with_codes(text, vocabulary))
    language = languages.detect(text)
    small = stopwords.OF.get(language, frozenset())
    content = analyse.content(text)[:MOST_WORDS] if analyse.has_content(text) or not attribute else []
    prefix = content[-1].text if language == "de" and content and content[-1].surface in languages.SEPARABLE else ""
    content = [t for t in content if t.surface not in small] or content
    joined = _joined(content, vocabulary)
    for _, token in groupby(content, key=lambda t: t.surface):
        for term in _pieces(list(token), vocabulary):
            if term.text in seen:
                continue
            seen.add(term.text)
            options = _options(term, vocabulary, language, prefix)
            if whole := joined.get(term.position):
                options = (*options, ((whole,), JOINED))
            if options:
                soft = SOFT if term.surface in glossary.SOFT else 1.0
                concepts.append(Concept(options, weight * soft, term.position))
            elif term.surface not in glossary.GENERIC:
                unknown.append(term.text)
    found = tuple((phrase, w) for phrase, w in attribute if all(word in vocabulary for word in phrase))
    if found and not seen & {phrase[0] for phrase, _ in found}:
        concepts.append(Concept(found, weight, MOST_WORDS))
    if switched := _switched(text, vocabulary):
        concepts.append(Concept(switched, weight, MOST_WORDS + 100))
    return concepts, unknown


def _joined(content: list[analyse.Term], vocabulary: Vocabulary) -> dict[int, str]:
    """Where two neighbouring words are one in the manual (baud rate, baudrate), by the place of each."""
    found: dict[int, str] = {}
    for left, right in pairwise(content):
        if right.position - left.position == 1 and left.surface != right.surface:
            for whole in (left.surface + right.surface, left.text + right.text):
                if (term := analyse.stem(whole)) in vocabulary:
                    found[left.position] = found[right.position] = term
    return found


def _with_codes(text: str, vocabulary: Vocabulary) -> str:
    """A question with "error 7" as "error e7" where the manual numbers its errors so."""

    def written(found: re.Match[str]) -> str:
        code = f"e{found[2]}"
        return f"{found[1]}{code}" if code in vocabulary or vocabulary.codes_like(code) else found[0]

    return _NUMBERED.sub(written, text)


def _switched(text: str, vocabulary: Vocabulary) -> tuple[tuple[tuple[str, ...], float], ...]:
    """Off and on say nothing alone, and all with their verb: "does it switch itself off"."""
    found = _SWITCHED.search(text)
    if not found:
        return ()
    way = found[1].lower()
    phrases = [(verb, *between, way) for verb in ("switch", "turn", "power") for between in ((), ("itself",))]
    options = [(p, 1.0) for p in phrases] + [((word,), SYNONYM_ALONE) for word in _OFF if way == "off"]
    return tuple((p, w) for p, w in options if all(word in vocabulary for word in p))


def _attribute(text: str) -> tuple[str, tuple[tuple[tuple[str, ...], float], ...]]:
    """A question without the adjective of "how far", and the words that name what it asks for."""
    found = _ATTRIBUTE.search(text)
    if not found:
        return text, ()
    names = _NAMES_OF[found[1].lower()].split()
    without = text[: found.start(1)] + " " * len(found[1]) + text[found.end(1) :]
    return without, tuple(((analyse.stem(name),), ATTRIBUTE) for name in names)


def _pieces(token: list[analyse.Term], vocabulary: Vocabulary) -> list[analyse.Term]:
    """Of a compound the whole where the manual has it (wifi), else its parts (wi, fi)."""
    whole = max(token, key=lambda t: len(t.text))
    return [whole] if len(token) == 1 or whole.text in vocabulary else [t for t in token if t is not whole] or token


def _options(
    term: analyse.Term, vocabulary: Vocabulary, language: str, prefix: str
) -> tuple[tuple[tuple[str, ...], float], ...]:
    options: dict[tuple[str, ...], float] = {}
    if term.text in vocabulary:
        options[(term.text,)] = 1.0
    if any(c.isdigit() for c in term.text):
        for code in vocabulary.codes_like(term.text):
            options[(code,)] = 1.0
        if not options and (parts := _PARTS.findall(term.text))[1:]:
            options[tuple(parts)] = 1.0
    for spoken in vocabulary.languages if not language else vocabulary.languages & {language}:
        for form in vocabulary.forms(term.surface, spoken):
            options.setdefault((form,), FORM)
        if spoken == "de":
            for form in vocabulary.forms(prefix + term.surface, spoken) if prefix else ():
                options.setdefault((form,), FORM)
            for form in vocabulary.compounds(term.surface):
                options.setdefault((form,), COMPOUND)
    if analyse.is_hebrew(term.surface):
        for phrase in hebrew.english_for(term.surface):
            options.setdefault(phrase, 1.0 if not options else SYNONYM)
        for word in hebrew.alike(term.surface):
            options.setdefault((word,), SYNONYM)
    else:
        known = SYNONYM if options else SYNONYM_ALONE
        for phrase in glossary.synonyms(term.text):
            options.setdefault(phrase, known)
        for doer in _doers(term.text):
            options.setdefault((doer,), DOER)
    found = {phrase: w for phrase, w in options.items() if all(word in vocabulary for word in phrase)}
    if not found and (two := _two(term.surface, vocabulary)):
        found[two] = JOINED
    if not found:
        repaired = vocabulary.repair(term.surface)
        if repaired:
            found[(repaired,)] = REPAIRED
    return tuple(found.items())


def _doers(word: str) -> tuple[str, ...]:
    """What does what a verb says, as it may be written: print, printer."""
    return (
        (f"{word}er", f"{word}r", f"{word}{word[-1]}er", f"{word}or")
        if len(word) >= SHORTEST and word.isalpha()
        else ()
    )


def _two(word: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The two words of the manual that a word is made of; none, or the most even ones where there are several."""
    cuts = sorted(range(SHORTEST, len(word) - SHORTEST + 1), key=lambda at: abs(len(word) - 2 * at))
    halves = [(analyse.stem(word[:at]), analyse.stem(word[at:])) for at in cuts if word.isalpha()]
    return next((pair for pair in halves if all(half in vocabulary for half in pair)), ())
