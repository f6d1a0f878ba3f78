from dataclasses import replace

import pytest
from hsc_catalog.domain.diff import Catalogue, Change, Entry, Mode, Unsound, diff
from hsc_catalog.domain.product import Brand, Document, Product, Relationship
from hypothesis import given
from hypothesis import strategies as st

ROLAND = Brand("roland", "Roland", hq="Hamamatsu")
TD17 = Product("td-17", "roland", "Roland TD-17", category="Drums", sku="1")
TD27 = Product("td-27", "roland", "Roland TD-27")
KNOWN = {product.product_id: product for product in (TD17, TD27)}


def said(*entries: Entry, **fields: str) -> Catalogue:
    return Catalogue("roland", fields or {"name": "Roland", "hq": "Hamamatsu"}, entries)


def entry(product_id: str, **fields: str) -> Entry:
    return Entry(product_id, "", fields)


def document(url: str) -> Document:
    return Document("", 0, 0, "", url)


def applied(known: dict[str, Product], change: Change) -> dict[str, Product]:
    kept = {key: product for key, product in known.items() if key not in change.removed}
    return kept | {product.product_id: product for product in (*change.added, *change.updated)}


def test_what_is_said_again_is_no_change() -> None:
    again = said(entry("td-17", name="Roland TD-17", category="Drums", sku="1"), entry("td-27", name="Roland TD-27"))
    for mode in Mode:
        assert diff(ROLAND, KNOWN, again, mode).empty


def test_merging_keeps_what_is_not_said() -> None:
    change = diff(ROLAND, KNOWN, said(entry("td-17", sku="2")), Mode.MERGE)
    assert change.updated == (replace(TD17, sku="2"),)
    assert change.removed == ()


def test_replacing_forgets_what_is_not_said() -> None:
    change = diff(ROLAND, KNOWN, said(entry("td-17", name="Roland TD-17"), name="Roland"), Mode.REPLACE)
    assert change.brand == Brand("roland", "Roland")
    assert change.updated == (Product("td-17", "roland", "Roland TD-17"),)
    assert change.removed == ("td-27",)


def test_an_empty_text_clears() -> None:
    change = diff(ROLAND, KNOWN, said(entry("td-17", sku=""), name="Roland", hq=""), Mode.MERGE)
    assert change.brand == Brand("roland", "Roland")
    assert change.updated == (replace(TD17, sku=None),)


def test_a_new_brand_is_a_change_even_without_products() -> None:
    assert diff(None, {}, said(), Mode.MERGE).brand_changed
    assert diff(None, {}, Catalogue("roland", {}, ()), Mode.MERGE).brand_changed


def test_documents_and_relationships_are_replaced_as_a_whole_and_kept_once_each() -> None:
    relation = Relationship("bundle", "x", "")
    one = Entry(
        "td-27",
        "roland",
        {},
        (document("https://r.example/a.pdf"), document("https://r.example/b.pdf"), document("https://r.example/a.pdf")),
        (relation, relation),
    )
    (updated,) = diff(ROLAND, KNOWN, said(one), Mode.MERGE).updated
    assert [each.url for each in updated.documents] == ["https://r.example/a.pdf", "https://r.example/b.pdf"]
    assert updated.relationships == (relation,)
    known = KNOWN | {"td-27": updated}
    assert diff(ROLAND, known, said(entry("td-27")), Mode.MERGE).empty
    less = Entry("td-27", "roland", {}, (document("https://r.example/b.pdf"),))
    (after,) = diff(ROLAND, known, said(less), Mode.MERGE).updated
    assert [each.url for each in after.documents] == ["https://r.example/b.pdf"]


@pytest.mark.parametrize("mode", [Mode.MERGE, Mode.REPLACE])
def test_a_new_product_needs_a_name(mode: Mode) -> None:
    with pytest.raises(Unsound) as caught:
        diff(ROLAND, KNOWN, said(entry("new")), mode)
    assert [fault.field for fault in caught.value.faults] == ["products[0].name"]


def test_every_fault_is_named() -> None:
    entries = (
        Entry("a", "nord", {"name": "A"}, (document("nowhere"),)),
        entry("b", name="B"),
        entry("b", name="B"),
    )
    with pytest.raises(Unsound) as caught:
        diff(ROLAND, KNOWN, said(*entries), Mode.MERGE)
    assert [fault.field for fault in caught.value.faults] == [
        "products[0].brand_id",
        "products[0].documents[0].url",
        "products[1].product_id",
        "products[2].product_id",
    ]


FIELDS = st.dictionaries(st.sampled_from(["category", "sku", "url"]), st.sampled_from(["", "x", "y"]))
ENTRIES = st.lists(
    st.builds(
        lambda key, name, fields: Entry(key, "", {"name": name, **fields}),
        st.sampled_from("abcd"),
        st.sampled_from(["One", "Two"]),
        FIELDS,
    ),
    unique_by=lambda each: each.product_id,
).map(tuple)
MODES = st.sampled_from([Mode.MERGE, Mode.REPLACE])


@given(ENTRIES, ENTRIES, MODES)
def test_whatever_was_known_the_same_catalogue_twice_changes_nothing_the_second_time(
    before: tuple[Entry, ...], then: tuple[Entry, ...], mode: Mode
) -> None:
    known = applied({}, diff(None, {}, Catalogue("b", {}, before), Mode.MERGE))
    change = diff(Brand("b"), known, Catalogue("b", {}, then), mode)
    after = applied(known, change)
    assert diff(Brand("b"), after, Catalogue("b", {}, then), mode).empty
    assert set(after) == ({each.product_id for each in then} | (set() if mode is Mode.REPLACE else set(known)))
    assert len(after) == len(known) + len(change.added) - len(change.removed)
