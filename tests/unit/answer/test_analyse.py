import pytest
from hsc_answer.domain import analyse
from hypothesis import assume, given
from hypothesis import strategies as st

LETTERS = st.text("abdgkmrtxz", min_size=1, max_size=4)
DIGITS = st.integers(1, 99_999).map(str)
TEXTS = st.text(max_size=80) | st.text("td17 -,.'’/+_׳\"אה\u05b0\u202e", max_size=80)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("settings", "setting"),
        ("copied", "copy"),
        ("recording", "record"),
        ("batteries", "battery"),
        ("wrote", "write"),
    ],
)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert analyse.stem(one) == analyse.stem(other)


@pytest.mark.parametrize("text", ["TD-17", "td17", "Td‑17"])
def test_a_model_name_is_one_term_however_it_is_written(text: str) -> None:
    assert "td17" in [t.text for t in analyse.terms(text)]


def test_a_compound_word_gives_its_parts_and_the_whole() -> None:
    assert {t.text for t in analyse.terms("Wi-Fi")} == {"wi", "fi", "wifi"}


def test_question_words_are_no_content() -> None:
    assert [t.text for t in analyse.content("How do I save it, please?")] == ["save"]


def test_a_question_of_stop_words_alone_keeps_them() -> None:
    assert analyse.content("what is it")


@pytest.mark.parametrize("same", ["How do I reset it", " how do I  RESET it?? ", "HOW DO I RESET IT!"])
def test_case_space_and_marks_make_no_other_question(same: str) -> None:
    assert analyse.normalise_question(same) == "how do i reset it"


def test_a_hebrew_prefix_is_no_part_of_the_name_or_number_behind_it() -> None:
    assert {"td17", "230"} <= {term.text for term in analyse.terms("איך מחברים את ה-TD-17 ב-230 V")}


@given(TEXTS)
def test_any_text_has_terms_and_none_of_them_is_empty(text: str) -> None:
    found = analyse.terms(text)
    assert all(term.text and term.surface for term in found)
    assert {term.text for term in analyse.content(text)} <= {term.text for term in found}


@given(LETTERS, DIGITS, st.sampled_from(("", "-", "‑")), DIGITS)
def test_another_number_is_another_model(letters: str, digits: str, joiner: str, others: str) -> None:
    assume(digits != others)
    one, other = analyse.words(f"{letters}{joiner}{digits}"), analyse.words(f"{letters}{joiner}{others}")
    assert f"{letters}{digits}" in one
    assert digits not in one
    assert not [shared for shared in one & other if any(c.isdigit() for c in shared)]


@given(DIGITS, DIGITS)
def test_another_number_is_another_term(one: str, other: str) -> None:
    assert (analyse.words(f"{one} V") == analyse.words(f"{other} V")) == (one == other)
