"""What a Hebrew word of a question may be called in an English manual, and in a Hebrew one.

A Hebrew word counts as much as the English ones that it stands for.
"""

from functools import cache

from hsc_answer.domain.glossary import Phrase, phrase
from hsc_answer.domain.glossary_hebrew import HEBREW

_ENDINGS = (("יות", "ית"), ("ויות", "ות"), ("ים", ""), ("ות", "ה"), ("ות", ""), ("ת", "ה"), ("י", ""), ("ה", ""))


def english_for(word: str) -> tuple[Phrase, ...]:
    """What a Hebrew word, with or without its prefixes, may be called in an English manual."""
    return tuple(dict.fromkeys(phrase(english) for form in _known_forms(word) for english in HEBREW[form].split()))


@cache
def _hebrew_by_english() -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for hebrew, english in HEBREW.items():
        table.setdefault(english.split()[0], []).append(hebrew)
    return {english: tuple(words) for english, words in table.items()}


def alike(word: str) -> tuple[str, ...]:
    """Other Hebrew words, with their common prefixes, that mean what `word` means: מאפסים → איפוס, לאפס, האיפוס…"""
    same = [other for form in _known_forms(word) for other in _hebrew_by_english().get(HEBREW[form].split()[0], ())]
    return tuple(dict.fromkeys(prefix + other for other in same for prefix in ("", "ה", "ל", "ב", "ו")))


def _known_forms(word: str) -> list[str]:
    """The first form of a word that the glossary has; none where it has none."""
    return next(([form] for form in forms_of(word) if form in HEBREW), [])


def forms_of(word: str) -> list[str]:
    """A Hebrew word and what is left of it without prefixes (and, the, in, to, from, that, as) and endings."""
    bare = [word]
    for _ in range(3):
        first = bare[-1][:1]
        if len(bare[-1]) > 3 and first in "והבלמשכ":
            bare.append(bare[-1][1:])
        else:
            break
    forms = list(bare)
    for form in bare:
        for ending, instead in _ENDINGS:
            if form.endswith(ending) and len(form) - len(ending) >= 2:
                forms.append(_final(form[: -len(ending)] + instead))
    return forms


def _final(word: str) -> str:
    return word[:-1] + {"כ": "ך", "מ": "ם", "נ": "ן", "פ": "ף", "צ": "ץ"}.get(word[-1], word[-1])
