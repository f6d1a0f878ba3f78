"""The words of a manual, and the repair of a question's words that are not among them."""

import numpy as np

from hsc_answer.domain import analyse


class Vocabulary:
    """The surface words and the terms of one index."""

    def __init__(self, counts: dict[str, int]) -> None:
        """`counts`: surface word (normalised) → how often it occurs."""
        self._terms: set[str] = set()
        for surface in counts:
            self._terms.update(t for t, _ in analyse.terms_of_token(surface)[0])
        self._words = [w for w in counts if len(w) > 3 and w.isalpha()]
        self._counts = np.array([counts[w] for w in self._words], np.int32)
        self._lengths = np.array([len(w) for w in self._words], np.int32)
        self._letters = np.array([_letters(w) for w in self._words], np.uint32)

    def __contains__(self, term: object) -> bool:
        return term in self._terms

    @property
    def nbytes(self) -> int:
        """An estimate of the memory it holds."""
        return 120 * (len(self._terms) + len(self._words))

    def repair(self, word: str) -> str | None:
        """The term of the word that `word` was most likely meant to be, or None. Numbers and models are never repaired.

        One slip (a letter lost, added, changed, or two swapped) in words of four letters or more, two from eight on.
        """
        if len(word) < 4 or not word.isalpha():
            return None
        slips = 1 if len(word) < 8 else 2
        near = (np.abs(self._lengths - len(word)) <= slips) & (
            np.bitwise_count(self._letters ^ np.uint32(_letters(word))) <= 2 * slips
        )
        best: tuple[int, int, int] | None = None
        found = None
        for i in np.flatnonzero(near).tolist():
            candidate = self._words[i]
            distance = slip_distance(word, candidate, slips)
            if distance > slips:
                continue
            rank = (distance, int(candidate[0] != word[0]), -int(self._counts[i]))
            if best is None or rank < best:
                best, found = rank, candidate
        return None if found is None else analyse.stem(found)


def _letters(word: str) -> int:
    bits = 0
    for character in word:
        bits |= 1 << (ord(character) % 32)
    return bits


def slip_distance(a: str, b: str, limit: int) -> int:
    """Damerau–Levenshtein distance (optimal string alignment); anything above `limit` may come back as limit + 1."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, before, row = before, row, [i] + [0] * len(b)
        for j, y in enumerate(b, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                row[j] = min(row[j], last[j - 2] + 1)
        if min(row) > limit:
            return limit + 1
    return row[-1]
