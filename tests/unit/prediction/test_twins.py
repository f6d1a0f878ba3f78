"""twins: nothing locks while another product is open."""

from math import log

import pytest
from hsc_prediction.domain.calibrate import FEATURES, Calibration
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.popularity import Prior
from hsc_prediction.domain.predict import predict
from hsc_prediction.domain.product import Product


def locked(index, text):
    return {c.product.product_id for c in predict(index, text, 10, Prior.none()).candidates if c.locked}


@pytest.mark.parametrize(("text", "product_id"), [("roland td-27", "td27"), ("nord stage 88 ", "stage88")])
def test_a_name_said_in_full_locks(index, text, product_id):
    assert locked(index, text) == {product_id}


def test_no_prefix_of_a_name_locks_another_product(index, products):
    for product in products:
        for length in range(1, len(product.name) + 1):
            for product_id in locked(index, product.name[:length]):
                assert index.product(index.row_of(product_id)).name == product.name, product.name[:length]


@pytest.mark.parametrize("text", ["roland td", "nord stage", "nord drum mk", "nord drum mki", "roland td-1", "td-"])
def test_a_text_that_leaves_twins_open_locks_none_and_shows_them(index, text):
    assert not locked(index, text)
    assert len(predict(index, text, 10, Prior.none()).candidates) >= 2


@pytest.mark.parametrize(
    "text", ["roland td-37", "td 47", "nord stage 73", "roland fp-30", "volt 176", "nord drum mk iv"]
)
def test_a_model_that_the_catalogue_does_not_have_is_never_corrected_into_one_that_it_has(index, text):
    assert not locked(index, text)


def test_a_twin_that_is_missing_is_not_replaced_by_the_other(products):
    without = Index.build([p for p in products if p.product_id != "td17"])
    assert not locked(without, "how do i reset my roland td-17")


@pytest.mark.parametrize(
    ("text", "name", "brand"),
    [
        ("sharp mx-2300n", "Sharp MX-2300N PS", "Sharp"),
        ("casper via g1", "Casper VIA G1 Plus", "Casper"),
        ("razer phone", "Razer Phone 2", "Razer"),
        ("mobicell r8 pro", "Mobicell R8", "Mobicell"),
        ("oppo reno9 a", "OPPO Reno9 Pro", "OPPO"),
        ("ricoh im c300", "Ricoh MP C300", "Ricoh"),
    ],
)
def test_a_model_that_only_a_suffix_or_a_prefix_sets_apart_does_not_lock(text, name, brand):
    others = [Product("pro", "Oxygen Pro 49"), Product("im", "Ricoh IM 500", "ricoh", "Ricoh")]
    others += [Product(f"o{n}", f"Nord Stage {n}", "nord", "Nord") for n in range(40)]
    index = Index.build([Product("this", name, brand.lower(), brand), *others])
    assert predict(index, text, 1, Prior.none()).candidates[0].product.product_id == "this"
    assert not locked(index, text)
    assert locked(index, name.lower()) == {"this"}


def test_the_i_of_a_sentence_is_no_numeral():
    names = ("Tele2 Mini", "Tele2 Mini 1.1", *(f"Nord Stage {n}" for n in range(40)))
    index = Index.build([Product(name, name, name.split()[0], name.split()[0]) for name in names])
    assert "Tele2 Mini 1.1" not in locked(index, "how do i reset my tele2 mini ")


@pytest.mark.parametrize(("confidence", "locked"), [(0.79, False), (0.81, True)])
def test_less_than_four_fifths_of_certainty_never_locks(confidence, locked):
    only = Index.build([Product("td17", "Roland TD-17", "roland", "Roland")])
    always = Calibration((log(confidence / (1 - confidence)), *[0.0] * (len(FEATURES) - 1)))
    [candidate] = predict(only, "roland td-17", 5, Prior.none(), always).candidates
    assert candidate.confidence == pytest.approx(confidence)
    assert candidate.locked is locked
