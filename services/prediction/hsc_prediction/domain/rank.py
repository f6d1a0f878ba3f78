"""Gather the products that the readings find, and rank them by the evidence of their best readings."""

from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from hsc_prediction.domain.alphabet import DIGIT, KEY_LENGTH, LATIN_CODE
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.popularity import Prior
from hsc_prediction.domain.query import Query
from hsc_prediction.domain.readings import MAX_READINGS, Reading
from hsc_prediction.domain.segment import Segment

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
_FIRST = np.zeros(1, np.int64)
_TRUE = np.ones(1, bool)
_FIRST_BIT, _SECOND, _TO_SECOND = np.uint32(1), np.uint32(2), np.uint32(15)
TYPING_INSIDE, TYPING_PART = 0.97, 0.985


@dataclass(slots=True)
class Scored:
    """Candidates of a query, best first; in plain lists, since what follows looks at a few, one by one."""

    rows: list[int]
    score: list[float]
    hits: list[list[float]]  # by candidate: what each reading is worth for it
    shares: list[list[float]]  # by candidate: evidence for each atom
    letters: list[int]
    group: list[int]
    accessory: list[bool]
    most: list[float]  # by atom: the largest share that any candidate has, kept or not
    readings: list[Reading]

    @staticmethod
    def none(query: Query) -> "Scored":
        """No candidate."""
        return Scored([], [], [], [], [], [], [], [0.0] * len(query.atoms), [])

    def as_typed(self, query: Query, candidates: list[int]) -> list[list[float]]:
        """The shares of some candidates (by candidate, then atom) from what was typed as it stands alone."""
        if all(r.exact for r in self.readings):
            return [self.shares[c] for c in candidates]
        exact = zip(self.readings, parts(query, self.readings), strict=True)
        of_exact = [(at, atom, part) for at, (r, of) in enumerate(exact) if r.exact for atom, part in of]
        out = []
        for c in candidates:
            hits, row = self.hits[c], [0.0] * len(query.atoms)
            for at, atom, part in of_exact:
                worth = hits[at] * part
                if worth > row[atom]:
                    row[atom] = worth
            out.append(row)
        return out


def gather(
    segment: Segment, at: int, readings: list[Reading], standing: NDArray[np.bool_] | None, prior: Prior
) -> NDArray[np.int64]:
    """Rows of a segment worth scoring: those of the rarest readings first."""
    order = sorted((r for r in readings if r.ranges[at][1] > r.ranges[at][0]), key=lambda r: -r.evidence)
    rows: list[NDArray[np.int32]] = []
    worth: list[float] = []
    left = GATHERED
    large: list[Reading] = []
    for r in order:
        low, high = r.ranges[at]
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
    pairs = _joined(rows) * np.int64(MAX_READINGS)
    pairs += np.arange(len(rows)).repeat([len(found) for found in rows])
    pairs.sort()
    # A reading that finds a product twice, by its name and by its brand, is one reading.
    pairs = pairs[np.concatenate([_TRUE, pairs[1:] != pairs[:-1]])]
    row = pairs // MAX_READINGS
    first = np.concatenate([_FIRST, (row[1:] != row[:-1]).nonzero()[0] + 1])
    unique = row[first]
    if len(unique) > SCORED:
        total = np.add.reduceat(np.array(worth, np.float32)[pairs - row * MAX_READINGS], first)
        total -= segment.handicap[unique]
        if prior.rows is not None:
            total += prior.rows[unique]
        if standing is not None:
            total[~standing[unique]] = -np.inf
        unique = unique[np.argpartition(-total, SCORED)[:SCORED]]
    kept: NDArray[np.int64] = unique if standing is None else unique[standing[unique]]
    return kept


def _intersect(
    segment: Segment, at: int, large: list[Reading], standing: NDArray[np.bool_] | None, prior: Prior
) -> NDArray[np.int64]:
    """Every reading is frequent: take the products that are in most of them, the popular and short-named first."""
    large = sorted(large, key=lambda r: r.size)[:6]
    low, high = large[0].ranges[at]
    rows = segment.row[low : min(high, low + INTERSECTED)].astype(np.int64)
    total = np.full(len(rows), large[0].evidence, np.float32)
    if len(large) > 1:
        mark = np.zeros(segment.products, np.float32)
        for r in large[1:]:
            low, high = r.ranges[at]
            mark[segment.row[low:high]] += r.evidence
        total += mark[rows]
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
    found = []
    for at, (segment, offset) in enumerate(index.segments):
        base = segment is index.base
        rows = gather(segment, at, readings, index.alive if base else None, prior if base else Prior.none())
        if len(rows):
            bonus = None if prior.rows is None else prior.rows[(rows + offset).clip(max=len(prior.rows) - 1)]
            found.append(_in_segment(segment, at, offset, rows, query, readings, bonus, most, index.brands))
    if not found:
        return Scored.none(query)
    return found[0] if len(found) == 1 else _together(found[0], found[1], most)


def _in_segment(
    segment: Segment,
    at: int,
    offset: int,
    rows: NDArray[np.int64],
    query: Query,
    readings: list[Reading],
    bonus: NDArray[np.float32] | None,
    most: int,
    brands: frozenset[int],
) -> Scored:
    hits = _hits(segment, at, rows, readings, query)
    shares = _shares(query, readings, hits)
    total = shares.sum(axis=0)
    total -= segment.handicap.take(rows)
    for at_reading, worth in _named(query, readings, brands):
        total += worth * (hits[at_reading] >= 0.9 * readings[at_reading].evidence)
    if bonus is not None:
        total += bonus
    best = (-total).argsort(kind="stable")[:most]
    kept = rows.take(best)
    return Scored(
        (kept + offset).tolist(),
        total.take(best).tolist(),
        hits.T.take(best, axis=0).tolist(),
        shares.T.take(best, axis=0).tolist(),
        segment.letters.take(kept).tolist(),
        segment.group.take(kept).tolist(),
        segment.accessory.take(kept).tolist(),
        shares.max(axis=1).tolist(),
        readings,
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
    )


def _joined(parts: list[NDArray[T]]) -> NDArray[T]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _named(query: Query, readings: list[Reading], brands: frozenset[int]) -> list[tuple[int, float]]:
    """Readings of brands, and of whole words with letters and digits: who names one means it, whatever else is said."""
    models = {
        span
        for span in query.compounds
        if span[1] - span[0] > 1 and any(a.kind == DIGIT for a in query.atoms[slice(*span)])
    }
    named = [(at, r) for at, r in enumerate(readings) if (r.first, r.last) in models]
    makers = [(at, BRAND_NAMED) for at, r in enumerate(readings) if r.exact and r.low in brands]
    return makers + [(at, MODEL_NAMED if r.exact else MODEL_SLIPPED * r.likelihood) for at, r in named]


def _hits(
    segment: Segment, at: int, rows: NDArray[np.int64], readings: list[Reading], query: Query
) -> NDArray[np.float32]:
    position = segment.forward.take(rows, axis=0)  # candidates × keys; -1 where there are no more
    bounds = np.array([r.ranges[at] for r in readings], np.int32)
    size = (bounds[:, 1] - bounds[:, 0]).view(np.uint32)
    inside = (position - bounds[:, 0, None, None]).view(np.uint32) < size[:, None, None]
    # Few keys of few candidates are found: what a match is worth is computed for those alone.
    found = inside.ravel().nonzero()[0]
    pair = found // position.shape[1]  # reading × candidate
    which = pair // len(rows)
    key = position.ravel()[found - which * position.size]
    tail = segment.ends[key] >> np.array([r.length for r in readings], np.uint32)[which]
    # How a match ends: inside a word, with a part of one, with a word.
    how = ((tail >> _TO_SECOND) & _SECOND) | (tail & _FIRST_BIT)
    table = np.array([_endings(r, query) for r in readings], np.float32)
    hits = np.zeros(len(readings) * len(rows), np.float32)
    np.maximum.at(hits, pair, table[which, how] * FIELD_WORTH[segment.field[key]])
    return hits.reshape(len(readings), len(rows))


def _endings(r: Reading, query: Query) -> tuple[float, float, float, float]:
    """The worth of a match that ends inside a word, with a part of one, with a word (the last two)."""
    atoms = query.atoms
    whole = r.evidence
    if r.apart:
        return (0.0, whole * 0.7, whole, whole)
    letters = sum([len(a.codes) for a in atoms[r.first : r.last]])
    # A piece of a typed word says little: `k6s150` is not the 150 of some other product.
    cut_left = r.first > 0 and atoms[r.first - 1].word == atoms[r.first].word
    cut_right = r.last < len(atoms) and atoms[r.last].word == atoms[r.last - 1].word
    if cut_left or cut_right:
        whole *= (0.5, 0.5, 0.5, 0.7, 0.8)[letters] if letters < 5 else 0.9
    if letters > KEY_LENGTH:
        return (whole, whole, whole, whole)
    if r.last == len(atoms) and query.open_end:
        return (whole * TYPING_INSIDE, whole * TYPING_PART, whole, whole)
    if atoms[r.first].word != atoms[r.last - 1].word:
        return (whole * 0.2, whole * 0.94, whole, whole)
    digits = atoms[r.last - 1].codes[-1] < LATIN_CODE
    inside = 0.3 if digits or letters < 3 else 0.5 if letters == 3 else 0.65
    return (whole * inside, whole * 0.94, whole, whole)


def parts(query: Query, readings: list[Reading]) -> list[list[tuple[int, float]]]:
    """For each reading its atoms, and the part of its worth that each has.

    Of what was typed the rarer atom has more; after an edit or in other words the longer one.
    """
    letters = [float(len(a.codes)) for a in query.atoms]
    if len(letters) == 1:
        return [[(0, 1.0)]] * len(readings)
    rare = [UNSEEN] * len(letters)
    for r in readings:
        if r.exact and r.last - r.first == 1:
            rare[r.first] = r.evidence
    out = []
    for r in readings:
        if r.last - r.first == 1:
            out.append([(r.first, 1.0)])
            continue
        weights = rare if r.exact or r.apart else letters
        whole = sum([weights[atom] for atom in r.atoms])
        out.append([(atom, weights[atom] / whole) for atom in r.atoms])
    return out


def _shares(query: Query, readings: list[Reading], hits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Share each reading's evidence among its atoms; an atom counts its best reading."""
    if len(query.atoms) == 1:
        best: NDArray[np.float32] = hits.max(axis=0, keepdims=True)
        return best
    of_atom: list[list[tuple[int, float]]] = [[] for _ in query.atoms]
    for at, of in enumerate(parts(query, readings)):
        for atom, part in of:
            of_atom[atom].append((at, part))
    shares = np.zeros((len(of_atom), hits.shape[1]), np.float32)
    present = [atom for atom, some in enumerate(of_atom) if some]
    every = [pair for atom in present for pair in of_atom[atom]]
    begins = [0, *accumulate(len(of_atom[atom]) for atom in present)][:-1]
    pairs = hits[[at for at, _ in every]] * np.array([part for _, part in every], np.float32)[:, None]
    shares[present] = np.maximum.reduceat(pairs, begins, axis=0)
    return shares
