"""The language of each passage: py3langid, asked as seldom as possible (docs/adr/0021-language.md)."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

from hsc_ingest.domain.manual import Passage

LANGUAGES = [
    "ar",
    "bg",
    "cs",
    "da",
    "de",
    "el",
    "en",
    "es",
    "et",
    "fi",
    "fr",
    "he",
    "hr",
    "hu",
    "it",
    "ja",
    "ko",
    "lt",
    "lv",
    "nl",
    "no",
    "pl",
    "pt",
    "ro",
    "ru",
    "sk",
    "sl",
    "sv",
    "th",
    "tr",
    "uk",
    "vi",
    "zh",
]
_WORD = re.compile(r"[^\W\d_]{2,}")
_SCRIPTS = (
    ("he", re.compile("[\u0590-\u05ff]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
)
_LEAST_LETTERS = 40


@cache
def _identifier() -> Any:
    from py3langid import langid  # type: ignore[import-untyped]  # a second of start-up, paid when the child warms up

    identifier = langid._load_identifier()
    identifier.set_languages(LANGUAGES)
    return identifier


def warm() -> None:
    """Load the model ahead of the first manual."""
    detect("Press the button.")


def detect(text: str) -> str:
    """The ISO 639-1 code of a text; empty where there is nothing to tell it by."""
    if not text.isascii():
        letters = len(_WORD.findall(text)) or 1
        for written, script in _SCRIPTS:
            if len(script.findall(text)) > letters * 0.8:
                return written
    if not _WORD.search(text):
        return ""
    code: str = _identifier().classify(text[:600])[0]
    return code


def languages_of(passages: Sequence[Passage], declared: str = "") -> list[str]:
    """A language for each passage.

    Detected over stretches of a section, then per passage only where its stretch disagrees with its neighbours; a
    passage with too few letters (a table of numbers) takes its neighbours' language.
    """
    found = [detect(p.text) if _letters(p.text) >= _LEAST_LETTERS else "" for p in passages]
    known = Counter(code for code in found if code)
    usual = known.most_common(1)[0][0] if known else declared
    result: list[str] = []
    for index, code in enumerate(found):
        if not code:
            after = next((c for c in found[index + 1 : index + 6] if c), "")
            code = (result[-1] if result else "") or after or usual
        result.append(code)
    return result


def _letters(text: str) -> int:
    return sum(map(len, _WORD.findall(text[:400])))
