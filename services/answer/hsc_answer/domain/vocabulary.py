"""The words of a manual, and the repair of a question's words that are not among them."""

import re
from collections import defaultdict
from collections.abc import Collection

import numpy as np

from hsc_answer.domain import analyse, languages

_PADDED = re.compile(r"(?<=[^\W\d_])0+(?=\d)")
_WITH_UNIT = re.compile(r"(\d+(?:\.\d+)?)[^\W\d_]{1,3}")
SUBSTITUTED = 6  # in a shorter word a letter in another's place makes another word: stems, steps
SHORTEST_PART = 5  # of a compound, in letters


class Vocabulary:
    """The surface words and the terms of one index."""

    def __init__(self, counts: dict[str, int], spoken: Collection[str] = ()) -> None:
        """`counts`: surface word (normalised) → how often it occurs. `spoken`: the languages of the manual."""
        self.languages = frozenset(spoken) - {"", "en"}
        self._terms: set[str] = set()
        for surface in counts:
            self._terms.update(t for t, _ in analyse.terms_of_token(surface)[0])
        self._same_code: dict[str, list[str]] = defaultdict(list)
        for term in self._terms:
            if term[:1].isalpha() and term[-1:].isdigit():
                self._same_code[_PADDED.sub("", term)].append(term)
            elif quantity := _WITH_UNIT.fullmatch(term):
                self._same_code[quantity[1]].append(term)
        self._words = [w for w in counts if len(w) > 3 and w.isalpha()]
        self._forms: dict[str, dict[str, list[str]]] = {}
        for language in self.languages:
            table: dict[str, list[str]] = defaultdict(list)
            for word in counts:
                if word.isalpha():
                    for root in languages.roots(word, language):
                        table[root].append(word)
            self._forms[language] = table
        self._counts = np.array([counts[w] for w in self._words], np.int32)
        self._lengths = np.array([len(w) for w in self._words], np.int32)
        self._letters = np.array([_letters(w) for w in self._words], np.uint32)

    def __contains__(self, term: object) -> bool:
        return term in self._terms

    @property
    def nbytes(self) -> int:
        """An estimate of the memory it holds."""
        return (120 + 200 * len(self._forms)) * (len(self._terms) + len(self._words))

    def codes_like(self, term: str) -> list[str]:
        """Terms that write a code or a number in another way: e07 for e7, 12v for 12."""
        return [same for same in self._same_code.get(_PADDED.sub("", term), ()) if same != term]

    def forms(self, word: str, language: str) -> list[str]:
        """Terms of words that are forms of a normalised `word` in a language of the manual."""
        table = self._forms.get(language, {})
        return list(
            dict.fromkeys(analyse.stem(w) for root in languages.roots(word, language) for w in table.get(root, ()))
        )

    def compounds(self, word: str) -> list[str]:
        """Terms of words that hold a German word as their first or last part, or are such a part of it."""
        if "de" not in self._forms or len(word) < SHORTEST_PART:
            return []
        (root,) = languages.roots(word, "de")
        found = []
        for other, words in self._forms["de"].items():
            longer, shorter = (other, root) if len(other) > len(root) else (root, other)
            if (
                len(shorter) >= SHORTEST_PART
                and longer != shorter
                and (longer.startswith(shorter) or longer.endswith(shorter))
            ):
                found += [analyse.stem(w) for w in words]
        return found

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
            if distance > slips or (
                len(word) < SUBSTITUTED and len(candidate) == len(word) and _letters(candidate) != _letters(word)
            ):
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
