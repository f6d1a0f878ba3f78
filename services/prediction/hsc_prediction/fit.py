"""Fit the confidence: `python -m hsc_prediction.fit CATALOG_DIR… [--dry]`.

Questions about half of the brands fit, those about the other half measure; then all fit what is kept. Of each catalogue
every twelfth product is left out: questions about those mean nothing that is there, which is how it learns to doubt.
"""

import argparse
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hsc_prediction.domain.calibrate import FEATURES, MOST, Calibration
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.popularity import Prior
from hsc_prediction.domain.predict import features, find, grouped, weighed
from hsc_prediction.domain.product import Product
from hsc_prediction.fitting import catalogs
from hsc_prediction.fitting.diagram import calibration_error
from hsc_prediction.fitting.questions import Question, meaning, questions

KEPT = Path(__file__).with_name("calibration.json")
LEFT_OUT = 12
EACH = 6
LIMIT = 5
RIDGE = 1.0


@dataclass(frozen=True, slots=True)
class Judged:
    """The candidates that a question found, by their features, and which of them were meant."""

    features: NDArray[np.float64]
    meant: NDArray[np.bool_]


def judge(index: Index, asked: Sequence[Question]) -> list[Judged]:
    """What each question finds."""
    out: list[Judged] = []
    for question in asked:
        query, scored = find(index, question.text, Prior.none(), LIMIT)
        if scored.rows:
            groups = weighed(scored, grouped(scored))
            meant = [meaning(index.product(scored.rows[g[0]])) == question.meant for g in groups]
            out.append(Judged(np.array(features(index, query, scored, groups), float), np.array(meant)))
    return out


def fit(judged: Sequence[Judged]) -> Calibration:
    """The likeliest weights, with a small ridge, by Newton's method."""
    x = np.concatenate([q.features for q in judged])
    y = np.concatenate([q.meant for q in judged]).astype(float)
    sizes = [len(q.meant) for q in judged]
    begins = np.cumsum([0, *sizes[:-1]])
    w = np.zeros(len(FEATURES))

    def likelihood(w: NDArray[np.float64]) -> float:
        odds = (x @ w).clip(max=MOST)
        whole = np.log1p(np.add.reduceat(np.exp(odds), begins))
        return float(y @ odds - whole.sum() - RIDGE / 2 * w @ w)

    now = likelihood(w)
    for _ in range(50):
        odds = np.exp((x @ w).clip(max=MOST))
        p = odds / (1 + np.add.reduceat(odds, begins)).repeat(sizes)
        weighted = x * p[:, None]
        mean = np.add.reduceat(weighted, begins)
        step = np.linalg.solve(x.T @ weighted - mean.T @ mean + RIDGE * np.eye(len(w)), x.T @ (y - p) - RIDGE * w)
        while (after := likelihood(w + step)) < now and np.abs(step).max() > 1e-6:
            step /= 2
        w += step
        if after - now < 1e-6:
            break
        now = after
    return Calibration(tuple(float(v) for v in w))


def every(judged: Sequence[Judged], calibration: Calibration) -> list[tuple[float, bool]]:
    """(confidence, meant) of every candidate."""
    pairs = ((calibration.confidence(q.features.tolist()), q.meant) for q in judged)
    return [(float(p), bool(m)) for confidence, meant in pairs for p, m in zip(confidence, meant, strict=True)]


def best_of_each(judged: Sequence[Judged], calibration: Calibration) -> list[tuple[float, bool]]:
    """(confidence, meant) of every first candidate."""
    out = []
    for q in judged:
        confidence = calibration.confidence(q.features.tolist())
        at = max(range(len(confidence)), key=confidence.__getitem__)
        out.append((confidence[at], bool(q.meant[at])))
    return out


def for_measuring(text: str) -> bool:
    """Whether a brand, or a text without one, is of the half that measures."""
    return bool(zlib.crc32(text.encode()) % 2)


def from_catalogue(products: Sequence[Product]) -> tuple[list[Judged], list[Judged]]:
    """What questions about a catalogue find: those for fitting, those for measuring."""
    there = [p for i, p in enumerate(products) if i % LEFT_OUT]
    known = {meaning(p) for p in there}
    absent = [p for p in products[::LEFT_OUT] if meaning(p) not in known]
    asked = list(questions(there, absent, seed=3, each=EACH))
    index = Index.build(there)
    fitting = [q for q in asked if not for_measuring(q.meant[0] if q.meant else q.text)]
    measuring = [q for q in asked if for_measuring(q.meant[0] if q.meant else q.text)]
    return judge(index, fitting), judge(index, measuring)


def main() -> None:
    """Fit, say how well, keep."""
    parser = argparse.ArgumentParser(
        prog="python -m hsc_prediction.fit", description="Fit the confidence of predictions."
    )
    parser.add_argument("catalogs", nargs="+", type=Path, help="folders of brand catalogue files")
    parser.add_argument("--dry", action="store_true", help="do not keep the fit")
    arguments = parser.parse_args()
    halves = [from_catalogue(catalogs.read(folder)) for folder in arguments.catalogs]
    fitting = [q for half, _ in halves for q in half]
    measuring = [q for _, half in halves for q in half]
    calibration = fit(fitting)
    pairs, first = every(measuring, calibration), best_of_each(measuring, calibration)
    sure = [y for p, y in first if p >= 0.8]
    print(f"unseen brands: {len(first)} questions; expected calibration error {calibration_error(first):.3f} (first),")
    print(f"{calibration_error(pairs):.3f} (all); {len(sure)} at .8 or more, {np.mean(sure):.3f} of them meant")
    data = dict(zip(FEATURES, (round(w, 4) for w in fit(fitting + measuring).weights), strict=True))
    if not arguments.dry:
        KEPT.write_text(json.dumps(data, indent=2) + "\n", "utf-8")
    print(json.dumps(data, indent=2))


if __name__ == "__main__":
    main()
