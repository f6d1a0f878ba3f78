"""What a person sees is on standard output, what a program reads is JSON, and nobody's text steers the terminal."""

import json

import pytest
from hsc.prediction.v1 import prediction_pb2
from hsc_cli.output import Output, plain
from hsc_rpc.errors import Failure, Violation, invalid


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("\x1b[2Jgone", "[2Jgone"),
        ("bell\x07", "bell"),
        ("\x9b31mred", "31mred"),
        ("two\nlines\tof text", "two\nlines\tof text"),
        ("פסנתר", "פסנתר"),
    ],
)
def test_control_characters_are_taken_out(hostile: str, harmless: str) -> None:
    assert plain(hostile) == harmless


def test_square_brackets_are_text_and_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).say("[red]TD-17[/red]")
    assert capsys.readouterr().out == "[red]TD-17[/red]\n"


def test_a_long_line_is_not_broken(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).say("word " * 100)
    assert capsys.readouterr().out.count("\n") == 1


def test_json_keeps_the_names_of_the_contract_and_fields_that_are_zero(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=True).result(prediction_pb2.Prediction(product_id="p"))
    said = json.loads(capsys.readouterr().out)
    assert (said["product_id"], said["locked"], said["confidence"]) == ("p", False, 0)


def test_json_is_alone_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    out = Output(as_json=True)
    out.say("for a person")
    out.note("meanwhile")
    out.table(("a",), [("b",)])
    assert capsys.readouterr() == ("", "")


def test_a_table_without_rows_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).table(("a", "b"), [])
    assert capsys.readouterr().out == ""


def test_notes_are_no_part_of_the_result(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).note("fetching")
    assert capsys.readouterr() == ("", "fetching\n")


def test_a_violation_that_the_message_names_is_not_said_twice(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).failure(invalid(Violation("text", "is too long")))
    assert capsys.readouterr().err.count("is too long") == 1


def test_a_failure_says_when_to_try_again(capsys: pytest.CaptureFixture[str]) -> None:
    failure = invalid(Violation("text", "x"))
    busy = Failure(failure.code, "TOO_BUSY", "busy", retry_after_s=2)
    Output(as_json=False).failure(busy)
    assert "(TOO_BUSY, try again in 2 s)" in capsys.readouterr().err
