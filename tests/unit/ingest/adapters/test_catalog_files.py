import json
from dataclasses import astuple
from typing import Any

import pytest
from hsc.catalog.v1 import catalog_pb2
from hsc_ingest.adapters.catalog_files import CatalogFile, read_catalog
from hypothesis import given, settings
from hypothesis import strategies as st


def read(*products: Any, **brand: Any) -> CatalogFile:
    identity = {"id": "acme", "name": "Acme", **brand}
    return read_catalog("acme.json", json.dumps({"brand_identity": identity, "products": products}).encode())


def said(file: CatalogFile) -> list[tuple[str, str]]:
    return [(fault.product_id, fault.field) for fault in file.faults]


def test_an_address_inside_the_house_may_stand_in_a_catalogue() -> None:
    file = read({"id": "a", "name": "A", "documentation": {"url": "http://127.0.0.1:8080/a.pdf"}})
    assert file.faults == []
    assert file.products[0].documents[0].url == "http://127.0.0.1:8080/a.pdf"


def test_null_is_absent() -> None:
    file = read({"id": "a", "name": "A", "sku": None}, hq=None)
    assert file.brand == catalog_pb2.Brand(brand_id="acme", name="Acme")
    assert file.products == [catalog_pb2.Product(product_id="a", name="A")]
    assert file.faults == []


def test_the_year_of_founding_may_be_a_number() -> None:
    brand = read(founded=1972).brand
    assert brand is not None
    assert brand.founded == "1972"


def test_a_product_may_have_several_documents() -> None:
    documentation = [
        {"type": "pdf", "url": "https://m.example/o.pdf", "backup_url": "https://b.example/o.pdf"},
        {"type": "html", "url": "https://m.example/q", "role": "quick_start", "language": "he"},
    ]
    (product,) = read({"id": "a", "name": "A", "documentation": documentation}).products
    assert [(each.role, each.language) for each in product.documents] == [
        (catalog_pb2.DOCUMENT_ROLE_OWNERS, ""),
        (catalog_pb2.DOCUMENT_ROLE_QUICK_START, "he"),
    ]
    assert product.documents[0].backup_url == "https://b.example/o.pdf"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"category": ["Synth"]}, "category"),
        ({"documentation": {"type": "pdf", "url": "see our website"}}, "documentation.url"),
        ({"documentation": {"type": "video", "url": "https://m.example"}}, "documentation.type"),
        ({"relationships": [{"type": "accessory"}]}, "relationships.target_id"),
        ({"relationships": [{"type": "", "target_id": "b"}]}, "relationships[0].type"),
        ({"images": "a.webp"}, "images"),
        ({"sku": "x" * 101}, "sku"),
        ({"sku": "12\0"}, "sku"),
        ({"category": "half a pair \udfff"}, "category"),
    ],
)
def test_a_faulty_optional_field_is_named_and_left_out_alone(fields: dict[str, Any], field: str) -> None:
    file = read({"id": "a", "name": "A", "production_country": "Japan", **fields})
    assert said(file) == [("a", field)]
    assert file.products == [catalog_pb2.Product(product_id="a", name="A", production_country="Japan")]


@pytest.mark.parametrize(
    ("product", "label", "field"),
    [
        ({"name": "A"}, "#1", "id"),
        ({"id": "a"}, "a", "name"),
        ({"id": "a", "name": ""}, "a", "name"),
        ({"id": "", "name": "A"}, "#1", "id"),
        ({"id": "x" * 201, "name": "A"}, "x" * 200, "id"),
        ({"id": "a\nb", "name": "A"}, "a\nb", "id"),
        ({"id": 7, "name": "A"}, "#1", "id"),
        ({"id": "a\ud800", "name": "A"}, "#1", "id"),
        ({"id": "a\0", "name": "A"}, "#1", "id"),
        ({"id": "a", "name": "A\0"}, "a", "name"),
        (None, "#1", ""),
        ("a", "#1", ""),
    ],
)
def test_a_product_without_a_sound_id_or_name_is_left_out_alone(product: Any, label: str, field: str) -> None:
    file = read(product, {"id": "good", "name": "Good"})
    assert said(file)[0] == (label, field)
    assert [each.product_id for each in file.products] == ["good"]


def test_the_first_of_two_products_with_one_id_holds() -> None:
    file = read({"id": "a", "name": "First"}, {"id": "a", "name": "Second"})
    assert [product.name for product in file.products] == ["First"]
    assert said(file) == [("a", "id")]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"", ""),
        (b"\xff\xfe\x00", ""),
        (b"[" * 200_000, ""),
        (b"null", ""),
        (b'{"products": []}', "brand_identity"),
        (b'{"brand_identity": {"id": "a"}}', "products"),
        (b'{"brand_identity": {"id": ""}, "products": []}', "brand_identity.id"),
        (b'{"brand_identity": {"id": "a"}, "products": {}}', "products"),
        (rb'{"brand_identity": {"id": "a", "hq": "\ud800"}, "products": []}', "brand_identity.hq"),
        (rb'{"brand_identity": {"id": "a", "founded": "\u0000"}, "products": []}', "brand_identity.founded"),
    ],
)
def test_what_is_no_catalogue_is_one_fault_of_the_file(data: bytes, field: str) -> None:
    file = read_catalog("x.json", data)
    assert (file.brand, file.products) == (None, [])
    assert [(fault.file, fault.product_id, fault.field) for fault in file.faults] == [("x.json", "", field)]


# JSON can write characters that are none, and that cannot be stored.
_TEXT = st.text(max_size=20) | st.text("a\0\ud800\udfff", max_size=4)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)
_FIELDS = ("id", "name", "category", "sku", "images", "documentation", "relationships", "url")
_PRODUCT = st.dictionaries(st.sampled_from(_FIELDS), _TEXT | _JSON, max_size=8)
_PRODUCTS = st.lists(_PRODUCT | _PRODUCT.map(lambda fields: {"id": "a", "name": "A", **fields}) | _JSON, max_size=4)
_BRAND = st.fixed_dictionaries({"id": _TEXT}, optional={"name": _TEXT, "founded": _TEXT | st.integers()})
_FILE = _JSON | st.fixed_dictionaries({"brand_identity": _BRAND | _JSON, "products": _PRODUCTS})


@settings(max_examples=150, deadline=None)
@given(_PRODUCTS)
def test_whatever_a_file_holds_it_is_read_or_named_but_never_raises(products: list[Any]) -> None:
    file = read(*products)
    assert file.brand is not None
    assert len(file.products) <= len(products)
    told = "".join(part for fault in file.faults for part in astuple(fault))
    assert "\0" not in told
    told.encode()


@settings(max_examples=150, deadline=None)
@given(
    _JSON | st.fixed_dictionaries({"brand_identity": _JSON, "products": _PRODUCTS}), st.binary(max_size=9), st.data()
)
def test_whatever_a_file_is_it_is_a_catalogue_or_one_that_is_left_out(
    content: Any, garbage: bytes, data: st.DataObject
) -> None:
    sound = json.dumps(content).encode()
    at = data.draw(st.integers(0, len(sound)))
    for written in (sound, sound[:at] + garbage + sound[at:], sound[:at]):
        file = read_catalog("x.json", written)
        assert bool(file.faults) or file.brand is not None
