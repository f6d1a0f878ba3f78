import pytest
from hsc_answer.domain.languages import detect, primary, roots


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How do I reset it?", "en"),
        ("Wie setze ich das Gerät zurück?", "de"),
        ("¿Cómo restablezco la interfaz?", "es"),
        ("Comment réinitialiser le clavier ?", "fr"),
        ("Come si ripristina la tastiera?", "it"),
        ("איך מאפסים?", "he"),
        ("polyphony", ""),
    ],
)
def test_a_question_shows_its_language(question: str, language: str) -> None:
    assert detect(question) == language


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "buchsen", "buchse"),
        ("es", "restablezco", "restablecer"),
        ("es", "roja", "rojo"),
        ("fr", "réinitialiser", "réinitialisation"),
        ("it", "ripristino", "ripristinare"),
        ("he", "שמנתקים", "ניתוק"),
        ("he", "להמתין", "והמתינו"),
    ],
)
def test_forms_of_a_word_have_a_root_in_common(language: str, one: str, other: str) -> None:
    assert set(roots(one, language)) & set(roots(other, language))


def test_other_words_have_none() -> None:
    assert not set(roots("מיקרופון", "he")) & set(roots("איפוס", "he"))


def test_the_region_of_a_language_does_not_count() -> None:
    assert primary("de-AT") == primary("de_CH") == "de"
