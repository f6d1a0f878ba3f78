"""What kind of answer a question wants."""

import pytest
from hsc_answer.domain import claims, intent


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("How much does it weigh?", "kg"),
        ("Wie schwer ist das Pult?", "kg"),
        ("כמה שוקל הפסנתר?", "kg"),
        ("what current does it draw", "ma"),
        ("which voltage does the adaptor need", "v"),
        ("what is the gain range of the preamps?", "db"),
        ("at what temperature may it be stored", "c"),
    ],
)
def test_a_question_about_a_measure_tells_the_unit_of_its_answer(question: str, unit: str) -> None:
    assert unit in intent.units_asked(question)


@pytest.mark.parametrize("question", ["how do I reset it", "which song is currently playing", "who wrote it"])
def test_a_question_about_no_measure_asks_for_no_unit(question: str) -> None:
    assert not intent.units_asked(question)


def test_the_units_asked_for_are_spelled_as_units_of_claims_are() -> None:
    asked = intent.units_asked("weight current voltage watts frequency temperature gain distance: how heavy, how far")
    assert asked <= set(claims.UNIT_OF.values())


@pytest.mark.parametrize("text", ["at most eight channels", "up to 64 GB", "höchstens 30 m", "עד שמונה ערוצים"])
def test_a_limit_is_told_from_other_numbers(text: str) -> None:
    assert intent.tells_limit(text)
    assert not intent.tells_limit("eight channels")
