import pytest
from hsc_answer.domain import extract
from hsc_answer.domain.passage import fold
from hsc_answer.domain.ranking import ManualIndex
from support.passages import passage, piano_index

INDEX = piano_index()
FILLER = " ".join(["Curves and symbols have styles of their own, which are told elsewhere."] * 9)


def answer(question: str, index: ManualIndex = INDEX) -> extract.Extract:
    return extract.write(question, index.search(question, 8), index)


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("how much does it weigh?", "14.8 kg"),
        ("How many voices of polyphony?", "128 voices"),
        ("after how many minutes does it switch itself off", "after 30 minutes"),
        ("how do I reset to factory settings", "1. Hold [EXIT] and switch on."),
    ],
)
def test_the_key_fact_stands_in_the_first_25_words(question: str, fact: str) -> None:
    assert fact in " ".join(answer(question).text.split()[:25])


def test_steps_stay_together_and_in_order() -> None:
    text = answer("how do I save a sound").text
    assert text.index("1. Press [WRITE].") < text.index("2. Choose a place.") < text.index("3. Press [ENTER] to save.")


def test_every_sentence_has_a_quote_that_stands_in_its_passage() -> None:
    for sentence in answer("how do I choose a sound").sentences:
        citation = sentence.citation
        assert citation.quote == fold(citation.passage.text[citation.start : citation.end])
        assert citation.boxes


def test_an_answer_has_at_most_a_hundred_words() -> None:
    steps = "\n".join(
        f"{n}. Press the key number {n} on the panel and wait until it blinks twice." for n in range(1, 20)
    )
    index = ManualIndex.build([passage(steps, ("Updating",))])
    written = answer("how do I update, press the key", index)
    assert 0 < len(written.text.split()) <= 100


def test_an_item_comes_with_the_sentence_that_announces_its_list() -> None:
    assert answer("where can I set the brightness").text.startswith("From the menu, open System")


@pytest.mark.parametrize(
    ("question", "text", "begins"),
    [
        (
            "how many microphones can the automatic mixer handle",
            "The automatic mixer lowers two open ones by 3 dB.\nThe automatic mixer works on at most eight.",
            "The automatic mixer works on at most eight.",
        ),
        (
            "what current does the phantom power deliver",
            "The phantom power is off after 15 seconds.\nPhantom power of 48 V, 7 mA for each input.",
            "Phantom power of 48 V, 7 mA",
        ),
        (
            "can I use contact spray on the faders",
            "Dust makes faders scratch and stop. Use a soft brush that leaves no hair and dry compressed air"
            " with at most 2 bar.\n"
            "Contact spray dissolves the grease of the motors and must not be used.",
            "Contact spray dissolves",
        ),
        (
            "how long does the update take",
            "The lamp shows the version at once: it blinks green for the first figure of it, blue for the second,"
            " then stays dark for a while. During the update, which takes four minutes, the lamp is white.",
            "During the update, which takes four minutes",
        ),
    ],
    ids=["a limit", "a unit", "prose far into its section", "prose with a colon"],
)
def test_the_sentence_of_the_asked_shape_comes_first(question: str, text: str, begins: str) -> None:
    assert answer(question, ManualIndex.build([passage(text, ("Care",))])).text.startswith(begins)


def test_the_limit_of_another_thing_is_no_answer() -> None:
    storing = "1. Press SCENE and choose a number.\n2. Touch STORE, enter a name of up to 16 characters, and confirm."
    scenes = "The console stores 99 scenes, from 01 to 99, and the scene 00."
    index = ManualIndex.build(
        [passage(scenes, ("Scenes",)), passage(storing, ("Scenes", "Storing a scene now"), ordinal=1)]
    )
    assert answer("how many scenes can be stored", index).text.startswith("The console stores 99 scenes")


def test_a_how_question_gets_what_the_thing_is_before_what_it_needs_of_it() -> None:
    first = "The commands set raxis and unset raxis toggle whether the polar axis is drawn."
    filler = " ".join(f"Word{n} stands here to make the section long enough to be cut." for n in range(8))
    text = f"{first} To hide the axis line in a polar plot, give it no width.\n{filler}"
    written = answer("how do I hide the axis line in a polar plot", ManualIndex.build([passage(text, ("Raxis",))]))
    assert written.text.startswith(first)
    assert "give it no width" in written.text


def test_no_hits_no_words() -> None:
    assert extract.write("anything", [], INDEX).sentences == ()


def test_a_yes_or_no_question_is_met_by_its_evidence_first() -> None:
    index = ManualIndex.build(
        [
            passage(
                "1. Screw the antenna on to the socket at the rear of the console.\n"
                "2. Open the menu and choose the access point there.\n"
                "3. Enter the name of the network and the password that you have chosen.\n"
                "Up to six tablets can be connected at the same time.",
                ("Remote control", "Access point"),
            ),
            passage("Clean the faders with a brush.", ("Care",), 1),
        ]
    )
    question = "can several tablets be connected at the same time?"
    assert extract.write(question, index.search(question, 5), index).text.startswith("Up to six tablets")


def test_a_name_alone_is_no_answer() -> None:
    index = ManualIndex.build([passage("Sequencer\nThe sequencer plays patterns one after the other.", ("Parts",))])
    assert answer("what is the sequencer", index).text.startswith("The sequencer plays")


def test_a_sentence_that_takes_up_another_comes_with_it() -> None:
    text = "A song holds patterns.\nThe clock may be missing.\nThis stops the sequencer after a bar.\nPress STOP."
    index = ManualIndex.build([passage(text, ("Parts",))])
    assert answer("why is the sequencer stopped after a bar", index).text.startswith("The clock may be missing. This")


def test_a_problem_is_answered_by_what_follows_it() -> None:
    text = "• Problem: the editor does not find the keyboard.\nSolution: Choose another socket of the computer."
    index = ManualIndex.build([passage(f"{text}\n{FILLER}", ("Troubleshooting",))])
    assert answer("the editor does not find the keyboard", index).text.startswith("Solution: Choose another socket")


def test_a_caption_is_no_part_of_what_leads_to_the_answer() -> None:
    text = f"Macros send short texts.\nMacros Screen\nTo delete a macro, click on it and then on Delete.\n{FILLER}"
    written = answer("how do I delete a macro", ManualIndex.build([passage(text, ("Sending",))])).text
    assert written.startswith("Macros send short texts. To delete a macro")


def test_how_a_thing_is_done_that_names_its_section_is_told_from_where_that_begins() -> None:
    texts = [
        "The fit command fits an expression to data.",
        *[FILLER] * 4,
        "The fitting function and the data are drawn.",
    ]
    index = ManualIndex.build([passage(text, ("Fit",), n) for n, text in enumerate(texts)])
    assert answer("how do I fit a function to data", index).text.startswith("The fit command fits")


def test_a_label_printed_above_a_sentence_is_no_part_of_it() -> None:
    index = ManualIndex.build([passage("WARNING Keep the instrument dry at any time.", ("Safety",))])
    (sentence,) = answer("should the instrument be kept dry", index).sentences
    assert sentence.text == "Keep the instrument dry at any time."
    assert sentence.text in sentence.citation.quote


def test_a_line_of_code_comes_with_what_explains_it() -> None:
    text = f"{FILLER}\nset line width <w>\nSets the width of lines in points.\n{FILLER}"
    index = ManualIndex.build([passage(text, ("Styles",))])
    assert "set line width <w> Sets the width" in answer("how do I set line width <w>", index).text


def test_what_an_option_does_comes_with_its_name() -> None:
    filler = " ".join(["Each option is told of here, as far as it is needed in daily work."] * 9)
    text = f"{filler}\n-b rate\nOverride the speed of the serial line.\n-D\nDisable the erase cycle.\n{filler}"
    index = ManualIndex.build([passage(text, ("Options",))])
    written = answer("how do I override the speed of the serial line", index).text
    assert written == "-b rate Override the speed of the serial line."
