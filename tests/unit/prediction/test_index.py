"""index: built once, changed by making another."""

import pytest
from hsc_prediction.domain.index import Index, Memo
from hsc_prediction.domain.popularity import Prior
from hsc_prediction.domain.predict import predict
from hsc_prediction.domain.product import Product

NEW = Product("new", "Roland SE-02", "roland", "Roland", "keys", "87-SE02", "https://shop.example/se-02", "/se.webp")


def ids(index, text):
    return [c.product.product_id for c in predict(index, text, 5, Prior.none()).candidates]


def test_gives_products_back_as_they_were(index, products):
    assert sorted(index.products(), key=lambda p: p.product_id) == sorted(products, key=lambda p: p.product_id)


def test_an_added_product_is_found_beside_the_others(index):
    changed = index.with_changes([NEW], [])
    assert ids(changed, "se-02")[0] == "new"
    assert ids(changed, "td-17")[0] == "td17"
    assert changed.count == index.count + 1


def test_the_index_that_was_changed_stays_as_it_was(index):
    index.with_changes([NEW], ["td17"])
    assert "new" not in ids(index, "se-02")
    assert "td17" in ids(index, "td-17")


def test_a_removed_product_is_found_no_longer(index):
    assert "td17" not in ids(index.with_changes([], ["td17"]), "td-17")


def test_a_renamed_product_has_its_new_name_only(index):
    changed = index.with_changes([Product("td17", "Roland VAD-507", "roland", "Roland")], [])
    assert ids(changed, "vad 507")[0] == "td17"
    assert "td17" not in ids(changed, "td-17")


def test_a_product_added_and_removed_leaves_the_index_as_it_was(index):
    assert "new" not in ids(index.with_changes([NEW], []).with_changes([], ["new"]), "se-02")


def test_many_changes_are_brought_together(index):
    many = [Product(f"n{i}", f"Nord Extra {i}", "nord", "Nord") for i in range(2_500)]
    changed = index.with_changes(many, ["td17"])
    assert changed.delta.products == 0
    assert changed.count == index.count + 2_500 - 1
    assert "td17" not in ids(changed, "td-17")


def test_adding_a_product_changes_no_other(index, products):
    changed = index.with_changes([NEW], [])
    assert [changed.product(changed.row_of(p.product_id)) for p in products] == products


def test_of_two_products_with_one_id_the_later_counts():
    index = Index.build([Product("a", "First 100"), Product("a", "Second 200")])
    assert (index.count, ids(index, "second 200")) == (1, ["a"])


@pytest.mark.parametrize("name", ["\x1e\x1e", "日本 4000", "🎹", "a" * 300, "ﬁ ligature ²"])
def test_odd_names_are_indexed_and_given_back(name):
    assert Index.build([Product("odd", name)]).product(0).name == name.replace("\x1e", " ")


def test_an_empty_catalogue_predicts_nothing():
    assert ids(Index.build([]), "td-17") == []


def test_only_so_much_is_remembered_and_what_is_asked_for_at_once_is_there_together():
    memo = Memo(10)
    for n in range(100):
        memo.keep(n, n)
        assert n in memo
        assert len(memo) <= 10
    memo.make_room(7)
    for n in range(7):
        memo[n] = n
    assert set(range(7)) <= memo.keys()
    assert len(memo) <= 10


def test_keys_that_begin_alike_stand_in_the_order_of_their_products():
    index = Index.build([Product(f"p{n}", "Nord Stage") for n in range(50)])
    segment = index.base
    assert all(segment.key[:-1] <= segment.key[1:])
    same = segment.key[:-1] == segment.key[1:]
    assert all(segment.row[:-1][same] <= segment.row[1:][same])
