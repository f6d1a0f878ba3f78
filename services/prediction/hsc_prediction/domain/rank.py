"""Gather the products that the readings find, and rank them by the evidence of their best readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from operator import attrgetter, eq
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from hsc_prediction.domain.alphabet import DIGIT, KEY_LENGTH, LATIN_CODE
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.popularity import Prior
from hsc_prediction.domain.query import Query
from hsc_prediction.domain.readings import Reading
from hsc_prediction.domain.segment import Segment, count_up, spread

GATHERED = 1_024
SCORED = 64
INTERSECTED = 20_000
# name, brand, sku, page, category, initials
FIELD_WORTH = np.array([1.0, 1.0, 1.0, 0.8, 0.7, 0.7], np.float32)
MODEL_NAMED, MODEL_SLIPPED, BRAND_NAMED = 2.5, 2.0, 2.0
# Evidence of an atom that begins no word, beside its neighbours.
UNSEEN = 8.0
T = TypeVar("T", bound=np.generic)
E = TypeVar("E")
_EVIDENCE = attrgetter("evidence")
_TWO_BITS = np.uint32(3)
# Bits of the number of a reading (of `MAX_READINGS`) or a candidate (of `SCORED`).
_NUMBER = 6
TYPING_INSIDE, TYPING_PART = 0.97, 0.985
# What a piece of a typed word is worth, by its letters.
_PIECE = (0.5, 0.5, 0.5, 0.7, 0.8)


@dataclass(slots=True)
class Scored:
    """Candidates of a query, best first; in plain lists, since what follows looks at a few, one by one."""

    rows: list[int]
    score: list[float]
    hits: list[list[float]]  # by candidate: what each reading is worth for it
    shares: list[list[float]]  # by candidate: evidence for each atom
    letters: list[int]
    group: list[int]
    accessory: list[int]
    most: list[float]  # by atom: the largest share that any candidate has, kept or not
    readings: list[Reading]
    parts: list[list[tuple[int, float]]]  # by atom, as `parts` gives them

    @staticmethod
    def none(query: Query) -> "Scored":
        """No candidate."""
        return Scored([], [], [], [], [], [], [], [0.0] * len(query.atoms), [], [])

    def as_typed(self) -> list[list[tuple[int, float]]] | None:
        """The parts, those of readings of what was typed as it stands alone; None where all are."""
        exact = [r.exact for r in self.readings]
        return None if all(exact) else [[part for part in found if exact[part[0]]] for found in self.parts]


def gather(
    segment: Segment, at: int, readings: list[Reading], standing: NDArray[np.bool_] | None, prior: Prior
) -> NDArray[np.int64]:
    """Rows of a segment worth scoring: those of the rarest readings first."""
    rows: list[NDArray[np.int32]] = []
    worth: list[float] = []
    left = GATHERED
    large: list[Reading] = []
    for r in sorted(readings, key=_EVIDENCE, reverse=True):
        low, high = r.ranges[at]
        if low == high:
            continue
        if high - low <= left:
            rows.append(segment.row[low:high])
            worth.append(r.evidence * len(r.atoms))
            left -= high - low
        else:
            large.append(r)
    if not rows:
        return _intersect(segment, at, large, standing, prior) if large else np.zeros(0, np.int64)
    if GATHERED - left <= SCORED:  # all of them are scored, whatever they are worth
        few = np.array(sorted(set(_joined(rows).tolist())), np.int64)
        return few if standing is None else few[standing[few]]
    pairs = _joined(rows).astype(np.int64) << _NUMBER
    pairs |= count_up(len(rows)).repeat(list(map(len, rows)))
    pairs.sort()
    # A reading that finds a product twice, by its name and by its brand, is one reading.
    pairs = pairs[_begins(pairs)]
    row = pairs >> _NUMBER
    first = _begins(row).nonzero()[0]
    unique = row[first]
    if len(unique) > SCORED:
        pairs &= (1 << _NUMBER) - 1
        total = np.add.reduceat(np.array(worth, np.float32)[pairs], first)
        total -= segment.handicap[unique]
        if prior.rows is not None:
            total += prior.rows[unique]
        if standing is not None:
            total[~standing[unique]] = -np.inf
        unique = unique[np.negative(total, out=total).argpartition(SCORED)[:SCORED]]
    kept: NDArray[np.int64] = unique if standing is None else unique[standing[unique]]
    return kept


def _begins(ordered: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Where another number begins."""
    begins = np.empty(len(ordered), bool)
    begins[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    return begins


def _intersect(
    segment: Segment, at: int, large: list[Reading], standing: NDArray[np.bool_] | None, prior: Prior
) -> NDArray[np.int64]:
    """Every reading is frequent: take the products that are in most of them, the popular and short-named first."""
    large = sorted(large, key=lambda r: r.size)[:6]
    low, high = large[0].ranges[at]
    rows = segment.row[low : min(high, low + INTERSECTED)].astype(np.int64)
    total = np.full(len(rows), large[0].evidence, np.float32)
    others = np.zeros(len(rows), np.float32)
    for r in large[1:]:
        low, high = r.ranges[at]
        has = np.zeros(segment.products, bool)
        has[segment.row[low:high]] = True
        others += np.float32(r.evidence) * has[rows]
    total += others
    total -= segment.handicap[rows]
    if prior.rows is not None:
        total += prior.rows[rows]
        if len(prior.hot):
            hot = prior.hot[prior.hot < segment.products]
            rows, total = np.concatenate([hot, rows]), np.concatenate([prior.rows[hot], total])
    if standing is not None:
        total = np.where(standing[rows], total, -np.inf)
    best = np.argpartition(-total, min(SCORED, len(rows) - 1))[:SCORED]
    best = best[np.isfinite(total[best])]
    return np.unique(rows[best])


def score(index: Index, query: Query, readings: list[Reading], prior: Prior, most: int) -> Scored:
    """Score the candidates of all segments; the best `most` are kept."""
    if not readings:
        return Scored.none(query)
    asked = Asked.of(index, query, readings)
    found = []
    for at, (segment, offset) in enumerate(index.segments):
        base = segment is index.base
        rows = gather(segment, at, readings, index.alive if base else None, prior if base else Prior.none())
        if len(rows):
            bonus = None if prior.rows is None else prior.rows[(rows + offset).clip(max=len(prior.rows) - 1)]
            found.append(_in_segment(segment, at, offset, rows, asked, bonus, most))
    if not found:
        return Scored.none(query)
    return found[0] if len(found) == 1 else _together(found[0], found[1], most)


@dataclass(slots=True)
class Asked:
    """What scoring wants to know of a query, the same for all segments."""

    readings: list[Reading]
    bounds: list[NDArray[np.int64]]  # by segment: where the keys of each reading begin, and where they end
    endings: NDArray[np.float32]
    shifts: NDArray[np.uint32]  # to the two bits that say how a match of each reading's length ends
    parts: list[list[tuple[int, float]]]
    named: list[tuple[int, float]]

    @staticmethod
    def of(index: Index, query: Query, readings: list[Reading]) -> "Asked":
        """Of a query and all its readings."""
        return Asked(
            readings,
            [
                np.array(list(zip(*[r.ranges[at] for r in readings], strict=True))) << _NUMBER
                for at in range(len(index.segments))
            ],
            np.array(_endings(query, readings), np.float32),
            np.array([2 * r.length for r in readings], np.uint32),
            parts(query, readings),
            _named(query, readings, index.brands),
        )


def _in_segment(
    segment: Segment,
    at: int,
    offset: int,
    rows: NDArray[np.int64],
    asked: Asked,
    bonus: NDArray[np.float32] | None,
    most: int,
) -> Scored:
    hits = _hits(segment, at, rows, asked)
    shares = _shares(asked.parts, hits)
    total = np.add.reduce(shares, axis=0)
    total -= segment.handicap[rows]
    for at_reading, worth in asked.named:
        total += worth * (hits[at_reading] >= 0.9 * asked.readings[at_reading].evidence)
    if bonus is not None:
        total += bonus
    best = np.negative(total).argsort(kind="stable")[:most]
    kept = rows[best]
    letters, group, accessory = segment.told[kept].T.tolist()
    return Scored(
        (kept + offset).tolist(),
        total[best].tolist(),
        hits.T[best].tolist(),
        shares.T[best].tolist(),
        letters,
        group,
        accessory,
        np.maximum.reduce(shares, axis=1).tolist(),
        asked.readings,
        asked.parts,
    )


def _together(large: Scored, small: Scored, most: int) -> Scored:
    """The candidates of both segments."""
    score = large.score + small.score
    best = sorted(range(len(score)), key=lambda i: -score[i])[:most]

    def kept(mine: list[E], others: list[E]) -> list[E]:
        both = mine + others
        return [both[i] for i in best]

    return Scored(
        kept(large.rows, small.rows),
        kept(large.score, small.score),
        kept(large.hits, small.hits),
        kept(large.shares, small.shares),
        kept(large.letters, small.letters),
        kept(large.group, small.group),
        kept(large.accessory, small.accessory),
        list(map(max, large.most, small.most)),
        large.readings,
        large.parts,
    )


def _joined(parts: list[NDArray[T]]) -> NDArray[T]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _named(query: Query, readings: list[Reading], brands: frozenset[int]) -> list[tuple[int, float]]:
    """Readings of brands, and of whole words with letters and digits: who names one means it, whatever else is said."""
    models = {
        (first, last)
        for first, last in query.compounds
        if last - first > 1 and DIGIT in [atom.kind for atom in query.atoms[first:last]]
    }
    if not models:
        return []
    named = [(at, r) for at, r in enumerate(readings) if (r.first, r.last) in models]
    makers = [(at, BRAND_NAMED) for at, r in enumerate(readings) if r.exact and r.low in brands]
    return makers + [(at, MODEL_NAMED if r.exact else MODEL_SLIPPED * r.likelihood) for at, r in named]


def _hits(segment: Segment, at: int, rows: NDArray[np.int64], asked: Asked) -> NDArray[np.float32]:
    """What each reading (rows) is worth for each candidate (columns)."""
    # The keys of the candidates in order, each with the number of its candidate behind it.
    position, candidate = segment.keys_of(rows)
    candidate |= position.astype(np.int64) << _NUMBER
    candidate.sort()
    begins, ends = candidate.searchsorted(asked.bounds[at])
    # Few keys of few candidates are found: what a match is worth is computed for those alone.
    nth, which = spread(ends, ends - begins)
    found = candidate[nth]
    key = found >> _NUMBER
    found &= (1 << _NUMBER) - 1
    # How a match ends: inside a word, with a part of one, with a word.
    how = segment.ends[key] >> asked.shifts[which]
    how &= _TWO_BITS
    worth = asked.endings[which * 4 + how]
    worth *= FIELD_WORTH[segment.field[key]]
    which *= len(rows)
    which += found
    hits = np.zeros((len(asked.readings), len(rows)), np.float32)
    np.maximum.at(hits.reshape(-1), which, worth)
    return hits


def _endings(query: Query, readings: list[Reading]) -> list[float]:
    """For each reading the worth of a match that ends inside a word, with a part of one, with a word (the last two)."""
    atoms = query.atoms
    words = [a.word for a in atoms]
    before = [0, *accumulate([len(a.codes) for a in atoms])]  # letters
    inside = [False, *map(eq, words, words[1:]), False]  # of a word, before each atom and at the end
    growing = len(atoms) if query.open_end else -1
    out: list[float] = []
    for r in readings:
        whole, first, last = r.evidence, r.first, r.last
        if r.apart:
            out += (0.0, whole * 0.7, whole, whole)
            continue
        letters = before[last] - before[first]
        # A piece of a typed word says little: `k6s150` is not the 150 of some other product.
        if inside[first] or inside[last]:
            whole *= _PIECE[letters] if letters < 5 else 0.9
        if letters > KEY_LENGTH:
            out += (whole, whole, whole, whole)
        elif last == growing:
            out += (whole * TYPING_INSIDE, whole * TYPING_PART, whole, whole)
        elif words[first] != words[last - 1]:
            out += (whole * 0.2, whole * 0.94, whole, whole)
        else:
            digits = atoms[last - 1].codes[-1] < LATIN_CODE
            part = 0.3 if digits or letters < 3 else 0.5 if letters == 3 else 0.65
            out += (whole * part, whole * 0.94, whole, whole)
    return out


def parts(query: Query, readings: list[Reading]) -> list[list[tuple[int, float]]]:
    """For each atom the numbers of the readings that explain it, and the part that it has of the worth of each.

    Of what was typed the rarer atom has more; after an edit or in other words the longer one.
    """
    letters = [len(a.codes) for a in query.atoms]
    rare = [UNSEEN] * len(letters)
    out: list[list[tuple[int, float]]] = [[] for _ in letters]
    several: list[tuple[int, Reading]] = []
    for at, r in enumerate(readings):
        first = r.first
        if r.last - first > 1:
            several.append((at, r))
            continue
        out[first].append((at, 1.0))
        if r.exact:
            rare[first] = r.evidence
    for at, r in several:
        weights: Sequence[float] = rare if r.exact or r.apart else letters
        whole = sum([weights[atom] for atom in r.atoms])
        for atom in r.atoms:
            out[atom].append((at, weights[atom] / whole))
    return out


def _shares(parts: list[list[tuple[int, float]]], hits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Share each reading's evidence among its atoms; an atom counts its best reading."""
    most = max(map(len, parts))
    filled = [(*found, *[(0, 0.0)] * (most - len(found))) for found in parts]
    at, part = zip(*chain.from_iterable(filled), strict=True)
    pairs = hits[np.array(at, np.intp)]
    pairs *= np.array(part, np.float32)[:, None]
    shares: NDArray[np.float32] = np.maximum.reduce(pairs.reshape(len(parts), most, -1), axis=1)
    return shares
