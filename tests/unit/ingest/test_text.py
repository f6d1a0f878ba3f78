"""Small rules of text: markers, hyphens at line ends, keys of headings."""

import pytest
from hsc_ingest.domain.text import SOFT_HYPHEN, clean, joins, key, lone_marker, marker


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("• Power cable", ("• ", "Power cable", 0)),
        ("– Power cable", ("• ", "Power cable", 0)),
        ("1. Press ENTER", ("1. ", "Press ENTER", 1)),
        ("(2) Press ENTER", ("2. ", "Press ENTER", 2)),
        ("③ Press ENTER", ("3. ", "Press ENTER", 3)),
        ("b) Press ENTER", ("b. ", "Press ENTER", 2)),
    ],
)
def test_markers_take_one_form(text: str, found: tuple[str, str, int]) -> None:
    assert marker(text) == found


@pytest.mark.parametrize("text", ["-5 to +60 dB", "-P portname", "48V lights up", "3.5 mm jack", "Press 1."])
def test_signs_and_numbers_of_a_sentence_are_no_markers(text: str) -> None:
    assert marker(text) is None


def test_a_marker_in_a_cell_of_its_own_is_known() -> None:
    assert [lone_marker(t) for t in ("•", "7", "12.", "Step 3", "a)", "dB")] == [
        "• ",
        "7. ",
        "12. ",
        "3. ",
        "a. ",
        None,
    ]


@pytest.mark.parametrize(
    ("left", "right", "words", "joined"),
    [
        ("the instru-", "ment", frozenset({"instrument"}), "the instru"),
        ("the instru-", "ment", frozenset(), "the instru"),
        ("a high-", "pass filter", frozenset({"high-pass"}), "a high-"),
        ("a high-", "pass filter", frozenset({"high-pass", "highpass"}), "a high"),
        ("the TD-", "17 module", frozenset(), "the TD-"),
        ("the USB-", "C socket", frozenset(), "the USB-"),
    ],
)
def test_a_hyphen_goes_where_it_only_breaks_a_word(left: str, right: str, words: frozenset[str], joined: str) -> None:
    assert joins(left + SOFT_HYPHEN, right, words) == joined


def test_ligatures_private_letters_and_wide_spacing_are_made_plain() -> None:
    assert clean("con\ufb01rm  the\u00a0file") == "confirm the file"
    assert clean("A R D L E N") == "ARDLEN"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Press \ue012 to save it.", "Press […] to save it."),
        ("Hold SHIFT and press \uf0a1.", "Hold SHIFT and press […]."),
        ("\ue012 opens the menu.", "[…] opens the menu."),
        ("Press \x88\x89 twice.", "Press […] twice."),
        ("Press \ue012 MENU to save it.", "Press MENU to save it."),
        ("\ue012 Switch it off first.", "Switch it off first."),
        ("It is saved. \ue012", "It is saved."),
        ("\ue012", ""),
    ],
)
def test_where_an_icon_stands_for_a_word_the_text_says_that_one_is_missing(text: str, read: str) -> None:
    assert clean(text) == read


def test_headings_are_compared_by_letters_and_digits() -> None:
    assert key("TD-17: Re-setting…") == key("td 17 resetting")
