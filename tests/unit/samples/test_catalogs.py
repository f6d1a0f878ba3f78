"""The sample catalogue is in the shape that the importer takes, and holds the hard cases on purpose."""

import json
from collections import Counter
from typing import Any

import pytest
from hsc_samples.build import CATALOGS

CATALOG_FILES = sorted(CATALOGS.glob("*.json"))
PRODUCT_KEYS = {
    "id",
    "name",
    "brand",
    "category",
    "production_country",
    "sku",
    "url",
    "images",
    "documentation",
    "relationships",
}


def catalogs() -> list[dict[str, Any]]:
    return [json.loads(path.read_bytes()) for path in CATALOG_FILES]


def products() -> list[dict[str, Any]]:
    return [product for catalog in catalogs() for product in catalog["products"]]


def test_there_are_at_least_12_real_brands_with_120_products() -> None:
    real = [catalog for catalog in catalogs() if catalog["brand_identity"]["id"] != "ardlen"]
    assert len(real) >= 12
    assert sum(len(catalog["products"]) for catalog in real) >= 120


def test_every_id_is_used_once() -> None:
    assert [i for i, n in Counter(product["id"] for product in products()).items() if n > 1] == []


@pytest.mark.parametrize("path", CATALOG_FILES, ids=lambda path: path.stem)
def test_a_file_has_the_shape_of_a_catalogue(path: Any) -> None:
    catalog = json.loads(path.read_bytes())
    assert set(catalog) == {"brand_identity", "products"}
    brand = catalog["brand_identity"]
    assert brand["id"] == path.stem
    assert set(brand) == {"id", "name", "hq", "founded", "website", "logo_url", "description"}
    for product in catalog["products"]:
        assert product["brand"] == brand["id"]
        assert set(product) <= PRODUCT_KEYS
        assert product["name"].strip()
        document = product.get("documentation")
        assert document is None or document["type"] in ("pdf", "html_scrape")


def test_every_relation_leads_to_a_product_of_the_samples() -> None:
    known = {product["id"] for product in products()}
    targets = {relation["target_id"] for product in products() for relation in product["relationships"]}
    assert targets - known == set()


def test_all_kinds_of_relations_occur() -> None:
    kinds = {relation["type"] for product in products() for relation in product["relationships"]}
    assert kinds == {"accessory", "successor", "bundle", "alternative"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Roland JUNO-DS61", "Roland JUNO-DS88"),
        ("Novation Launchkey 49 MK2", "Novation Launchkey 49 MK3"),
        ("BOSS Katana-50 MkII", "BOSS Katana-50 Gen 3"),
        ("Nord Stage 4 73", "Nord Stage 4 88"),
    ],
)
def test_near_twins_occur(one: str, other: str) -> None:
    assert {one, other} <= {product["name"] for product in products()}


def test_hebrew_names_and_skus_occur() -> None:
    assert sum(any("א" <= letter <= "ת" for letter in product["name"]) for product in products()) >= 10
    assert sum("sku" in product for product in products()) >= 10
