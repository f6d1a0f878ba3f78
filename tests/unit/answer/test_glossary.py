import pytest
from hsc_answer.domain import glossary


def test_english_words_of_the_field_stand_for_each_other() -> None:
    assert ("remov",) in glossary.synonyms("delet")


@pytest.mark.parametrize("word", ["סוללה", "הסוללות", "ובסוללה"])
def test_a_hebrew_word_is_known_with_its_prefixes_and_in_plural(word: str) -> None:
    assert ("battery",) in glossary.english_for(word)


def test_an_unknown_hebrew_word_has_no_english() -> None:
    assert glossary.english_for("שקשוקה") == ()
