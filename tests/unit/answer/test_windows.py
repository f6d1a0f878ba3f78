from hsc_answer.domain.windows import sentences


def test_sentences_end_at_full_stops_and_lines_but_not_inside_numbers_steps_or_abbreviations() -> None:
    text = "1. Press [OK]. Hold it for 3.5 s, e.g. Twice (p. 12).\n• Sound: Choose a tone"
    assert [text[a:b] for a, b in sentences(text)] == [
        "1. Press [OK].",
        "Hold it for 3.5 s, e.g. Twice (p. 12).",
        "• Sound: Choose a tone",
    ]


def test_white_space_has_no_sentence() -> None:
    assert sentences(" \n \n") == []
