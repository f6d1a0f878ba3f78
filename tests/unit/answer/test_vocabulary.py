import pytest
from hsc_answer.domain.vocabulary import Vocabulary, slip_distance

WORDS = Vocabulary({"battery": 9, "benefits": 2, "metronome": 4, "td-17": 3, "tempo": 5})


@pytest.mark.parametrize(
    ("typed", "meant"), [("batery", "battery"), ("bebefits", "benefit"), ("metrnomoe", "metronom"), ("tmepo", "tempo")]
)
def test_a_slip_in_a_word_is_forgiven(typed: str, meant: str) -> None:
    assert WORDS.repair(typed) == meant


@pytest.mark.parametrize("typed", ["td18", "128", "bat", "guitar"])
def test_models_numbers_short_words_and_other_words_stay(typed: str) -> None:
    assert WORDS.repair(typed) is None


def test_two_letters_swapped_are_one_slip() -> None:
    assert slip_distance("tmepo", "tempo", 2) == 1
