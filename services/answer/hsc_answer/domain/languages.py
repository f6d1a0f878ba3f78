"""Which language a question is in, and which words are forms of one another there.

English has its own light stems (`analyse`). German, French, Spanish and Italian are stemmed by Snowball's algorithms
(Porter, "Snowball: A language for stemming algorithms", 2001); Hebrew words are compared by what is left of them
without prefixes, endings and the letters that stand for vowels.
"""

import threading
import unicodedata
from functools import lru_cache

import snowballstemmer  # type: ignore[import-untyped]

from hsc_answer.domain import analyse, stopwords

_ALGORITHMS = {"de": "german", "fr": "french", "es": "spanish", "it": "italian"}
_STEMMERS = {language: snowballstemmer.stemmer(name) for language, name in _ALGORITHMS.items()}
_LOCK = threading.Lock()  # a stemmer keeps its word in itself
_SIGNS = {"¿": "es", "¡": "es", "ñ": "es", "ß": "de", "ä": "de", "ö": "de", "ç": "fr", "œ": "fr"}
# Spelt otherwise before another vowel: restablezco, restablecer; busque, buscar; pague, pagar.
_SPANISH_ENDS = (("zc", "c"), ("qu", "c"), ("gu", "g"))
# Parted from their verb in a main clause: "Wie setze ich das Gerät zurück?"
_SEPARABLE = "ab an auf aus ein fest frei her hin los mit nach um vor weg weiter wieder zu zurück"
SEPARABLE = frozenset(_SEPARABLE.split())
_FINAL = str.maketrans("ךםןףץ", "כמנפצ")
_HEBREW_PREFIXES = "והבלמשכ"
_HEBREW_ENDINGS = ("יות", "ים", "ות", "ית", "ו", "ה", "ת", "י")


def primary(tag: str) -> str:
    """The language of a BCP 47 tag without its region: de of de-AT."""
    return tag.replace("_", "-").partition("-")[0].lower()


def detect(question: str) -> str:
    """The language (ISO 639-1) that a question shows by its letters or its small words; empty where it shows none."""
    if analyse.is_hebrew(question):
        return "he"
    lower = unicodedata.normalize("NFKC", question).lower()
    words = set(analyse.TOKEN.findall(analyse.normalise(question)))
    shown = {language: len(words & stop) for language, stop in stopwords.OF.items()}
    for sign, language in _SIGNS.items():
        shown[language] += sign in lower
    best = max(shown, key=lambda language: shown[language])
    return best if shown[best] else ""


@lru_cache(maxsize=50_000)
def roots(word: str, language: str) -> tuple[str, ...]:
    """What the forms of a normalised word share; two words with a root in common are forms of one another."""
    if language == "he":
        return _hebrew_roots(word)
    if language not in _STEMMERS:
        return ()
    with _LOCK:
        stem: str = _STEMMERS[language].stemWord(word)
    stem = "".join(c for c in unicodedata.normalize("NFD", stem) if not unicodedata.combining(c))
    if language == "es":
        for end, instead in _SPANISH_ENDS:
            if stem.endswith(end):
                stem = stem.removesuffix(end) + instead
    return (stem,)


def _hebrew_roots(word: str) -> tuple[str, ...]:
    bare = [word]
    while len(bare) < 4 and len(bare[-1]) > 3 and bare[-1][0] in _HEBREW_PREFIXES:
        bare.append(bare[-1][1:])
    forms = [form.removesuffix(ending) for form in bare for ending in ("", *_HEBREW_ENDINGS) if form.endswith(ending)]
    letters = (form[:1] + form[1:].replace("ו", "").replace("י", "") for form in forms)
    return tuple(dict.fromkeys(root.translate(_FINAL) for root in letters if len(root) > 2))
