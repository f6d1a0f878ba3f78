"""From text to terms: tokens, light stems, model tokens, stop words."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from hsc_answer.domain import stopwords

# Words, numbers, and both joined by the marks that occur inside names (td-17, wi-fi, 3.5, user's, 1/4).
TOKEN = re.compile(r"[^\W_]+(?:[-‐‑.,'’/+_׳״\"][^\W_]+)*\+?")
_PART = re.compile(r"[^\W_]+")
_JOINER = re.compile(r"[-‐‑'’_+׳״\"]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")
_MARKS = re.compile(r"[\u0591-\u05bd\u05bf-\u05c7\u200e\u200f\u00ad\u202a-\u202e\u2066-\u2069]")
# "the TD-17", "in 230 V": a Hebrew prefix before a name or a number is no part of it.
_PREFIXED = re.compile(r"(?<![^\W_])[\u05d0-\u05ea]{1,3}-(?=[a-z0-9])")
_VOWEL = re.compile(r"[aeiouy]")
_HEBREW = re.compile(r"[\u05d0-\u05ea]")


class Term(NamedTuple):
    """A word as it is compared; `position` counts the words before it in the text."""

    text: str
    position: int
    surface: str


def normalise(text: str) -> str:
    """Lower case, compatibility forms folded, accents kept, Hebrew points and invisible marks dropped.

    Hebrew prefixes before Latin letters and digits become spaces.
    """
    folded = _MARKS.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return _PREFIXED.sub(lambda found: " " * len(found[0]), folded)


def normalise_question(question: str) -> str:
    """A question as it is told from others: case, white space and the marks around it do not count."""
    return " ".join(normalise(question).split()).strip(" ?!.,;:¿¡\"'")


def is_model_token(token: str) -> bool:
    """Whether a token names a model or a version: letters and digits together, such as td-17 or mpd218."""
    return any(c.isdigit() for c in token) and any(c.isalpha() for c in token)


def is_number(token: str) -> bool:
    """Whether a token is a plain number: 16, 3.5, 44,100."""
    return _NUMBER.fullmatch(token) is not None


def is_hebrew(text: str) -> bool:
    """Whether Hebrew letters are in the text."""
    return _HEBREW.search(text) is not None


# Base and its forms, parted by semicolons.
_IRREGULAR = """
write wrote written; forget forgot forgotten; lose lost; send sent; keep kept; find found; hold held;
choose chose chosen; break broke broken; speak spoke spoken; sell sold; buy bought; bring brought;
build built; mean meant; feel felt; draw drew drawn; show shown; see saw seen; hear heard; begin began begun;
run ran; ring rang rung; wear wore worn; shut shut; lead led; pay paid; read read; lend lent; sleep slept;
lie lay lain; freeze froze frozen; steal stole stolen; wake woke woken; throw threw thrown; grow grew grown;
foot feet; axis axes; index indices; child children; person people; man men
"""
_BASE = {form: base for line in _IRREGULAR.split(";") for base, *forms in (line.split(),) for form in forms}


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A light stem: endings of number, tense and adverb, no derivation that changes what a thing is.

    >>> [stem(w) for w in ("settings", "copied", "recording", "batteries", "usages", "quickly")]
    ['set', 'copy', 'record', 'battery', 'usage', 'quick']
    """
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    word = _BASE.get(word, word)
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if word.endswith("ly") and len(word) > 5:
        word = word[:-2]
    for ending in ("ing", "ed"):
        root = word[: -len(ending)]
        if word.endswith(ending) and len(root) > 2 and _VOWEL.search(root):
            if ending == "ed" and root.endswith("i"):
                return root[:-1] + "y"
            if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz":
                return root[:-1]
            word = root
            break
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


@lru_cache(maxsize=50_000)
def terms_of_token(token: str) -> tuple[tuple[tuple[str, int], ...], int]:
    """The terms of a normalised token with their offsets, and how many word positions it takes.

    A compound gives its parts and the whole without its joiners: wi-fi → wi, fi, wifi; td-17 → td17 alone,
    because half a model name is another model.
    """
    token = token.removesuffix("'s").removesuffix("’s")
    if is_number(token):
        return ((_THOUSANDS.sub("", token).replace(",", "."), 0),), 1
    parts = _PART.findall(token)
    if len(parts) == 1:
        return ((stem(token), 0),), 1
    whole = _JOINER.sub("", token)
    if is_model_token(token):
        pieces = [(stem(p), i) for i, p in enumerate(parts) if p.isalpha() and len(p) > 2]
        return ((whole, 0), *pieces), 1 if not pieces else len(parts)
    return (*((stem(p), i) for i, p in enumerate(parts)), (stem(whole), 0)), len(parts)


def terms(text: str) -> list[Term]:
    """All terms of a text in order, stop words included."""
    found: list[Term] = []
    position = 0
    for match in TOKEN.finditer(normalise(text)):
        pieces, width = terms_of_token(match[0])
        found.extend(Term(t, position + offset, match[0]) for t, offset in pieces)
        position += width
    return found


# The sentences near a hit are weighed several times for a question, and again for the next one: about 10 MB in all.
@lru_cache(maxsize=4096)
def words(text: str) -> frozenset[str]:
    """The different terms of a text, stop words included."""
    return frozenset(t.text for t in terms(text))


STOP = frozenset(t for word in stopwords.WORDS for t, _ in terms_of_token(normalise(word))[0]) | stopwords.WORDS


def content(text: str) -> list[Term]:
    """The terms that say what a text is about; all of them where only stop words were used."""
    everything = terms(text)
    kept = [t for t in everything if t.text not in STOP and t.surface not in STOP]
    return kept or everything


@lru_cache(maxsize=4096)
def content_words(text: str) -> frozenset[str]:
    """The different terms that say what a text is about."""
    return frozenset(t.text for t in content(text))


def has_content(text: str) -> bool:
    """Whether a text has a word that says what it is about."""
    return any(t.text not in STOP and t.surface not in STOP for t in terms(text))
