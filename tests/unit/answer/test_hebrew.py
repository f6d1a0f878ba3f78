import pytest
from hsc_answer.domain import hebrew


@pytest.mark.parametrize("word", ["סוללה", "הסוללות", "ובסוללה"])
def test_a_hebrew_word_is_known_with_its_prefixes_and_in_plural(word: str) -> None:
    assert ("battery",) in hebrew.english_for(word)


def test_an_unknown_hebrew_word_has_no_english() -> None:
    assert hebrew.english_for("שקשוקה") == ()
