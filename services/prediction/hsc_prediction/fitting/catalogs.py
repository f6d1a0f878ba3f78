"""Brand catalogue files from disk."""

import json
from pathlib import Path

from hsc_prediction.domain.product import Product


def read(folder: Path) -> list[Product]:
    """The products of all `*.json` brand files of a folder."""
    out = []
    for path in sorted(folder.glob("*.json")):
        data = json.loads(path.read_text("utf-8"))
        brand = data.get("brand_identity") or {}
        for p in data["products"]:
            brand_id = brand.get("id") or p.get("brand") or ""
            texts = (p.get("category"), p.get("sku"), p.get("url"))
            out.append(
                Product(p["id"], p["name"].strip(), brand_id, brand.get("name") or brand_id, *(t or "" for t in texts))
            )
    return out
