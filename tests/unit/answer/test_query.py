import pytest
from hsc_answer.domain.query import understand
from hsc_answer.domain.ranking import ManualIndex
from support.passages import passage, piano_index

VOCABULARY = piano_index().vocabulary


def test_a_word_the_manual_lacks_is_unknown() -> None:
    assert understand("does it have bluetooth", VOCABULARY).unknown == ("bluetooth",)


def test_what_a_follow_up_leaves_out_weighs_less_than_its_own_words() -> None:
    weights = {c.term: c.weight for c in understand("how do I save it\nhow do I choose a sound", VOCABULARY).concepts}
    assert weights["save"] == 1.0
    assert 0 < weights["sound"] < 1


def test_a_hebrew_word_becomes_the_words_the_manual_has() -> None:
    (concept,) = understand("דוושה", VOCABULARY).concepts
    assert concept.term == "pedal"


def test_the_hebrew_article_that_a_products_name_leaves_behind_asks_for_nothing() -> None:
    assert understand("איך מאפסים את ה-", VOCABULARY) == understand("איך מאפסים את", VOCABULARY)


def test_what_does_a_thing_is_found_by_what_it_does() -> None:
    index = ManualIndex.build(
        [passage("The looper erases at once.", ("Parts",)), passage("Turn the knob.", ("Use",), 1)]
    )
    assert index.search("how do I loop")[0].passage.ordinal == 0


def test_to_be_shown_how_is_not_to_show() -> None:
    def asked(question: str) -> set[str]:
        return {c.term for c in understand(question, VOCABULARY).concepts}

    assert asked("show me how to save a sound") == {"save", "sound"}
    assert asked("how do I show a sound") == {"display", "sound"}


@pytest.mark.parametrize(("asked", "written"), [("baud rate", "baudrate"), ("linewidth", "line width")])
def test_two_words_and_one_are_the_same_name(asked: str, written: str) -> None:
    index = ManualIndex.build(
        [
            passage(f"Use {written} to set it.", ("Options", "First"), 0),
            passage("Set the volume, then set the tone.", ("Options", "Second"), 1),
        ]
    )
    assert index.search(f"how do I set the {asked}")[0].passage.ordinal == 0
