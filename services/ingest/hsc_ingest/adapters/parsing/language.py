"""The language of each passage: its script where that tells, else py3langid (docs/adr/0021-language.md)."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import groupby, pairwise
from typing import Any

from hsc_ingest.domain.manual import Passage

_CODES = "ar bg cs da de el en es et fi fr he hr hu it ja ko lt lv nl no pl pt ro ru sk sl sv th tr uk vi zh"
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
_SAMPLE = 220  # characters that tell a language
_STRIDE = 4  # passages from one probe to the next
_SURE = 150  # letters from which on a single passage may bring in a language of its own
_LEAST_SHARE = 0.02  # of those letters, for a language of the manual


@cache
def _identifier() -> Any:
    from py3langid import langid  # type: ignore[import-untyped]  # a second of start-up, paid when the child warms up

    identifier = langid._load_identifier()
    identifier.set_languages(_CODES.split())
    return identifier


def warm() -> None:
    """Load the model ahead of the first manual."""
    _identifier().classify("Press the button.")


def languages_of(passages: Sequence[Passage], declared: str = "") -> list[str]:
    """A language for each passage; `declared` is what the file says of itself.

    The long passages tell which languages the manual is in; a short one is then one of these, and one with hardly any
    words (a table of figures) takes its neighbour's.
    """
    letters = [sum(map(len, _WORD.findall(p.text[:_SAMPLE]))) for p in passages]
    found = _probe(passages, letters)
    weights: Counter[str] = Counter()
    for code, n in zip(found, letters, strict=True):
        weights[code] += n if code else 0
    whole = sum(weights.values())
    known = [code for code, n in weights.most_common() if code and n >= _LEAST_SHARE * whole] or [declared or ""]
    result: list[str] = []
    for index, (passage, code) in enumerate(zip(passages, found, strict=True)):
        if code not in known:
            code = ""
            if letters[index] >= 25:
                code = known[0] if len(known) == 1 else _detect(passage.text, letters[index], known)
        result.append(code)
    for index, code in enumerate(result):
        if not code:
            ahead = next((c for c in result[index + 1 :] if c), known[0])
            result[index] = result[index - 1] if index else ahead
    return result


def _probe(passages: Sequence[Passage], letters: Sequence[int]) -> list[str]:
    """The language of the long passages; between two that agree, within one chapter, the rest is taken to agree."""
    long = [i for i, n in enumerate(letters) if n >= _SURE]
    found = [""] * len(passages)

    def look(index: int) -> str:
        if not found[index]:
            found[index] = _detect(passages[index].text, letters[index])
        return found[index]

    for _, run in groupby(long, key=lambda i: passages[i].section_path[:1]):
        chapter = list(run)
        probes = sorted({*range(0, len(chapter), _STRIDE), len(chapter) - 1})
        for left, right in pairwise(probes):
            agree = look(chapter[left]) == look(chapter[right])
            for index in chapter[left + 1 : right]:
                found[index] = found[chapter[left]] if agree else look(index)
        look(chapter[0])
    return found


def _detect(text: str, letters: int, among: Sequence[str] = ()) -> str:
    text = text[:_SAMPLE]
    if not text.isascii():
        for code, script in _SCRIPTS:
            if len(script.findall(text)) > 0.3 * letters:
                return code
    if not among:
        return str(_identifier().classify(text)[0])
    ranked: list[str] = [code for code, _ in _identifier().rank(text)]
    return next((code for code in ranked if code in among), ranked[0])
