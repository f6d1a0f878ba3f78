"""Gather the products that the readings find, and rank them by the evidence of their best readings."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hsc_prediction.domain.alphabet import DIGIT, KEY_LENGTH, LATIN_CODE
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.popularity import Prior
from hsc_prediction.domain.query import Query
from hsc_prediction.domain.readings import Reading
from hsc_prediction.domain.segment import Segment

GATHERED = 1_024
SCORED = 64
INTERSECTED = 20_000
# name, brand, sku, page, category, initials
FIELD_WORTH = np.array([1.0, 1.0, 1.0, 0.8, 0.7, 0.7], np.float32)
ACCESSORY = 0.9
MODEL_NAMED = 2.5
TYPING_INSIDE, TYPING_PART = 0.97, 0.985
UNTYPED_LETTER = 0.004


@dataclass(slots=True)
class Scored:
    """Candidates of a query: one column each. `hits[r, c]` is what reading r is worth for candidate c."""

    rows: NDArray[np.int64]
    score: NDArray[np.float32]
    hits: NDArray[np.float32]
    shares: NDArray[np.float32]  # atoms × candidates: evidence for each atom
    exact: NDArray[np.float32]  # the same, from what was typed as it stands alone
    letters: NDArray[np.int16]
    group: NDArray[np.int64]
    accessory: NDArray[np.bool_]
    readings: list[Reading]

    @property
    def best(self) -> float:
        """The best score; 0 for none."""
        return float(self.score.max()) if len(self.score) else 0.0


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
            worth.append(r.evidence * (r.last - r.first))
            left -= high - low
        else:
            large.append(r)
    if not rows and large:
        return _intersect(segment, at, large, standing, prior)
    if not rows:
        return np.zeros(0, np.int64)
    all_rows = np.concatenate(rows)
    weight = np.repeat(np.array(worth, np.float32), [len(r) for r in rows])
    unique, inverse = np.unique(all_rows, return_inverse=True)
    total: NDArray[Any] = np.bincount(inverse, weight)
    if standing is not None:
        alive = standing[unique]
        unique, total = unique[alive], total[alive]
    if len(unique) > SCORED:
        if prior.rows is not None:
            total = total + prior.rows[unique]
        unique = unique[np.argpartition(-total, SCORED)[:SCORED]]
    return unique.astype(np.int64)


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
    total -= segment.letters[rows] * np.float32(UNTYPED_LETTER)
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


def score(index: Index, query: Query, readings: list[Reading], prior: Prior) -> Scored:
    """Score the candidates of all segments."""
    rows_of: list[NDArray[np.int64]] = []
    hits_of: list[NDArray[np.float32]] = []
    letters_of: list[NDArray[np.int16]] = []
    group_of: list[NDArray[np.int64]] = []
    accessory_of: list[NDArray[np.bool_]] = []
    for at, (segment, offset) in enumerate(index.segments):
        base = segment is index.base
        rows = gather(segment, at, readings, index.alive if base else None, prior if base else Prior.none())
        if len(rows):
            rows_of.append(rows + offset)
            hits_of.append(_hits(segment, at, rows, readings, query))
            letters_of.append(segment.letters[rows])
            group_of.append(segment.group[rows])
            accessory_of.append(segment.accessory[rows])
    if not rows_of:
        none = np.zeros((len(query.atoms), 0), np.float32)
        rows = np.zeros(0, np.int64)
        return Scored(rows, none.sum(axis=0), none, none, none, np.zeros(0, np.int16), rows, np.zeros(0, bool), [])
    rows, letters, accessory = np.concatenate(rows_of), np.concatenate(letters_of), np.concatenate(accessory_of)
    group = np.concatenate(group_of)
    hits = np.concatenate(hits_of, axis=1)
    shares = _shares(query, readings, hits)
    exact = shares
    if not all(r.exact for r in readings):
        as_typed = np.array([r.exact for r in readings], np.float32)
        exact = _shares(query, readings, hits * as_typed[:, None])
    total = shares.sum(axis=0) - UNTYPED_LETTER * letters - ACCESSORY * accessory
    for at in _models(query, readings):
        total += MODEL_NAMED * (hits[at] >= 0.9 * readings[at].evidence)
    if prior.rows is not None:
        total = total + prior.rows[rows.clip(max=len(prior.rows) - 1)]
    return Scored(rows, total.astype(np.float32), hits, shares, exact, letters, group, accessory, readings)


def _models(query: Query, readings: list[Reading]) -> list[int]:
    """Readings, as typed, of whole words with letters and digits: who names a model means it, whatever else is said."""
    models = {
        span
        for span in query.compounds
        if span[1] - span[0] > 1 and any(a.kind == DIGIT for a in query.atoms[slice(*span)])
    }
    return [at for at, r in enumerate(readings) if r.exact and (r.first, r.last) in models]


def _hits(
    segment: Segment, at: int, rows: NDArray[np.int64], readings: list[Reading], query: Query
) -> NDArray[np.float32]:
    position = segment.forward[rows]  # candidates × keys; -1 where there are no more
    low = np.array([r.ranges[at][0] for r in readings], np.int32)
    size = np.array([r.ranges[at][1] - r.ranges[at][0] for r in readings], np.uint32)
    inside = (position[None] - low[:, None, None]).view(np.uint32) < size[:, None, None]
    # Few keys of few candidates are found: what a match is worth is computed for those alone.
    found = np.flatnonzero(inside)
    width = position.shape[1]
    pair = found // width  # reading × candidate
    which = pair // len(rows)
    key = position.ravel()[found - which * position.size]
    length = np.array([r.length for r in readings], np.uint32)[which]
    tail = segment.ends[key] >> length
    # How a match ends: inside a word, with a part of one, with a word.
    how = ((tail >> np.uint32(15)) & np.uint32(2)) | (tail & np.uint32(1))
    table = np.array([_endings(r, query) for r in readings], np.float32)
    evidence = np.array([r.evidence for r in readings], np.float32)
    worth = table[which, how] * FIELD_WORTH[segment.field[key]] * evidence[which]
    hits = np.zeros(len(readings) * len(rows), np.float32)
    np.maximum.at(hits, pair, worth)
    return hits.reshape(len(readings), len(rows))


def _endings(r: Reading, query: Query) -> tuple[float, float, float, float]:
    """The worth of a match that ends inside a word, with a part of one, with a word (the last two)."""
    atoms = query.atoms
    letters = sum(len(a.codes) for a in atoms[r.first : r.last])
    whole = 1.0
    # A piece of a typed word says little: `k6s150` is not the 150 of some other product.
    cut_left = r.first > 0 and atoms[r.first - 1].word == atoms[r.first].word
    cut_right = r.last < len(atoms) and atoms[r.last].word == atoms[r.last - 1].word
    if cut_left or cut_right:
        whole = (0.5, 0.5, 0.5, 0.7, 0.8)[letters] if letters < 5 else 0.9
    if letters > KEY_LENGTH:
        return (whole, whole, whole, whole)
    if r.last == len(atoms) and query.open_end:
        return (whole * TYPING_INSIDE, whole * TYPING_PART, whole, whole)
    if atoms[r.first].word != atoms[r.last - 1].word:
        return (whole * 0.2, whole * 0.94, whole, whole)
    digits = atoms[r.last - 1].codes[-1] < LATIN_CODE
    inside = 0.3 if digits or letters < 3 else 0.5 if letters == 3 else 0.65
    return (whole * inside, whole * 0.94, whole, whole)


def _shares(query: Query, readings: list[Reading], hits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Share each reading's evidence among its atoms by their letters; an atom counts its best reading."""
    atoms: list[int] = []
    source: list[int] = []
    part: list[float] = []
    lengths = [len(a.codes) for a in query.atoms]
    for at, r in enumerate(readings):
        total = sum(lengths[r.first : r.last])
        for atom in range(r.first, r.last):
            atoms.append(atom)
            source.append(at)
            part.append(lengths[atom] / total)
    order = sorted(range(len(atoms)), key=atoms.__getitem__)
    pairs = hits[[source[i] for i in order]] * np.array([part[i] for i in order], np.float32)[:, None]
    begins: list[int] = []
    present: list[int] = []
    for n, i in enumerate(order):
        if not present or present[-1] != atoms[i]:
            present.append(atoms[i])
            begins.append(n)
    shares = np.zeros((len(lengths), hits.shape[1]), np.float32)
    shares[present] = np.maximum.reduceat(pairs, begins, axis=0)
    return shares
