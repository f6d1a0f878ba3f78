"""All words one edit away, as keys: dropped, swapped, replaced and added letters.

An edit is weighed by how likely it is: a doubled or dropped letter, a swap, a neighbour on the keyboard; the same
slip in a digit is less likely, and never locks, because a different digit is a different product.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hsc_prediction.domain.alphabet import BITS, CODES, DIGIT_CODE, HEBREW_CODE, KEY_LENGTH, LATIN_CODE

_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_HEBREW_ROWS = ("1234567890", "__קראטוןםפ", "שדגכעיחלך", "זסבהנמצת")
SWAP, DROP_DOUBLE, DROP, NEIGHBOUR, ADD, REPLACE = 0.82, 0.85, 0.76, 0.8, 0.78, 0.55
DIGIT_SWAP, DIGIT_DROP, DIGIT_NEIGHBOUR, DIGIT_ADD, DIGIT_REPLACE = 0.78, 0.74, 0.74, 0.62, 0.55


def _neighbours() -> NDArray[np.bool_]:
    near = np.zeros((64, 64), bool)
    for rows in (_ROWS, _HEBREW_ROWS):
        at = {c: (r, i) for r, row in enumerate(rows) for i, c in enumerate(row) if c != "_"}
        for a, (ra, ia) in at.items():
            for b, (rb, ib) in at.items():
                close = (
                    (ra == rb and abs(ia - ib) == 1)
                    or (rb - ra == 1 and ib - ia in (0, -1))
                    or (ra - rb == 1 and ib - ia in (0, 1))
                )
                if close:
                    near[CODES[a], CODES[b]] = True
    return near


_NEAR = _neighbours()
_DIGITS = np.arange(DIGIT_CODE, LATIN_CODE, dtype=np.uint64)
_LATIN = np.arange(DIGIT_CODE, HEBREW_CODE, dtype=np.uint64)
_HEBREW = np.concatenate([_DIGITS, np.arange(HEBREW_CODE, HEBREW_CODE + 22, dtype=np.uint64)])


@lru_cache(maxsize=2048)
def one_edit(codes: tuple[int, ...]) -> tuple[NDArray[np.uint64], NDArray[np.uint8], NDArray[np.float32]]:
    """(lowest key, length, likelihood 0–1) of every variant of a word of at most ten letters, sorted by key."""
    word = np.array(codes[:KEY_LENGTH], np.uint64)
    n = len(word)
    shifts = np.array([BITS * (KEY_LENGTH - 1 - i) for i in range(KEY_LENGTH)], np.uint64)
    digit = word < LATIN_CODE
    letters = _HEBREW if word.max() >= HEBREW_CODE else _LATIN
    prefix = np.zeros(n + 1, np.uint64)
    np.cumsum(word << shifts[:n], out=prefix[1:])
    whole = prefix[n]
    low = whole - prefix  # what follows each position, still in place
    keys: list[NDArray[np.uint64]] = []
    lengths: list[NDArray[np.uint8]] = []
    likely: list[NDArray[np.float32]] = []

    def take(key: NDArray[np.uint64], length: int, weight: NDArray[np.float32]) -> None:
        keys.append(key.ravel())
        lengths.append(np.full(key.size, length, np.uint8))
        likely.append(weight.ravel())

    up = np.uint64(BITS)
    if n > 1:
        doubled = np.zeros(n, bool)
        doubled[1:] = word[1:] == word[:-1]
        weight = np.where(digit, DIGIT_ADD, np.where(doubled, DROP_DOUBLE, ADD)).astype(np.float32)
        take(prefix[:n] | (low[1:] << up), n - 1, weight)
        i = np.flatnonzero(word[1:] != word[:-1])
        swapped = prefix[i] | (word[i + 1] << shifts[i]) | (word[i] << shifts[i + 1]) | low[i + 2]
        take(swapped, n, np.where(digit[i] & digit[i + 1], DIGIT_SWAP, SWAP).astype(np.float32))
    at = np.arange(n)
    replaced = (prefix[:n] | low[1:])[:, None] | (letters[None, :] << shifts[:n, None])
    near = _NEAR[word.astype(np.int64)[:, None], letters.astype(np.int64)[None, :]]
    weight = np.where(near, np.float32(NEIGHBOUR), np.float32(REPLACE))
    digits = np.where(near, np.float32(DIGIT_NEIGHBOUR), np.float32(DIGIT_REPLACE))
    weight = np.where(digit[:, None] & (letters < LATIN_CODE)[None, :], digits, weight)
    other = letters[None, :] != word[at][:, None]
    take(replaced[other], n, weight[other])
    # A letter added at the end is the word still being typed, not a slip; of ten letters the last makes room.
    added = (prefix[:n] | (low[:n] >> up))[:, None] | (letters[None, :] << shifts[:n, None])
    same = np.zeros((n, len(letters)), bool)
    same[1:] = letters[None, :] == word[:-1, None]
    weight = np.where(same, np.float32(DROP_DOUBLE), np.float32(DROP))
    weight = np.where((letters < LATIN_CODE)[None, :], np.float32(DIGIT_DROP), weight)
    take(added, min(n + 1, KEY_LENGTH), weight)
    key, length, weight = np.concatenate(keys), np.concatenate(lengths), np.concatenate(likely)
    order = np.argsort(key)
    return key[order], length[order], weight[order]
