"""Readings: every way a stretch of the typed text can be found in the index, as ranges of keys.

A reading covers atoms `first` to `last` (half-open) and is worth its evidence, log(products / size of the range), times how likely
the way of reading is: 1 for what was typed, less for a slip of the finger, a translation, another script.
"""

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from hsc_prediction.domain.alphabet import BITS, KEY_LENGTH, pack, step
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.query import Atom, Query, Word
from hsc_prediction.domain.segment import Segment
from hsc_prediction.domain.variants import one_edit

MAX_ATOMS_A_SPAN = 6
MAX_VARIANTS = 6
_STEPS = np.array([step(n) for n in range(KEY_LENGTH + 1)], np.uint64)


@dataclass(slots=True)
class Reading:
    """Atoms `first`–`last` read as the keys from `low`, `length` letters long; `likelihood` 0–1."""

    first: int
    last: int
    low: int
    length: int
    likelihood: float
    exact: bool
    ranges: tuple[tuple[int, int], ...] = ()  # one per segment
    size: int = 0
    evidence: float = 0.0


def exact_spans(query: Query) -> list[Reading]:
    """The spans of the text as typed, joined over spaces and punctuation."""
    out: list[Reading] = []
    atoms = query.atoms
    support = [False] * len(atoms)
    for word in query.words:
        if word.support:
            support[word.first : word.last] = [True] * (word.last - word.first)
    for first, atom in enumerate(atoms):
        codes: tuple[int, ...] = ()
        content = False
        for last in range(first + 1, min(first + MAX_ATOMS_A_SPAN, len(atoms)) + 1):
            codes += atoms[last - 1].codes
            content |= not support[last - 1]
            if last > first + 1 and (len(codes) > KEY_LENGTH or not content):
                if len(codes) > KEY_LENGTH:
                    break
                continue
            weight = 1.0 if content else 0.2
            out.append(Reading(first, last, pack(codes), min(len(codes), KEY_LENGTH), weight, True))
        del atom
    return out


def locate(index: Index, readings: list[Reading]) -> list[Reading]:
    """Fill in ranges and evidence; readings that find nothing are dropped."""
    if not readings:
        return []
    low = np.array([r.low for r in readings], np.uint64)
    high = low + _STEPS[[r.length for r in readings]]
    both = np.concatenate([low, high])
    n = len(readings)
    found = [np.searchsorted(segment.key, both).tolist() for segment, _ in index.segments]
    kept = []
    for i, r in enumerate(readings):
        r.ranges = tuple((at[i], at[n + i]) for at in found)
        r.size = sum(b - a for a, b in r.ranges)
        if r.size:
            r.evidence = max(0.05, log((index.count + 1) / min(r.size, index.count))) * r.likelihood
            kept.append(r)
    return kept


def whole_in(segment: Segment, bounds: tuple[int, int], length: int) -> bool:
    """Whether the letters of a range are a whole word somewhere."""
    low, high = bounds
    if high - low > 64:
        return True
    return bool((segment.ends[low:high] >> np.uint32(length) & np.uint32(1)).any())


def explained(index: Index, query: Query, found: list[Reading]) -> list[bool]:
    """For each word whether whole words of the catalogue (or, where typing goes on, the beginning of one) cover it."""
    atoms = query.atoms
    covered = [False] * len(atoms)
    for r in found:
        typing = r.last == len(atoms) and query.open_end
        if typing or any(whole_in(s, b, r.length) for (s, _), b in zip(index.segments, r.ranges, strict=True)):
            covered[r.first : r.last] = [True] * (r.last - r.first)
    out = []
    for word in query.words:
        ok = all(covered[word.first : word.last])
        # Single letters are always found somewhere: a word in bits needs one reading of its own.
        if ok and word.last - word.first > 1:
            ok = any(r.first <= word.first and r.last >= word.last for r in found) or _in_large_parts(word, atoms)
        out.append(ok)
    return out


def _in_large_parts(word: Word, atoms: tuple[Atom, ...]) -> bool:
    return all(len(atom.codes) >= 4 for atom in atoms[word.first : word.last])


def edited(index: Index, query: Query, word: Word) -> list[Reading]:
    """The word with one letter dropped, swapped, replaced or added, where the catalogue has it."""
    out: list[Reading] = []
    spans = [(word.first, word.last, word.codes)]
    if word.last - word.first > 1:
        spans += [(i, i + 1, query.atoms[i].codes) for i in range(word.first, word.last) if len(query.atoms[i].codes) >= 4]
    for first, last, codes in spans:
        out += one_edit_readings(index, first, last, codes)
    return out


def one_edit_readings(index: Index, first: int, last: int, codes: tuple[int, ...]) -> list[Reading]:
    """One-edit variants of the letters of atoms `first`–`last` that the catalogue has, the likeliest few."""
    if len(codes) < 3:
        return []
    low, length, likely = one_edit(codes[:KEY_LENGTH])
    high = low + _STEPS[length]
    counts = np.zeros(len(low), np.int64)
    whole = np.zeros(len(low), bool)
    for segment, _ in index.segments:
        begin = np.searchsorted(segment.key, low)
        size = np.searchsorted(segment.key, high) - begin
        counts += size
        hit = np.flatnonzero(size)
        for i in hit[:64].tolist():
            whole[i] |= whole_in(segment, (int(begin[i]), int(begin[i] + size[i])), int(length[i]))
    worth = likely * np.where(whole, 1.0, 0.8) * (counts > 0)
    best = np.argsort(-worth, kind="stable")[: MAX_VARIANTS * 2]
    out = []
    seen: set[int] = set()
    for i in best.tolist():
        if not counts[i] or int(low[i]) in seen or len(out) >= MAX_VARIANTS:
            continue
        seen.add(int(low[i]))
        out.append(Reading(first, last, int(low[i]), int(length[i]), float(worth[i]) * _worth_of(len(codes)), False))
    return out


def _worth_of(length: int) -> float:
    """Short words have many neighbours: an edit in one of three letters says little."""
    return min(1.0, 0.5 + 0.1 * length)


def mask_of(letters: int) -> NDArray[np.uint64]:
    """The bits of the first letters of a key."""
    return np.uint64(((1 << BITS * letters) - 1) << BITS * (KEY_LENGTH - letters))  # type: ignore[return-value]
