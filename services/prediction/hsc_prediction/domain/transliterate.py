"""Latin names in Hebrew letters and Hebrew words in Latin ones: רולנד is Roland, טי די 17 is TD-17.

Both scripts are brought to a skeleton of consonant sounds; words of equal skeleton are then told apart by their
vowels, as far as
Hebrew writes them.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import product

from hsc_prediction.domain.support_words import PREFIXES

_SOUNDS_HEBREW = {
    "ב": "B", "ג": "G", "ד": "D", "ז": "S", "ט": "T", "כ": "K", "ל": "L", "מ": "M", "נ": "N", "ס": "S",
    "פ": "P", "צ": "S", "ק": "K", "ר": "R", "ש": "S", "ת": "T", "ח": "K",
}  # fmt: skip
_VOWELS_HEBREW = "אהויע"
_SOUNDS_LATIN: dict[str, tuple[str, ...]] = {
    "b": ("B",), "c": ("K", "S"), "d": ("D",), "f": ("P",), "g": ("G",), "j": ("G",), "k": ("K",), "l": ("L",),
    "m": ("M",),
    "n": ("N",), "p": ("P",), "q": ("K",), "r": ("R",), "s": ("S",), "t": ("T",), "v": ("B", "W"), "w": ("W", ""),
    "x": ("KS",),
    "z": ("S",), "ch": ("S", "K"), "sh": ("S",), "th": ("T",), "ph": ("P",), "ck": ("K",), "sch": ("S",), "tch":
    ("S",), "gh": ("G", ""),
    "h": ("",), "dge": ("G",),
}  # fmt: skip
_LATIN_PIECE = re.compile(r"tch|sch|dge|ch|sh|th|ph|ck|gh|[bcdfgjklmnpqrstvwxzh]|[aeiouy]+")
_LETTERS = {
    "איי": "a", "בי": "b", "ביי": "b", "סי": "c", "די": "d", "אי": "e", "אפ": "f", "גי": "g", "אייצ": "h", "הייצ": "h",
    "גיי": "j", "קיי": "k", "קי": "k", "אל": "l", "אמ": "m", "אנ": "n", "או": "o", "פי": "p", "קיו": "q", "אר": "r",
    "אס": "s",
    "טי": "t", "יו": "u", "וי": "v", "דבליו": "w", "דאבליו": "w", "אקס": "x", "איקס": "x", "וואי": "y", "זד": "z",
    "זי": "z",
}  # fmt: skip
MOST_SKELETONS = 8
UNWRITTEN_END = 0.4


def without_prefixes(word: str) -> Iterable[str]:
    """The word, and the word without a Hebrew prefix (the, in, to, from, that, and, as)."""
    yield word
    if len(word) > 3 and word[0] in PREFIXES:
        yield word[1:]


@lru_cache(maxsize=4096)
def letter_names(word: str) -> str:
    """Latin letters spelt out in Hebrew (`טידי` is `td`); empty where the word is nothing but."""
    best: list[str | None] = [""] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for length in range(2, min(6, end) + 1):
            before, letter = best[end - length], _LETTERS.get(word[end - length : end])
            if (
                before is not None
                and letter is not None
                and (best[end] is None or len(before) + 1 < len(best[end] or ""))
            ):
                best[end] = before + letter
    found = best[-1] or ""
    return found if len(found) <= 4 else ""


@lru_cache(maxsize=65536)
def skeletons(word: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(consonant sounds, the vowels before, between and after them), one for each way to say the word."""
    return tuple(_hebrew(word)) if word[:1] >= "א" else tuple(_latin(word))


def _hebrew(word: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    sounds: list[str] = []
    gaps: list[str] = [""]
    at = 0
    while at < len(word):
        c = word[at]
        if c == "ו" and (word[at : at + 2] == "וו" or at == 0):
            sounds.append("W")
            gaps.append("")
            at += 2 if word[at : at + 2] == "וו" else 1
            continue
        if c in _VOWELS_HEBREW:
            gaps[-1] += c
        elif c in _SOUNDS_HEBREW:
            sounds.append(_SOUNDS_HEBREW[c])
            gaps.append("")
        at += 1
    yield "".join(sounds), tuple(gaps)


def _latin(word: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    pieces: list[str] = []
    for piece in _LATIN_PIECE.findall(word):
        if not (pieces and pieces[-1] == piece):  # a doubled letter is one sound
            pieces.append(piece)
    choices = [_SOUNDS_LATIN.get(piece, (piece,)) for piece in pieces]
    for at, chosen in enumerate(product(*choices)):
        if at >= MOST_SKELETONS:
            return
        sounds: list[str] = []
        gaps: list[str] = [""]
        for piece, sound in zip(pieces, chosen, strict=True):
            if piece[0] in "aeiouy":
                gaps[-1] += piece
            else:
                for one in sound:
                    sounds.append(one)
                    gaps.append("")
        yield "".join(sounds), tuple(gaps)


def alike(hebrew: tuple[str, ...], latin: tuple[str, ...]) -> float:
    """How well the vowels of two words of equal skeleton agree, 0–1."""
    worth = 1.0
    for typed, named in zip(hebrew, latin, strict=True):
        if "ו" in typed:
            worth *= 1.0 if set("ou") & set(named) else 0.7
        elif "י" in typed:
            worth *= 1.0 if set("iye") & set(named) else 0.72
        elif typed:
            worth *= 1.0 if set("aeo") & set(named) else 0.8
        elif len(named) > 1 or set("ouiy") & set(named):
            worth *= 0.88
    # Hebrew writes the vowel that ends a word, but a silent e: ראש is not Rossi.
    if not hebrew[-1] and latin[-1].strip("e"):
        worth *= UNWRITTEN_END
    return worth


class Sounds:
    """The words of a vocabulary by their skeleton."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_skeleton: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for word in words:
            for sounds, gaps in skeletons(word):
                if sounds:
                    self._by_skeleton.setdefault(sounds, []).append((word, gaps))

    def like(self, word: str, most: int = 6) -> list[tuple[str, float]]:
        """Words of the other script that sound like a word, the likest first, with a likelihood 0–1."""
        found: dict[str, float] = {}
        hebrew = word[:1] >= "א"
        for sounds, gaps in skeletons(word):
            for other, other_gaps in self._by_skeleton.get(sounds, ()):
                if (other[:1] >= "א") == hebrew:
                    continue
                worth = alike(gaps, other_gaps) if hebrew else alike(other_gaps, gaps)
                # One consonant is hardly a word: the vowels must agree.
                worth *= 1.0 if len(sounds) >= 3 else 0.95 if len(sounds) == 2 else worth**2
                found[other] = max(found.get(other, 0.0), worth)
        return sorted(((w, p) for w, p in found.items() if p > 0.4), key=lambda pair: -pair[1])[:most]
