"""Confidence: the probability that a candidate is meant, from what the text explains and leaves open.

A multinomial logit over the candidates and one more place, for what is not among them (McFadden, "Conditional logit
analysis of qualitative choice behavior", 1974). Its weights are fitted on generated questions (`python -m
hsc_prediction.fit`) and kept in `calibration.json`.
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
    "behind",  # nats less than the best candidate
    "explained",  # of the evidence the text could give, how much this candidate accounts for
    "evidence",  # nats of evidence, as a part of log(products); none where the text is a person's name
    "edited",  # of that, how much only after an edit
    "covered",  # of the letters of the name, how many were typed
    "unknown",  # words of the text that nothing explains
    "elsewhere",  # words of the text that others explain, and this one does not
    "lone",  # one word of several, beside colours, and no number
    "coined",  # of those: the whole word that a name begins with, behind its brand, and no unknown word beside it
    "whole",  # every word of the name but its brand's was typed
    "model",  # a word with letters and digits stands in the name or the SKU as typed
)
MOST = 30.0


@dataclass(frozen=True)
class Calibration:
    """Weights of the features."""

    weights: tuple[float, ...]

    @staticmethod
    @cache
    def shipped() -> "Calibration":
        """The fit kept in the package."""
        text = resources.files("hsc_prediction").joinpath("calibration.json").read_text("utf-8")
        weights = json.loads(text)
        return Calibration(tuple(float(weights[name]) for name in FEATURES))

    def confidence(self, features: Sequence[Sequence[float]]) -> list[float]:
        """Probabilities of candidates (rows) from their features (columns); together less than 1."""
        weights = self.weights
        odds = [exp(min(MOST, sum(map(mul, row, weights)))) for row in features]
        whole = 1 + sum(odds)
        return [one / whole for one in odds]
