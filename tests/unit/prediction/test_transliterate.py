"""transliterate: names in the letters of another script."""

import pytest
from hsc_prediction.domain.transliterate import Sounds, letter_names

WORDS = ("roland", "apollo", "twin", "volt", "vintage", "maestro", "steinberg", "explorer", "stage", "keys", "קלאסית")


@pytest.mark.parametrize(
    ("hebrew", "latin"),
    [
        ("רולנד", "roland"),
        ("אפולו", "apollo"),
        ("טווינ", "twin"),
        ("וולט", "volt"),
        ("וינטג", "vintage"),
        ("מאסטרו", "maestro"),
        ("סטיינברג", "steinberg"),
        ("אקספלורר", "explorer"),
        ("סטייג", "stage"),
        ("קיז", "keys"),
    ],
)
def test_a_name_in_hebrew_letters_sounds_like_the_latin_one(hebrew, latin):
    assert Sounds(WORDS).like(hebrew)[0][0] == latin


def test_a_hebrew_word_in_latin_letters_sounds_like_the_hebrew_one():
    assert Sounds(WORDS).like("klasit")[0][0] == "קלאסית"


def test_a_vowel_that_hebrew_would_write_at_the_end_tells_words_apart():
    assert Sounds(["ראש"]).like("rosh")
    assert not Sounds(["ראש"]).like("rossi")


@pytest.mark.parametrize(("hebrew", "latin"), [("טידי", "td"), ("טי", "t"), ("אסקיו", "sq"), ("רולנד", "")])
def test_letters_spelt_out_are_read_as_letters(hebrew, latin):
    assert letter_names(hebrew) == latin
