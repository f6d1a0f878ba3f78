import pytest
from hsc_answer.domain.naming import without

NAMES = ("Vireo 61", "Ardlen")


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("How much does the Vireo 61 weigh?", "How much does the weigh?"),
        ("ardlen vireo 61 polyphony", "polyphony"),
        ("Are there 61 keys?", "Are there 61 keys?"),
        ("How do I reset the Vireo 25?", "How do I reset the Vireo 25?"),
    ],
)
def test_the_products_own_name_goes_and_nothing_else(question: str, left: str) -> None:
    assert without(question, NAMES) == left


def test_a_models_token_goes_alone() -> None:
    assert without("does the dr8 have Wi-Fi", ("Knot DR-8",)) == "does the have Wi-Fi"


def test_a_name_alone_stays() -> None:
    assert without("Vireo 61", NAMES) == "Vireo 61"
