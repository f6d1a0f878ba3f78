"""Predict: from the typed text to candidates with calibrated confidence."""

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from hsc_prediction.domain import calibrate, spans, twins
from hsc_prediction.domain.alphabet import LATIN, LATIN_CODE, decode
from hsc_prediction.domain.alternatives import alternative_spans, alternatives, share_among_meanings
from hsc_prediction.domain.calibrate import Calibration
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.layout import has_hebrew, other_layout
from hsc_prediction.domain.popularity import Prior
from hsc_prediction.domain.product import Candidate, Prediction
from hsc_prediction.domain.query import Query, read
from hsc_prediction.domain.rank import Scored, score
from hsc_prediction.domain.readings import Reading, covered_atoms, edited, exact_spans, locate, strongest, unexplained
from hsc_prediction.domain.split import apart

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
    locked = lock(index, query, scored, top, [weighed[i] for i in ranks[1:]], float(confidence[ranks[0]]))
    members = [(weighed[i], n, float(confidence[i])) for i in ranks for n in range(len(weighed[i].columns))]
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
    if has_hebrew(text) and not latin and not all(word.support for word in query.words):
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
    return query, score(index, query, strongest(found), prior)


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
) -> NDArray[np.float64]:
    """What confidence is computed from: one row a group, columns as in `calibrate.FEATURES`."""
    columns = [g.columns[0] for g in groups]
    support = {i for word in query.words if word.support for i in range(word.first, word.last)}
    content = [i for i in range(len(query.atoms)) if i not in support]
    letters = np.array([len(a.codes) for a in query.atoms])
    shares = scored.shares[:, columns].astype(np.float64)
    most = scored.shares.max(axis=1)
    unknown = sum(1 for i in content if most[i] <= 0 and letters[i] >= 2)
    evidence = shares[content].sum(axis=0)
    could = float(sum(max(most[i], UNKNOWN_WORD if letters[i] >= 2 and most[i] <= 0 else 0.0) for i in content)) or 1.0
    exact = scored.exact[:, columns].sum(axis=0)
    edited_part = 1 - exact / np.maximum(shares.sum(axis=0), 1e-6)
    covered = np.minimum(1.0, ((shares > 0) * letters[:, None]).sum(axis=0) / np.maximum(1, scored.letters[columns]))
    share = calibrate.shares([g.score for g in groups], temperature)
    odds = np.log(share.clip(1e-6) / (1 - share).clip(1e-3))
    strength = np.minimum(1.5, evidence / log(index.count + 2))
    explained = evidence / could
    ones = np.ones(len(groups))
    sure = share * explained * np.minimum(1.0, strength)
    found = (shares[content] > 0).sum(axis=0)
    numbers = [i for i in content if query.atoms[i].codes[-1] < LATIN_CODE]
    numbered = (scored.exact[numbers][:, columns] > 0).any(axis=0)
    lone = (found == 1) & ~numbered & (covered < 0.5) & (len(content) > 1 or len(query.words) > 2)
    coined = np.zeros(len(groups), bool)
    for at in np.flatnonzero(lone).tolist() if not unknown else ():
        product = index.product(int(scored.rows[columns[at]]))
        word = content[int(shares[content, at].argmax())]
        coined[at] = scored.exact[word, columns[at]] > 0 and twins.begins_with(
            product.name, product.brand_name, decode(query.atoms[word].codes)
        )
    columns_of = (ones, odds, explained, strength, edited_part, covered, ones * min(unknown, 4), sure, lone, coined)
    return np.stack(columns_of, axis=1)


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
    for at in sorted((i for i, w in enumerate(worth) if w > 0), key=lambda i: -worth[i]):
        r = scored.readings[at]
        if any(atom not in taken for atom in range(r.first, r.last)):
            taken.update(range(r.first, r.last))
            out.append(r)
    return out


def _order(members: list[tuple[Group, int, float]]) -> list[tuple[Group, int, float]]:
    """Three different names first, so that one name's many members do not hide the others; then the members."""
    names = [m for m in members if m[1] == 0]
    rest = [m for m in members if m[1] > 0]
    return names[:3] + rest + names[3:]
