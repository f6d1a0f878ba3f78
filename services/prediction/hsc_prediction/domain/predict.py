"""Predict: from the typed text to candidates with calibrated confidence."""

from dataclasses import dataclass
from math import log

import numpy as np

from hsc_prediction.domain import calibrate, spans, twins
from hsc_prediction.domain.alphabet import LATIN, LATIN_CODE
from hsc_prediction.domain.alternatives import alternative_spans, alternatives, share_among_meanings
from hsc_prediction.domain.calibrate import Calibration
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.layout import has_hebrew, other_layout
from hsc_prediction.domain.popularity import Prior
from hsc_prediction.domain.product import Candidate, Prediction
from hsc_prediction.domain.query import Query, read, with_open_end_as_support
from hsc_prediction.domain.rank import Scored, score
from hsc_prediction.domain.readings import (
    LONG,
    Reading,
    covered_atoms,
    edited,
    exact_spans,
    locate,
    strongest,
    unexplained,
)
from hsc_prediction.domain.split import apart
from hsc_prediction.domain.support_words import POINTING_WORDS, WANTING_WORDS, begins_support_word

MAX_TEXT = 512
# Confidence is computed over this many names; the rest is too far behind to matter.
WEIGHED = 10
UNKNOWN_WORD = 5.0


@dataclass(slots=True)
class Group:
    """Products of equal brand and name: columns of the scored candidates, best first."""

    columns: list[int]
    score: float


def predict(index: Index, text: str, limit: int, prior: Prior, calibration: Calibration | None = None) -> Prediction:
    """The products a text may mean, best first, at most `limit`; of a text only 512 characters are read."""
    text = text[:MAX_TEXT]
    query, scored = find(index, text, prior)
    groups = grouped(scored, limit)
    if not groups:
        return Prediction((), "", text.strip())
    calibration = calibration or Calibration.shipped()
    weighed = groups[:WEIGHED]
    confidence = calibration.confidence(features(index, query, scored, weighed, calibration.temperature))
    ranks = sorted(range(len(weighed)), key=lambda i: -confidence[i])
    top = weighed[ranks[0]]
    locked = lock(index, query, scored, top, [weighed[i] for i in ranks[1:]], confidence[ranks[0]])
    members = [(weighed[i], n, confidence[i]) for i in ranks for n in range(len(weighed[i].columns))]
    members += [(g, n, 0.0) for g in groups[WEIGHED:] for n in range(len(g.columns))]
    ordered = _order(members)
    if locked:  # the choice left is among its members
        ordered.sort(key=lambda member: member[0] is not top)
    out = []
    for group, n, sure in ordered[:limit]:
        product = index.product(int(scored.rows[group.columns[n]]))
        marked = spans.matched_spans(product.name, chosen(scored, group.columns[n]))
        several = f"{product.brand_id or product.brand_name}/{product.name}" if len(group.columns) > 1 else ""
        out.append(Candidate(product, sure / len(group.columns), several, marked, locked and group is top, sure))
    worth = scored.shares[:, top.columns[0]].tolist()
    for word in query.words:
        if word.support:
            worth[word.first : word.last] = [0.0] * (word.last - word.first)
    product_text, question_text = spans.split(text, *spans.mention(query, worth))
    return Prediction(tuple(out), product_text, question_text)


def find(index: Index, text: str, prior: Prior) -> tuple[Query, Scored]:
    """Read the text as typed and, where that explains little, as typed in the other keyboard layout."""
    query, scored = look_up(index, read(text), prior)
    latin = any(atom.kind == LATIN for atom in query.atoms)
    short = len(query.atoms) <= LONG  # in a longer text the wrong letters would have been noticed
    if short and has_hebrew(text) and not latin and not all(word.support for word in query.words):
        other, again = look_up(index, read(other_layout(text)), prior)
        if explained_score(other, again) > explained_score(query, scored):
            return other, again
    return query, scored


def explained_score(query: Query, scored: Scored) -> float:
    """The best score, as far as the letters of the text have a part in it."""
    if not len(scored.score):
        return 0.0
    best = scored.shares[:, int(scored.score.argmax())].tolist()
    letters = sum(len(atom.codes) for atom in query.atoms)
    support = {i for word in query.words if word.support for i in range(word.first, word.last)}
    found = sum(len(atom.codes) for i, atom in enumerate(query.atoms) if best[i] > 0 or i in support)
    return scored.best * found / letters


def look_up(index: Index, query: Query, prior: Prior) -> tuple[Query, Scored]:
    """Find and score the products for a text that was read; with it the query, its runs of words taken apart."""
    found = locate(index, exact_spans(query))
    covered = covered_atoms(index, query, found)
    if (parted := apart(index, query, covered)) is not None:
        query = parted
        found = locate(index, exact_spans(query))
        covered = covered_atoms(index, query, found)
    other = locate(index, alternative_spans(query, alternatives(index, query, covered)))
    share_among_meanings(index, found, other)
    for r in other:
        covered[r.first : r.last] = [True] * (r.last - r.first)
    found += other
    found += locate(index, edited(index, query, unexplained(query, found, covered)))
    scored = score(index, query, strongest(found), prior)
    return _last_word(query, scored), scored


def _last_word(query: Query, scored: Scored) -> Query:
    """The query, its last word taken for a support word where it is half of one and no part of the best name."""
    if not (query.open_end and len(query.words) > 1 and len(scored.rows)) or query.words[-1].support:
        return query
    last = query.words[-1]
    best = scored.shares[last.first : last.last, int(scored.score.argmax())]
    half = not best.any() and begins_support_word(last.letters)
    return with_open_end_as_support(query) if half else query


def grouped(scored: Scored, limit: int) -> list[Group]:
    """The best candidates, products of equal brand and name together."""
    groups: dict[int, Group] = {}
    best = np.argsort(-scored.score, kind="stable")[: limit + 16]
    for column, name, score_ in zip(
        best.tolist(), scored.group[best].tolist(), scored.score[best].tolist(), strict=True
    ):
        if name in groups:
            groups[name].columns.append(column)
        else:
            groups[name] = Group([column], score_)
    return list(groups.values())


def features(
    index: Index, query: Query, scored: Scored, groups: list[Group], temperature: float
) -> list[tuple[float, ...]]:
    """What confidence is computed from: one row a group, columns as in `calibrate.FEATURES`.

    In plain Python: over ten groups and a few words that takes a third of the time of numpy's calls.
    """
    atoms = query.atoms
    columns = [g.columns[0] for g in groups]
    support = {i for word in query.words if word.support for i in range(word.first, word.last)}
    letters = [len(a.codes) for a in atoms]
    most = scored.shares.max(axis=1).tolist()
    unknown, could = 0, 0.0
    for i in range(len(atoms)):
        if i not in support:
            long = letters[i] >= 2
            unknown += long and most[i] <= 0
            could += most[i] or (UNKNOWN_WORD if long else 0.0)
    share = calibrate.shares([g.score for g in groups], temperature)
    full = log(index.count + 2)
    several = len(query.words) > 1
    beside = {word.letters for word in query.words if word.support}
    wanting = bool(beside & WANTING_WORDS) or (len(query.words) == 2 and bool(beside & POINTING_WORDS))
    shares = scored.shares[:, columns].T.tolist()
    exact = scored.as_typed(query, columns)
    named = scored.letters[columns].tolist()
    out: list[tuple[float, ...]] = []
    for n, (row, typed) in enumerate(zip(shares, exact, strict=True)):
        evidence = total = 0.0
        found = only = said = 0
        number = False
        for i, worth in enumerate(row):
            if worth > 0:
                total += worth
                found += letters[i]
                if i not in support:
                    evidence += worth
                    said += 1
                    only = i
                    number |= typed[i] > 0 and atoms[i].codes[-1] < LATIN_CODE
        edited_part = 1 - sum(typed) / max(total, 1e-6)
        covered = min(1.0, found / max(1, named[n]))
        strength, explained = min(1.5, evidence / full), evidence / (could or 1.0)
        lone = several and said == 1 and covered < 0.5 and not number
        coined = (
            lone and wanting and not unknown and typed[only] > 0 and _coined(index, scored, columns[n], query, only)
        )
        odds = log(max(share[n], 1e-6) / max(1 - share[n], 1e-3))
        sure = share[n] * explained * min(1.0, strength)
        out.append((1.0, odds, explained, strength, edited_part, covered, min(unknown, 4), sure, lone, coined))
    return out


def _coined(index: Index, scored: Scored, column: int, query: Query, atom: int) -> bool:
    product = index.product(int(scored.rows[column]))
    return twins.begins_with(product.name, product.brand_name, query.atoms[atom].letters)


def lock(index: Index, query: Query, scored: Scored, top: Group, others: list[Group], confidence: float) -> bool:
    """Whether the group is sure: confident, said exactly, and no twin open."""
    column = top.columns[0]
    if confidence < twins.LOCK_AT:
        return False
    product = index.product(int(scored.rows[column]))
    if not twins.says_it(query, product, scored, column):
        return False
    went_on = bool(query.words) and query.words[-1].support
    complete = went_on and twins.says_all_of(query, product)
    return not twins.open_twin(scored, column, [g.columns[0] for g in others], complete)


def chosen(scored: Scored, column: int) -> list[Reading]:
    """The readings that explain a candidate best, none of them twice for the same atoms."""
    worth = scored.hits[:, column].tolist()
    taken: set[int] = set()
    out: list[Reading] = []
    for at in sorted([i for i, w in enumerate(worth) if w > 0], key=worth.__getitem__, reverse=True):
        r = scored.readings[at]
        atoms = range(r.first, r.last)
        if not taken.issuperset(atoms):
            taken.update(atoms)
            out.append(r)
    return out


def _order(members: list[tuple[Group, int, float]]) -> list[tuple[Group, int, float]]:
    """Three different names first, so that one name's many members do not hide the others; then the members."""
    names = [m for m in members if m[1] == 0]
    rest = [m for m in members if m[1] > 0]
    return names[:3] + rest + names[3:]
