"""order: parts of a model typed apart, or in another order."""

import pytest
from hsc_prediction.domain.order import out_of_order
from hsc_prediction.domain.query import read
from hsc_prediction.domain.spans import letters_of


def joined(text):
    return {letters_of(low, length) for _, _, low, length, *_ in out_of_order(read(text))}


def test_short_words_that_stand_apart_are_joined_in_every_order():
    assert {"lx9", "9lx"} & joined("9 roland lx") == {"lx9", "9lx"}


def test_what_stands_beside_in_this_order_is_not_joined_again():
    assert "td17" not in joined("roland td 17")


@pytest.mark.parametrize("text", ["bag-rf-1", "roland jupiter", "how do i reset my volt"])
def test_a_compound_long_words_and_a_sentence_are_left_as_they_are(text):
    assert not joined(text)


def test_a_number_is_joined_with_longer_words_too():
    assert "system8" in joined("plus system roland 8")
