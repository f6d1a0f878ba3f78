"""Readings: every way a stretch of the typed text can be found in the index, as ranges of keys.

A reading covers atoms `first` to `last` (half-open) and is worth its evidence, log(products / size of the range),
times how likely
the way of reading is: 1 for what was typed, less for a slip of the finger, a translation, another script.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from hsc_prediction.domain.alphabet import BITS, KEY_LENGTH, step
from hsc_prediction.domain.index import Index, Range
from hsc_prediction.domain.query import Query
from hsc_prediction.domain.segment import Segment
from hsc_prediction.domain.variants import one_edit

MAX_ATOMS_A_SPAN = 6
# In a text of more atoms than this, spans and guesses are fewer: a long text names its product plainly somewhere.
LONG = 24
MAX_READINGS = 48
MAX_VARIANTS = 12
SUPPORT = 0.3
# Who names the brand means it.
BRAND = 1.35
_STEP = tuple(step(n) for n in range(KEY_LENGTH + 1))
_STEPS = np.array(_STEP, np.uint64)


# first, last, low, length, likelihood, exact, apart: a reading before it is known what the index has of it.
Guess = tuple[int, int, int, int, float, bool, tuple[int, ...]]


@dataclass(slots=True)
class Reading:
    """Atoms `first`–`last` read as the keys from `low`, `length` letters long; `likelihood` 0–1."""

    first: int
    last: int
    low: int
    length: int
    likelihood: float
    exact: bool
    apart: tuple[int, ...]  # the atoms in the order they were joined, where that is not the typed one
    ranges: tuple[tuple[int, int], ...]  # one per segment
    size: int
    evidence: float
    atoms: Sequence[int]  # those it explains


def exact_spans(query: Query) -> list[Guess]:
    """The spans of the text as typed, joined over spaces and punctuation."""
    out: list[Guess] = []
    atoms, support = query.atoms, query.support
    longest = span_limit(query)
    keys = [atom.low for atom in atoms]
    lengths = [len(atom.codes) for atom in atoms]
    for first, (key, length) in enumerate(zip(keys, lengths, strict=True)):
        content = first not in support
        out.append((first, first + 1, key, min(length, KEY_LENGTH), 1.0 if content else SUPPORT, True, ()))
        for at in range(first + 1, min(first + longest, len(atoms))):
            if length + lengths[at] > KEY_LENGTH:
                break
            content = content or at not in support
            key |= keys[at] >> BITS * length
            length += lengths[at]
            if content:
                out.append((first, at + 1, key, length, 1.0, True, ()))
    return out


def span_limit(query: Query) -> int:
    """How many atoms a span may have."""
    return MAX_ATOMS_A_SPAN if len(query.atoms) <= LONG else MAX_ATOMS_A_SPAN // 2


def strongest(readings: list[Reading]) -> list[Reading]:
    """The readings with most evidence: more of them cost time and change nothing."""
    if len(readings) <= MAX_READINGS:
        return readings
    return sorted(readings, key=lambda r: -r.evidence)[:MAX_READINGS]


def locate(index: Index, guesses: list[Guess]) -> list[Reading]:
    """The readings that find something."""
    if not guesses:
        return []
    known = index.remembered.ranges
    known.make_room(len(guesses))
    missing = [key for guess in guesses if (key := guess[2:4]) not in known]
    if missing:
        _search(index, missing)
    kept = []
    for first, last, low, length, likelihood, exact, apart in guesses:
        if (found := known[low, length]) is not None:
            bounds, size, evidence = found
            atoms = apart or range(first, last)
            kept.append(
                Reading(first, last, low, length, likelihood, exact, apart, bounds, size, evidence * likelihood, atoms)
            )
    return kept


def _search(index: Index, wanted: list[tuple[int, int]]) -> None:
    both = np.array([[low, low + _STEP[length]] for low, length in wanted], np.uint64)
    bounds = [map(tuple, segment.key.searchsorted(both).tolist()) for segment, _ in index.segments]
    brands, known = index.brands, index.remembered.ranges
    for key, *ranges in zip(wanted, *bounds, strict=True):
        size = sum([end - begin for begin, end in ranges])
        if size:
            evidence = max(0.05, log((index.count + 1) / min(size, index.count)))
            known[key] = Range(tuple(ranges), size, evidence * BRAND if key[0] in brands else evidence)
        else:
            known[key] = None


def whole_in(segment: Segment, bounds: tuple[int, int], length: int) -> bool:
    """Whether the letters of a range are a whole word somewhere."""
    low, high = bounds
    if high - low > 64:
        return True
    return bool(int(np.bitwise_or.reduce(segment.ends[low:high])) >> 2 * length & 1)


def _whole(index: Index, r: Reading) -> bool:
    known = index.remembered.whole
    key = r.low, r.length
    if (whole := known.get(key)) is None:
        both = zip(index.segments, r.ranges, strict=True)
        whole = known.keep(key, any(whole_in(segment, bounds, r.length) for (segment, _), bounds in both))
    return whole


def covered_atoms(index: Index, query: Query, found: list[Reading]) -> list[bool]:
    """For each atom whether a whole word (or, where typing goes on, the beginning of one) covers it."""
    atoms = query.atoms
    covered = [False] * len(atoms)
    for r in found:
        if all(covered[r.first : r.last]):
            continue
        if (r.last == len(atoms) and query.open_end) or _whole(index, r):
            covered[r.first : r.last] = [True] * (r.last - r.first)
    return covered


def unexplained(query: Query, found: list[Reading], covered: list[bool]) -> list[tuple[int, int]]:
    """Stretches of atoms that whole words of the catalogue do not cover: a typo, or no part of a name."""
    atoms = query.atoms
    support = {word.first for word in query.words if word.support}
    spans = {(r.first, r.last) for r in found}
    out: list[tuple[int, int]] = []
    for first, last in query.compounds:
        if last - first == 1 and (first in support or covered[first]):
            continue
        if last - first > 1 and (
            (first, last) in spans or all(len(atoms[i].codes) >= 4 and covered[i] for i in range(first, last))
        ):
            continue
        letters = sum(len(atoms[i].codes) for i in range(first, last))
        # Two letters are too few for a guess, unless one of them is a digit: `q6` may be 16.
        short_model = letters == 2 and last - first == 2
        if short_model or 3 <= letters <= KEY_LENGTH or (letters > KEY_LENGTH and last - first == 1):
            out.append((first, last))
        elif last - first > 2:
            out += [
                (i, j)
                for i in range(first, last)
                for j in (i + 2, i + 3)
                if j <= last and (i, j) not in spans and not all(covered[i:j])
            ]
        if last - first > 1:
            out += [(i, i + 1) for i in range(first, last) if not covered[i] and len(atoms[i].codes) >= 3]
        elif letters <= 3:
            out += [(i, i + 2) for i in (first - 1, first) if i >= 0 and i + 2 <= len(atoms) and not covered[first]]
    return out[: 12 if len(atoms) <= LONG else 4]


def edited(index: Index, query: Query, stretches: list[tuple[int, int]]) -> list[Guess]:
    """The stretches with one letter dropped, swapped, replaced or added, where the catalogue has that."""
    out: list[Guess] = []
    known = index.remembered.slips
    for first, last in stretches:
        codes = tuple([code for atom in query.atoms[first:last] for code in atom.codes])
        if (slips := known.get(codes)) is None:
            slips = known.keep(codes, _slips(index, codes))
        out += [(first, last, low, length, likelihood, False, ()) for low, length, likelihood in slips]
    return out


def _slips(index: Index, codes: tuple[int, ...]) -> list[tuple[int, int, float]]:
    """One-edit variants of some letters that the catalogue has, the likeliest few: lowest key, length, likelihood."""
    low, length, likely = one_edit(codes[:KEY_LENGTH])
    high = low + _STEPS[length]
    counts = np.zeros(len(low), np.int64)
    whole = np.zeros(len(low), bool)
    for segment, _ in index.segments:
        begin = segment.key.searchsorted(low)
        hit = (segment.key.take(begin, mode="clip") - low < high - low).nonzero()[0]  # the next key is in range
        begin = begin[hit]
        size = segment.key.searchsorted(high[hit]) - begin
        counts[hit] += size
        for i, start, many in zip(hit[:64].tolist(), begin.tolist(), size.tolist(), strict=False):
            whole[i] |= whole_in(segment, (start, start + many), int(length[i]))
    worth = likely * np.where(whole, 1.0, 0.8) * (counts > 0)
    best = np.argsort(-worth, kind="stable")[: MAX_VARIANTS + 4]
    out: dict[int, tuple[int, int, float]] = {}
    for i in best.tolist():
        key = int(low[i])
        if counts[i] and key not in out and len(out) < MAX_VARIANTS:
            out[key] = key, int(length[i]), float(worth[i]) * _worth_of(len(codes))
    return list(out.values())


def _worth_of(length: int) -> float:
    """Short words have many neighbours: an edit in one of three letters says little."""
    return min(1.0, 0.5 + 0.1 * length)
