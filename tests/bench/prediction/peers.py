"""What one would use otherwise, as `predict(text, limit) -> ids`: each where it can be imported."""

import re
import sqlite3
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

Predict = Callable[[str, int], list[str]]
Rows = Sequence[dict[str, Any]]


def fts5(products: Rows) -> Predict:
    """SQLite FTS5 with trigrams, ranked by BM25; trigrams of the text joined by OR."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE product USING fts5(id UNINDEXED, label, tokenize='trigram')")
    base.executemany("INSERT INTO product VALUES (?, ?)", [(p["id"], p["label"]) for p in products])

    def predict(text: str, limit: int) -> list[str]:
        words = re.findall(r"\w+", text.lower())
        grams = {w[i : i + 3] for w in words for i in range(max(1, len(w) - 2)) if len(w) >= 3}
        if not grams:
            return []
        query = " OR ".join(f'"{g}"' for g in sorted(grams))
        sql = "SELECT id FROM product WHERE product MATCH ? ORDER BY rank LIMIT ?"
        return [row[0] for row in base.execute(sql, (query, limit))]

    return predict


def thefuzz(products: Rows) -> Predict:
    """thefuzz WRatio over all labels (`pip install thefuzz`)."""
    process = import_module("thefuzz.process")
    labels = {p["id"]: p["label"] for p in products}

    def predict(text: str, limit: int) -> list[str]:
        return [key for _, _, key in process.extract(text, labels, limit=limit)]

    return predict


def installed() -> dict[str, Callable[[Rows], Predict]]:
    """The peers that can run here."""
    out: dict[str, Callable[[Rows], Predict]] = {"FTS5 trigram": fts5}
    try:
        import_module("thefuzz.process")
    except ImportError:
        return out
    return {**out, "thefuzz WRatio": thefuzz}
