import pytest
from hsc_answer.domain import abstain, codes, extract
from hsc_answer.domain.ranking import ManualIndex
from support.passages import passage

INDEX = ManualIndex.build(
    [
        passage(
            "Code: E01; Meaning: Memory failed its test; Remedy: Restore a backup.\n"
            "Code: E07; Meaning: Stick not readable; Remedy: Format it as FAT32.",
            ("Troubleshooting", "Error codes"),
        ),
        passage(
            "Insert the stick. Sticks formatted otherwise are reported with the error E07, which means that the stick"
            " cannot be used. The error goes when you press EXIT.",
            ("Backup", "Backing up to a stick"),
            1,
        ),
        passage("Display: Err 2; Meaning: Sample not readable; What to do: Use WAV.", ("Messages",), 2),
        passage("The sampler has 9 voices and an adaptor of 12V.", ("Voices",), 3),
    ]
)


def answer(question: str) -> str:
    hits = INDEX.search(question, 12)
    if abstain.confidence(question, hits, INDEX) < abstain.THRESHOLD:
        return ""
    return extract.write(question, hits, INDEX).text


@pytest.mark.parametrize("question", ["does the adaptor give 19 volts", "how many voices has the sampler SX-5"])
def test_a_number_or_a_model_that_the_manual_does_not_have_is_met_by_silence(question: str) -> None:
    assert answer(question.replace("19", "12").replace(" SX-5", ""))
    assert answer(question) == ""


@pytest.mark.parametrize("question", ["what does error E07 mean", "E07", "what does e7 mean?"])
def test_a_code_is_answered_by_its_row(question: str) -> None:
    assert answer(question).startswith("Code: E07; Meaning: Stick not readable")


@pytest.mark.parametrize("question", ["what does error E23 mean", "E23", "what does Err 9 mean?", "error code 44"])
def test_a_code_that_the_manual_does_not_have_is_met_by_silence(question: str) -> None:
    assert answer(question) == ""


@pytest.mark.parametrize("question", ["what does Err 2 mean?", "error 7", "error 1 after the update"])
def test_a_code_is_known_in_each_way_of_writing_it(question: str) -> None:
    assert not codes.unknown(question, INDEX)


def test_a_number_counts_as_there_when_its_unit_is_glued_to_it() -> None:
    assert not INDEX.understand("does the adaptor give 12 volts").codes_unknown
    assert INDEX.understand("does the adaptor give 19 volts").codes_unknown == ["19"]
