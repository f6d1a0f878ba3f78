import pytest
from hsc_answer.domain import extract
from hsc_answer.domain.followup import resolve
from support.passages import piano_index

BEFORE = ["How do I choose a sound?"]


@pytest.mark.parametrize("question", ["and how do I save it?", "ואיך שומרים?", "why?"])
def test_an_elliptic_question_takes_the_one_before_along(question: str) -> None:
    assert resolve(question, BEFORE) == f"{question}\n{BEFORE[0]}"


@pytest.mark.parametrize(
    "question",
    [
        "How do I connect a damper pedal?",
        "what does E07 mean?",
        "Can I connect it over Bluetooth?",
        "How do I rename it?",
    ],
)
def test_a_whole_question_stands_alone(question: str) -> None:
    assert resolve(question, BEFORE) == question


def test_a_chain_of_follow_ups_reaches_the_question_that_began_it() -> None:
    assert resolve("and then?", ["How do I choose a sound?", "and how do I save it?"]).endswith(
        "How do I choose a sound? and how do I save it?"
    )


def test_a_first_question_has_nothing_to_go_on_from() -> None:
    assert resolve("and then?", []) == "and then?"


def test_a_follow_up_is_answered_from_what_it_goes_on_about() -> None:
    index = piano_index()
    asked = resolve("and how do I save it?", BEFORE)
    assert "[WRITE]" in extract.write(asked, index.search(asked, 5), index).text
