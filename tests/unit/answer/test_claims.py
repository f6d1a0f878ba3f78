import pytest
from hsc_answer.domain import claims


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("wait 10 seconds", [("10", "s")]),
        ("at 48 kHz, 24 bit", [("48", "khz"), ("24", "bit")]),
        ("draws 9V", [("9", "v")]),
        ("44,100 Hz", [("44100", "hz")]),
        ("-48 dB", [("-48", "db")]),
        ("three minutes", [("3", "min")]),
        ("2. Press it", []),
        ("the TD-17", []),
    ],
)
def test_quantities_are_read_with_their_units(text: str, found: list[tuple[str, str]]) -> None:
    assert [tuple(q) for q in claims.quantities(text)] == found


def test_model_names_are_told_from_quantities() -> None:
    assert claims.model_tokens("The TD-17KV and MPD218 at 48kHz") == {"td17kv", "mpd218"}


@pytest.mark.parametrize(("text", "count"), [("Do not press", 1), ("You can't", 1), ("לא ללחוץ", 1), ("Press it", 0)])
def test_negations_are_counted(text: str, count: int) -> None:
    assert claims.negations(text) == count


def test_latin_words_in_a_hebrew_sentence_are_names() -> None:
    assert claims.names("לחצו על WRITE") == {"write"}
