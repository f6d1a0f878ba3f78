import pytest
from hsc_answer.domain import abstain, followup
from support.passages import piano_index

INDEX = piano_index()


def confidence(question: str) -> float:
    return abstain.confidence(question, INDEX.search(question, 12), INDEX)


@pytest.mark.parametrize("question", ["How do I save a sound?", "how do I reset to the factory settings"])
def test_a_question_the_manual_answers_is_answered(question: str) -> None:
    assert confidence(question) >= abstain.THRESHOLD


@pytest.mark.parametrize(
    "question", ["how do I pair my bluetooth headphones", "who won the world cup in 1998", "", "zzzz"]
)
def test_a_question_the_manual_does_not_answer_is_not(question: str) -> None:
    assert confidence(question) < abstain.THRESHOLD


def test_confidence_is_a_probability() -> None:
    assert 0 <= confidence("sound " * 1000) <= 1


@pytest.mark.parametrize("question", ["and over bluetooth?", "and the vocoder?", "what about MIDI?"])
def test_what_a_follow_up_goes_on_from_does_not_make_the_manual_speak(question: str) -> None:
    before = "How do I reset to the factory settings?"
    assert confidence(before) >= abstain.THRESHOLD
    assert confidence(followup.resolve(question, [before])) < abstain.THRESHOLD


def test_a_true_follow_up_is_answered() -> None:
    assert confidence(followup.resolve("and how do I save it?", ["How do I choose a sound?"])) >= abstain.THRESHOLD
