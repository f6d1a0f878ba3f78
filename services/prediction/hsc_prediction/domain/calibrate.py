"""Confidence: the probability that a candidate is meant, from what the text explains and leaves open.

A logistic model over a handful of features; its weights are fitted on generated questions (`python -m
hsc_prediction.fit`) and kept
in `calibration.json`. Platt, "Probabilistic outputs for support vector machines", 1999.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import exp
from operator import mul

FEATURES = (
    "bias",
    "share",  # log odds of the softmax share among the candidates
    "explained",  # of the evidence the text could give, how much this candidate accounts for
    "evidence",  # nats of evidence, as a part of log(products)
    "edited",  # of that, how much only after an edit
    "covered",  # of the letters of the name, how many were typed
    "unknown",  # words of the text that nothing explains
    "sure",  # share × explained × evidence: all three at once
    "lone",  # one word of several, and no number
    "coined",  # of those: the whole word that a name begins with, behind its brand, and no unknown word beside it
    "whole",  # every word of the name but its brand's was typed
)


@dataclass(frozen=True)
class Calibration:
    """Weights of the features, and the temperature of the softmax."""

    temperature: float
    weights: tuple[float, ...]

    @staticmethod
    @cache
    def shipped() -> "Calibration":
        """The fit kept in the package."""
        text = resources.files("hsc_prediction").joinpath("calibration.json").read_text("utf-8")
        data = json.loads(text)
        return Calibration(float(data["temperature"]), tuple(float(data["weights"][name]) for name in FEATURES))

    def confidence(self, features: Sequence[Sequence[float]]) -> list[float]:
        """Probabilities of candidates (rows) from their features (columns); together at most 1."""
        weights = self.weights
        p = [1 / (1 + exp(-max(-30.0, min(30.0, sum(map(mul, row, weights)))))) for row in features]
        whole = max(1.0, sum(p))
        return [one / whole for one in p]


def shares(scores: Sequence[float], temperature: float) -> list[float]:
    """Softmax of scores, with one more place for a product that is not among them."""
    best = max(scores)
    weights = [exp((score - best) / temperature) for score in scores]
    total = sum(weights) + 1e-3
    return [weight / total for weight in weights]
