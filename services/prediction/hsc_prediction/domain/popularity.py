"""The prior: products that people ask about are meant more often.

A bounded bonus on the score, the logarithm of a smoothed share, so that a crowd around one product cannot bury the
rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from hsc_prediction.domain.index import Index

WEIGHT = 0.9
MOST = 5.0
HOT = 2_000


@dataclass(frozen=True)
class Prior:
    """Bonus per row of one index (None: all alike), and the rows that have most of it."""

    rows: NDArray[np.float32] | None
    hot: NDArray[np.int64]

    @staticmethod
    @cache
    def none() -> "Prior":
        """Every product alike."""
        return Prior(None, np.zeros(0, np.int64))

    @staticmethod
    def of(index: Index, asked: Mapping[str, float]) -> "Prior":
        """From how often (decayed counts) each product was asked about."""
        total = sum(asked.values())
        if not total:
            return Prior.none()
        rows = np.zeros(index.base.products + index.delta.products, np.float32)
        for product_id, times in asked.items():
            row = index.row_of(product_id)
            if row is not None and times > 0:
                rows[row] = times
        bonus = np.minimum(MOST, WEIGHT * np.log1p(rows * (index.count / total) * 2)).astype(np.float32)
        found = np.flatnonzero(bonus)
        hot = found[np.argsort(-bonus[found], kind="stable")[:HOT]]
        return Prior(bonus, hot)
