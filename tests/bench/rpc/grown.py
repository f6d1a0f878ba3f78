"""A catalogue grown from the real one by what stands beside the real data, where that is."""

import importlib
import os
import sys
from pathlib import Path
from typing import Any

from hsc_prediction.domain.product import Product

SHARED = Path(os.environ.get("HSC_SHARED_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")
CATALOGS, GROWTH = SHARED / "halilit-catalogs", SHARED.parent / "bench"


def there() -> bool:
    """Whether there is anything to grow, and what grows it."""
    return CATALOGS.is_dir() and GROWTH.is_dir()


def products(count: int) -> list[Product]:
    """So many products, always the same; fewer are the first of more."""
    sys.path.insert(0, str(GROWTH))
    growth: Any = importlib.import_module("catalogs")
    rows = growth.load(f"{CATALOGS}@{count}")
    return [Product(row["id"], row["label"], row["brand"], row["brand"], row["category"]) for row in rows]
