from dataclasses import replace

import pytest
from hsc_answer.domain.passage import Passage
from hsc_answer.domain.ranking import ManualIndex
from support.passages import passage, piano, piano_index

INDEX = piano_index()


@pytest.mark.parametrize(
    ("question", "section"),
    [
        ("How do I save a sound?", "Saving a sound"),
        ("how do I choose a sound", "Selecting a sound"),
        ("factory reset", "Resetting to the factory settings"),
        ("how heavy is it", "Specifications"),
        ("sustian pedal", "Pedals"),
        ("which adaptor AD12", "Safety"),
        ("איך מאפסים להגדרות היצרן?", "Resetting to the factory settings"),
        ("כמה שוקל הפסנתר?", "Specifications"),
    ],
)
def test_the_section_that_answers_is_first(question: str, section: str) -> None:
    assert INDEX.search(question, 3)[0].passage.section_path[-1] == section


def test_hits_come_best_first_and_no_more_than_asked() -> None:
    scores = [hit.score for hit in INDEX.search("press enter to save the sound", 3)]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)


def test_a_question_without_a_word_of_the_manual_finds_nothing() -> None:
    assert INDEX.search("quantum chromodynamics", 5) == []


@pytest.mark.parametrize("question", ["", "   ", "\x00\x07", "?" * 100_000, "a " * 50_000])
def test_a_question_that_says_nothing_is_no_error(question: str) -> None:
    assert len(INDEX.search(question, 5)) <= 5


def test_an_empty_manual_is_searched_without_error() -> None:
    assert ManualIndex.build([]).search("reset", 5) == []


def test_manuals_of_one_product_are_searched_together() -> None:
    index = ManualIndex.build(
        [*piano("owners"), passage("Bluetooth is off at first.", ("Bluetooth",), 0, 1, "addendum")]
    )
    assert index.search("bluetooth", 1)[0].passage.manual_id == "addendum"
    assert index.search("factory reset", 1)[0].passage.manual_id == "owners"


def test_passages_in_the_language_asked_for_come_first() -> None:
    german = passage("MIDI Reset", ("Reset",), 1)
    english = passage("MIDI Reset", ("Reset",), 2)
    index = ManualIndex.build([*piano(), _in("de", german), _in("en", english)])
    assert index.search("midi reset", 1, "en")[0].passage.language == "en"
    assert index.search("midi reset", 1, "de")[0].passage.language == "de"


def test_a_larger_manual_has_a_larger_estimate_of_bytes() -> None:
    assert ManualIndex.build([*piano("a"), *piano("b")]).nbytes > INDEX.nbytes > 0


def _in(language: str, said: Passage) -> Passage:
    return replace(said, language=language, manual_id=language)


GUIDE = ManualIndex.build(
    [
        replace(passage("ARDLEN\nFathom 2i\nUSB Audio Interface reset guide", (), 0), language="en"),
        replace(passage("Reset .... 2\nLamps .... 3\nWeight .... 4\nPower .... 5", ("Contents",), 1), language="en"),
        replace(passage("Hold 48V and INST until both blink.", ("English", "Resetting"), 2), language="en"),
        replace(passage("USB red: Too little current.\nRing red: Overload.", ("English", "Lamps"), 3), language="en"),
        replace(passage("Halten Sie 48V und INST gedrückt.", ("Deutsch", "Zurücksetzen"), 4), language="de"),
        replace(passage("USB rot: Zu wenig Strom.\nRing rot: Übersteuert.", ("Deutsch", "Leuchten"), 5), language="de"),
        replace(passage("Mantenga pulsadas 48V e INST.", ("Español", "Restablecer"), 6), language="es"),
        replace(passage("לחצו על 48V ועל INST עד שהם מהבהבים.", ("עברית", "איפוס"), 7), language="he"),
    ]
)


@pytest.mark.parametrize(
    ("question", "section"),
    [
        ("Wie setze ich das Gerät zurück?", "Zurücksetzen"),
        ("Warum leuchtet die USB-Leuchte rot?", "Leuchten"),
        ("¿Cómo restablezco la interfaz?", "Restablecer"),
        ("איך מאפסים את הממשק?", "איפוס"),
        ("how do I reset it", "Resetting"),
    ],
)
def test_a_question_is_answered_from_the_pages_in_its_language(question: str, section: str) -> None:
    assert GUIDE.search(question, 3)[0].passage.section_path[-1] == section


def test_a_language_the_words_are_not_of_does_not_hide_the_pages_that_have_them() -> None:
    assert GUIDE.search("what does the red ring mean", 3, "de")[0].passage.section_path[-1] == "Lamps"


def test_covers_and_tables_of_contents_are_never_found() -> None:
    assert not {0, 1} & {hit.passage.ordinal for hit in GUIDE.search("reset lamps weight interface", 8)}


def test_the_row_a_question_names_is_first() -> None:
    index = ManualIndex.build(
        [
            passage("Press EDIT to change the filter cutoff. The filter cutoff moves at once.", ("Filter",), 0),
            passage("Parameter: Cutoff; Range: 16 Hz–18 kHz; Meaning: Corner frequency.", ("Sound", "Filter"), 1),
            passage("71: Filter resonance\n74: Filter cutoff", ("MIDI", "Controllers"), 2),
            passage("Voices fade when many voices play.", ("Playing",), 3),
            passage("Weight: 3 kg\nPolyphony: 16 voices", ("Specifications",), 4),
        ]
    )
    assert index.search("how many voices polyphony?", 3)[0].passage.ordinal == 4
    assert index.search("which MIDI controller is the filter cutoff", 3)[0].passage.ordinal == 2


def test_a_section_that_tells_no_time_gives_way_where_one_is_asked_for() -> None:
    loops = [
        passage("Press the foot switch to record a loop.", ("Recording",)),
        passage(
            f"Up to 40 seconds of a loop stay in memory. {'The memory keeps what was played. ' * 4}", ("Memory",), 1
        ),
    ]
    index = ManualIndex.build(loops)
    assert index.search("what is a loop")[0].passage.section_path == ("Recording",)
    assert index.search("how long is a loop")[0].passage.section_path == ("Memory",)
