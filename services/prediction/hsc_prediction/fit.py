"""Fit the confidence: `python -m hsc_prediction.fit CATALOG_DIR… [--diagram FILE.svg] [--dry]`.

Half of the brands fit, the other half measure; then all fit what is kept. Each brand's catalogue is indexed with
every twelfth product left out: questions about those mean nothing that is there, which is how it learns to doubt.
"""

import argparse
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hsc_prediction.domain.calibrate import FEATURES, Calibration
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.popularity import Prior
from hsc_prediction.domain.predict import Group, features, find, grouped, weighed
from hsc_prediction.domain.product import Product
from hsc_prediction.domain.query import Query
from hsc_prediction.domain.rank import Scored
from hsc_prediction.fitting import catalogs
from hsc_prediction.fitting.diagram import calibration_error, svg
from hsc_prediction.fitting.questions import Question, meaning, questions

KEPT = Path(__file__).with_name("calibration.json")
LEFT_OUT = 12
LIMIT = 5
TEMPERATURES = (0.15, 0.25, 0.4, 0.6, 0.9, 1.3)
RIDGE = 1.0

Rows = list[tuple[NDArray[np.float64], NDArray[np.bool_]]]


@dataclass(frozen=True, slots=True)
class Looked:
    """A question that found candidates, and which of them were meant."""

    index: Index
    query: Query
    scored: Scored
    groups: list[Group]
    meant: NDArray[np.bool_]


def look(index: Index, asked: Sequence[Question]) -> list[Looked]:
    """What each question finds."""
    out: list[Looked] = []
    for question in asked:
        query, scored = find(index, question.text, Prior.none(), LIMIT)
        if scored.rows:
            groups = weighed(scored, grouped(scored))
            meant = [meaning(index.product(scored.rows[g[0]])) == question.meant for g in groups]
            out.append(Looked(index, query, scored, groups, np.array(meant)))
    return out


def rows(looked: Sequence[Looked], temperature: float) -> Rows:
    """For each question the features of its candidates, and which of them were meant."""
    return [(np.array(features(q.index, q.query, q.scored, q.groups, temperature)), q.meant) for q in looked]


def logistic(judged: Rows) -> NDArray[np.float64]:
    """Weights of a logistic model, by Newton's method with a small ridge."""
    x = np.concatenate([f for f, _ in judged])
    y = np.concatenate([m for _, m in judged]).astype(float)
    w = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-(x @ w).clip(-30, 30)))
        gradient = x.T @ (y - p) - RIDGE * w
        hessian = (x * (p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(len(w))
        step = np.linalg.solve(hessian, gradient)
        w += step
        if float(np.abs(step).max()) < 1e-6:
            break
    return w


def every(judged: Rows, calibration: Calibration) -> list[tuple[float, bool]]:
    """(confidence, meant) of every candidate."""
    pairs = ((calibration.confidence(f.tolist()), meant) for f, meant in judged)
    return [(float(p), bool(m)) for confidence, meant in pairs for p, m in zip(confidence, meant, strict=True)]


def best_of_each(judged: Rows, calibration: Calibration) -> list[tuple[float, bool]]:
    """(confidence, meant) of every first candidate."""
    out = []
    for f, meant in judged:
        confidence = calibration.confidence(f.tolist())
        at = max(range(len(confidence)), key=confidence.__getitem__)
        out.append((confidence[at], bool(meant[at])))
    return out


def loss(pairs: list[tuple[float, bool]]) -> float:
    """Mean log loss."""
    return float(np.mean([-np.log(max(1e-6, p if y else 1 - p)) for p, y in pairs]))


def fit(judged: Rows, temperature: float) -> Calibration:
    """The calibration of these questions."""
    return Calibration(temperature, tuple(float(v) for v in logistic(judged)))


def halves(products: Sequence[Product]) -> tuple[list[Product], list[Product]]:
    """The products by brand: for fitting, for measuring."""
    parts: tuple[list[Product], list[Product]] = ([], [])
    for p in products:
        parts[zlib.crc32(p.brand_id.encode()) % 2].append(p)
    return parts


def main() -> None:
    """Fit, say how well, keep."""
    parser = argparse.ArgumentParser(
        prog="python -m hsc_prediction.fit", description="Fit the confidence of predictions."
    )
    parser.add_argument("catalogs", nargs="+", type=Path, help="folders of brand catalogue files")
    parser.add_argument("--diagram", type=Path, help="where to write the reliability diagram (SVG)")
    parser.add_argument("--dry", action="store_true", help="do not keep the fit")
    arguments = parser.parse_args()
    fitting: list[Looked] = []
    measuring: list[Looked] = []
    for folder in arguments.catalogs:
        for products, into in zip(halves(catalogs.read(folder)), (fitting, measuring), strict=True):
            absent = products[::LEFT_OUT]
            there = [p for i, p in enumerate(products) if i % LEFT_OUT]
            known = {meaning(p) for p in there}
            absent = [p for p in absent if meaning(p) not in known]
            into += look(Index.build(there), list(questions(there, absent, seed=3)))
    best: Calibration | None = None
    least = float("inf")
    for temperature in TEMPERATURES:
        half = rows(fitting, temperature)
        calibration = fit(half, temperature)
        if (now := loss(every(half, calibration))) < least:
            best, least = calibration, now
    assert best is not None
    unseen = rows(measuring, best.temperature)
    pairs, first = every(unseen, best), best_of_each(unseen, best)
    sure = [y for p, y in first if p >= 0.8]
    print(f"unseen brands: {len(first)} questions; expected calibration error {calibration_error(first):.3f} (first),")
    print(f"{calibration_error(pairs):.3f} (all); {len(sure)} at .8 or more, {np.mean(sure):.3f} of them meant")
    if arguments.diagram:
        arguments.diagram.write_text(svg(first, "Confidence of the first candidate, unseen brands"), "utf-8")
    final = fit(rows(fitting + measuring, best.temperature), best.temperature)
    data = {
        "temperature": final.temperature,
        "weights": dict(zip(FEATURES, (round(w, 4) for w in final.weights), strict=True)),
    }
    if not arguments.dry:
        KEPT.write_text(json.dumps(data, indent=2) + "\n", "utf-8")
    print(json.dumps(data, indent=2))


if __name__ == "__main__":
    main()
