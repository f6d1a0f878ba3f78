"""The alphabet of the index: 63 letters of six bits, so that ten of them are one sortable 64-bit key.

Digits sort before Latin letters, those before Hebrew ones (final forms folded into their letters). Letters of other
scripts share
five codes: enough to find a name again, not to tell all of them apart.
"""

import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

KEY_LENGTH = 10
BITS = 6
SEPARATOR, DIGIT, LATIN, HEBREW, OTHER, SKIPPED = range(6)
DIGIT_CODE, LATIN_CODE, HEBREW_CODE, OTHER_CODE = 1, 11, 37, 59
HEBREW_LETTERS = "אבגדהוזחטיכלמנסעפצקרשת"
FINALS = dict(zip("ךםןףץ", "כמנפצ", strict=True))
CODES = {c: DIGIT_CODE + i for i, c in enumerate("0123456789")}
CODES |= {c: LATIN_CODE + i for i, c in enumerate("abcdefghijklmnopqrstuvwxyz")}
CODES |= {c: HEBREW_CODE + i for i, c in enumerate(HEBREW_LETTERS)}
CODES |= {final: CODES[letter] for final, letter in FINALS.items()}
LETTERS = {code: c for c, code in CODES.items() if c not in FINALS}
_DECODED = "".join(LETTERS.get(code, "?") for code in range(64))
# Apostrophes, quotes, geresh and marks of trade stand inside words without parting them.
_INSIDE = "'’‘`´׳״\"“”″™®©\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"


def _class_of(code: int) -> int:
    if code >= OTHER_CODE:
        return OTHER
    return HEBREW if code >= HEBREW_CODE else LATIN if code >= LATIN_CODE else DIGIT


def _tables() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    codes = np.zeros(65536, np.uint8)
    classes = np.zeros(65536, np.uint8)
    for point in range(128, 65536):
        c = chr(point)
        if c.isalnum():
            codes[point] = OTHER_CODE + point % 5
            classes[point] = OTHER
        elif unicodedata.combining(c):
            classes[point] = SKIPPED
    for c, code in CODES.items():
        codes[ord(c)] = code
        classes[ord(c)] = _class_of(code)
    for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        codes[ord(c)], classes[ord(c)] = CODES[c.lower()], LATIN
    for c in _INSIDE:
        codes[ord(c)] = 0
        classes[ord(c)] = SKIPPED
    return codes, classes


CODE_OF, CLASS_OF = _tables()


@lru_cache(maxsize=4096)
def read_character(c: str) -> tuple[tuple[int, ...], int]:
    """The codes of one typed character and its class (SEPARATOR and SKIPPED have no codes)."""
    if c in _INSIDE:
        return (), SKIPPED
    codes: list[int] = []
    kind = SEPARATOR
    for part in unicodedata.normalize("NFKD", c).casefold():
        point = ord(part)
        if point > 0xFFFF:
            continue
        if CODE_OF[point]:
            codes.append(int(CODE_OF[point]))
            kind = int(CLASS_OF[point])
        elif CLASS_OF[point] == SKIPPED and kind == SEPARATOR:
            kind = SKIPPED
    return tuple(codes), kind


class _Kinds(dict[int, str]):
    """The class of every character as a digit, for `str.translate`; of rare ones it is looked up each time."""

    def __missing__(self, point: int) -> str:
        return str(read_character(chr(point))[1])


_KINDS = _Kinds({point: str(read_character(chr(point))[1]) for point in (*range(0x80), *range(0x590, 0x600))})


def kinds(text: str) -> str:
    """A digit for each character: its class."""
    return text.translate(_KINDS)


def encode(text: str) -> tuple[int, ...]:
    """All codes of a text, separators left out."""
    return tuple([code for c in text for code in read_character(c)[0]])


def pack(codes: tuple[int, ...]) -> int:
    """The key of the first ten codes, left-aligned: the smallest key that starts with them."""
    key = 0
    for code in codes[:KEY_LENGTH]:
        key = key << BITS | code
    return key << BITS * max(0, KEY_LENGTH - len(codes))


def step(length: int) -> int:
    """How many keys start with the same `length` letters: the width of their range."""
    return 1 << BITS * max(0, KEY_LENGTH - length)


def decode(codes: tuple[int, ...]) -> str:
    """The letters of codes (other scripts as `?`)."""
    return "".join([_DECODED[code] for code in codes])


@lru_cache(maxsize=8192)
def spelt(word: str) -> tuple[tuple[int, ...], str, int]:
    """The codes of a word, its letters as the index sees them, and its key."""
    codes = encode(word)
    return codes, decode(codes), pack(codes)


def fold(text: str) -> str:
    """The text as the index sees it, without separators: `TD-17 KV` is `td17kv`."""
    return spelt(text)[1]


def normalise_bulk(text: str) -> str:
    """Compatibility-decomposed and case-folded, for tables of BMP code points."""
    if text.isascii():
        return text.lower()
    for mark in "™®©":
        text = text.replace(mark, "")
    return unicodedata.normalize("NFKD", text).casefold()
