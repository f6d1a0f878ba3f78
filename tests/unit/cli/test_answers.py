"""Where a citation stands, in a few characters."""

import pytest
from hsc.answer.v1.answer_pb2 import (
    ANSWER_OUTCOME_ANSWERED,
    ANSWER_OUTCOME_NOT_IN_MANUAL,
    AskResponse,
    Chunk,
    Citation,
    Done,
)
from hsc_cli.answers import Telling, shortened, where
from hsc_cli.output import Output


def told(capsys: pytest.CaptureFixture[str], *events: AskResponse) -> str:
    telling = Telling(Output(as_json=False))
    for event in events:
        telling.tell(event)
    return capsys.readouterr().out


def cited(index: int, page: int) -> AskResponse:
    return AskResponse(citation=Citation(index=index, page_start=page, section_path=["Reset"], quote=f"quote {index}"))


def chunk(text: str, *indexes: int) -> AskResponse:
    return AskResponse(chunk=Chunk(text=text, citation_indexes=indexes))


DONE = AskResponse(done=Done(outcome=ANSWER_OUTCOME_ANSWERED))


def test_sentences_run_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, chunk("One. "), chunk("Two."), DONE).startswith("One. Two.\n")


def test_steps_begin_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, cited(1, 17), chunk("Do this:"), chunk("1. Switch off.", 1), chunk("2. Wait."), DONE)
    assert said.startswith("Do this:\n1. Switch off. [1, p. 17]\n2. Wait.\n")


def test_each_place_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, cited(1, 17), cited(2, 17), cited(3, 18), DONE)
    assert said.split("\n")[:5] == [
        "p. 17 · Reset",
        "  [1] “quote 1”",
        "  [2] “quote 2”",
        "p. 18 · Reset",
        "  [3] “quote 3”",
    ]


def test_a_silent_manual_is_said_in_the_words_of_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    done = Done(outcome=ANSWER_OUTCOME_NOT_IN_MANUAL, hint="The manual does not say. Ask a person.")
    assert told(capsys, AskResponse(done=done)) == "The manual does not say. Ask a person.\n"


@pytest.mark.parametrize(
    ("citation", "place"),
    [
        (Citation(page_start=3, page_end=3), "p. 3"),
        (Citation(page_start=3), "p. 3"),
        (Citation(page_start=3, page_end=4), "pp. 3–4"),
        (Citation(anchor="reset"), "#reset"),
        (Citation(), "online"),
    ],
)
def test_pages_or_an_anchor(citation: Citation, place: str) -> None:
    assert where(citation) == place


def test_a_quote_is_one_line() -> None:
    assert shortened("Hold EXIT\n  and SEQ") == "Hold EXIT and SEQ"


def test_a_long_quote_is_cut_between_words() -> None:
    cut = shortened("word " * 100)
    assert len(cut) <= 242
    assert cut.endswith("word …")
