"""Fits when to keep silent, and says how well: PYTHONPATH=tests/bench python -m answering.fit_abstain [--write]

Answerable: the questions of every set. Unanswerable, asked: what people ask of a product although its manual does not
say; easy: questions about one manual asked of manuals of other kinds of things (two plotting programs, or two
instruments of one maker, do answer each other's questions); hard: the section that holds the answer taken out. Of the
hard ones some are answered all the same, by another section: `stands_elsewhere` tells them, they are not used to fit,
and are counted both ways. Scores are cross-validated by manual: no manual is judged by weights that have seen it.
`--write` stores the weights of all in hsc_answer/domain/abstain_fit.py.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import hsc_answer.domain
import numpy as np
import numpy.typing as npt
from hsc_answer.domain import analyse, evidence
from hsc_answer.domain.abstain import Features, features, ruled_out
from hsc_answer.domain.blocks import units_of
from hsc_answer.domain.passage import fold
from hsc_answer.domain.ranking import ManualIndex

from . import products, sets

HITS = 12
EASY_MANUALS = 3  # other manuals each question is asked of
FACT_WORDS = 3  # of a key fact that can be recognised elsewhere
ASKED = 0.5  # of the question that the sentence with the fact must hold
SHARES = {"answerable": 0.45, "easy": 0.15, "hard": 0.2, "asked": 0.2}  # what each kind of case weighs
KINDS = {
    "gri.pdf": "plots",
    "gnuplot.pdf": "plots",
    "avrdude.pdf": "avrdude",
    "wsjtx.html": "radio",
    "openocd.pdf": "debugger",
    "apcupsd.html": "power",
    "manual.html": "phone",
}
ANSWERED = "hard, answered elsewhere"
REFUSED = 0.045  # of the answerable
Asked = tuple[str, ManualIndex, set[tuple[str, ...]], str, str]  # question, index, right sections, manual, key fact
Floats = npt.NDArray[np.float64]


class Case(NamedTuple):
    """A question as asked of a manual. `kind`: of SHARES, or ANSWERED. `ruled_out`: silent whatever the evidence."""

    manual: str
    kind: str
    values: Features
    ruled_out: bool


def main() -> None:
    cases = list(collect())
    scores = cross_validated(cases)
    good, easy, hard, silent = (scores[[c.kind == kind for c in cases]] for kind in SHARES)
    answered = scores[[c.kind == ANSWERED for c in cases]]
    weights, threshold = (
        fit([c for c in cases if not c.ruled_out and c.kind != ANSWERED]),
        float(np.quantile(good, REFUSED)),
    )
    report: dict[str, Any] = {
        "answerable": len(good),
        "easy AUROC (goal 0.95)": auroc(good, easy),
        "refused answerable at 90 % of easy refused (goal 0.05)": float(np.mean(good < np.quantile(easy, 0.9))),
        "hard AUROC (goal 0.85)": auroc(good, hard),
        "hard AUROC, with those answered elsewhere": auroc(good, np.concatenate((hard, answered))),
        "hard, of which answered elsewhere": [len(hard) + len(answered), len(answered)],
        "refused answerable at 90 % of hard refused": float(np.mean(good < np.quantile(hard, 0.9))),
        "threshold": threshold,
        "asked AUROC": auroc(good, silent),
        "at the threshold: refused of answerable, easy, hard, asked": [
            round(float(np.mean(s < threshold)), 3) for s in (good, easy, hard, silent)
        ],
    }
    for name, value in report.items():
        print(f"{name:<60} {value if isinstance(value, list | int) else round(value, 3)}")
    for name, wrong in (("easy", easy), ("hard", hard), ("asked", silent)):
        print(f"risk at coverage ({name}):", json.dumps(risk_coverage(good, wrong)))
    if fresh := list(unseen()):
        told = sigmoid(matrix(fresh) @ weights) * [not c.ruled_out for c in fresh]
        good, easy, hard = (told[[c.kind == kind for c in fresh]] for kind in ("answerable", "easy", "hard"))
        print(f"{'on manuals that no weight has seen: easy AUROC, refused, hard AUROC':<80}", end="")
        print(f"{auroc(good, easy):.3f} {np.mean(good < np.quantile(easy, 0.9)):.3f} {auroc(good, hard):.3f}")
    if "--write" in sys.argv:
        write(weights, threshold)


def collect() -> Iterator[Case]:
    """Every case of every set whose manuals are here."""
    asked = of_sets("technical", "reference", "hebrew")
    for q in (q for name in ("samples", "products") for q in products.every(name)):
        index = products.index_of(q["product_id"])
        if q["answerable"]:
            right = {p.section_path for p in index.passages if fold(q["key_fact"]) in fold(p.text)}
            asked.append((products.asked(q), index, right, q["document"], q["key_fact"]))
        else:
            yield case(q["document"], "asked", products.asked(q), index)
    if sets.S10.exists():
        s10 = sets.index_of("manual.html")
        by_title = defaultdict(set)
        for passage in s10.passages:
            by_title[passage.section_path[-1:]].add(passage.section_path)
        asked += [
            (q["question"], s10, by_title[tuple(q["section"][-1:])], "manual.html", q["answer"])
            for q in sets.s10_questions()
        ]
    yield from cases_of(asked, {document for *_, document, _ in asked})


def unseen() -> Iterator[Case]:
    """Cases of manuals that no weight was ever fitted on; easy: asked of those that were."""
    yield from cases_of(
        of_sets("unseen", "unseen_ups"),
        {q["document"] for q, *_ in sets.answerable("technical")} | {"vireo-61-reference.pdf"},
    )


def of_sets(*names: str) -> list[Asked]:
    """The answerable questions of sets."""
    return [
        (q["question"], index, right, q["document"], q["key_fact"])
        for name in names
        for q, index, right in sets.answerable(name)
    ]


def cases_of(asked: Sequence[Asked], among: set[str]) -> Iterator[Case]:
    """Each question as it is, with its section taken out, and asked of some other manuals."""
    manuals = sorted(among)
    for number, (question, index, right, document, fact) in enumerate(asked):
        yield case(document, "answerable", question, index)
        if right:
            left = ManualIndex.build([p for p in index.passages if p.section_path not in right])
            yield case(document, ANSWERED if stands_elsewhere(question, fact, left) else "hard", question, left)
        others = [m for m in manuals if kind_of(m) != kind_of(document)]
        for step in range(EASY_MANUALS):
            other = others[(number + step * 3) % len(others)]
            yield case(document, "easy", question, sets.index_of(other))


def stands_elsewhere(question: str, fact: str, left: ManualIndex) -> bool:
    """Whether one sentence of what is left, with its titles, has all content words of the fact and what is asked for.

    A fact of one or two words proves nothing: such a question stays unanswerable.
    """
    words = {t.text for t in analyse.terms(fact)} - analyse.STOP
    if len(words) < FACT_WORDS:
        return False
    query = left.understand(question)
    weigh = evidence.weights(query, left)
    for unit in units_of([p for p in left.passages if words <= _words(" ".join((*p.section_path, p.text)))]):
        text = " ".join((*unit.passage.section_path, unit.text))
        if words <= _words(text) and evidence.coverage(query, text, weigh) >= ASKED:
            return True
    return False


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(t.text for t in analyse.terms(text))


def kind_of(document: str) -> str:
    """What a manual is about."""
    return KINDS.get(document, "instruments")


def case(document: str, kind: str, question: str, index: ManualIndex) -> Case:
    """What is found when the question is asked."""
    hits = index.search(question, HITS)
    return Case(document, kind, features(question, hits, index), ruled_out(question, hits, index))


def cross_validated(cases: list[Case]) -> Floats:
    """A score for each case, by weights fitted on the other manuals."""
    scores = np.zeros(len(cases))
    for manual in {c.manual for c in cases}:
        weights = fit([c for c in cases if c.manual != manual and not c.ruled_out and c.kind != ANSWERED])
        here = [i for i, c in enumerate(cases) if c.manual == manual]
        scores[here] = sigmoid(matrix([cases[i] for i in here]) @ weights) * [not cases[i].ruled_out for i in here]
    return scores


def fit(cases: list[Case], ridge: float = 0.3) -> Floats:
    """Weights of a logistic model (the last is the bias), each kind weighing the same, by Newton's method."""
    x, y = matrix(cases), np.array([c.kind == "answerable" for c in cases], np.float64)
    counts = Counter(c.kind for c in cases)
    importance = np.array([len(cases) * SHARES[c.kind] / counts[c.kind] for c in cases])
    weights = np.zeros(x.shape[1])
    penalty = ridge * np.eye(x.shape[1])
    penalty[-1, -1] = 0
    for _ in range(50):
        p = sigmoid(x @ weights)
        gradient = x.T @ (importance * (p - y)) + penalty @ weights
        hessian = (x.T * (importance * p * (1 - p))) @ x + penalty
        step = np.linalg.solve(hessian, gradient)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def matrix(cases: list[Case]) -> Floats:
    return np.array([[*c.values, 1.0] for c in cases])


def sigmoid(values: Floats) -> Floats:
    scores: Floats = 1 / (1 + np.exp(-np.clip(values, -30, 30)))
    return scores


def auroc(good: Floats, bad: Floats) -> float:
    """The chance that an answerable question scores above an unanswerable one."""
    above = (good[:, None] > bad[None, :]).mean() + 0.5 * (good[:, None] == bad[None, :]).mean()
    return float(above)


def risk_coverage(good: Floats, bad: Floats) -> dict[str, float]:
    """Share of answerable questions answered → share of unanswerable ones answered by mistake."""
    return {
        f"{coverage:.2f}": round(float(np.mean(bad >= np.quantile(good, 1 - coverage))), 3)
        for coverage in (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
    }


def write(weights: Floats, threshold: float) -> None:
    lines = [f'    "{name}": {weight:.4f},' for name, weight in zip(Features._fields, weights, strict=False)]
    text = "\n".join(
        [
            '"""Written by tests/bench/answering/fit_abstain.py: do not edit."""',
            "",
            "WEIGHTS = {",
            *lines,
            "}",
            f"BIAS = {weights[-1]:.4f}",
            f"THRESHOLD = {threshold:.4f}",
            "",
        ]
    )
    Path(next(iter(hsc_answer.domain.__path__)), "abstain_fit.py").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
