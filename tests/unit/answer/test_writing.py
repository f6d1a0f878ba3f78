"""What a model gets to see of a manual."""

import pytest
from hsc_answer.domain.passage import Passage
from hsc_answer.domain.prompt import picture_type
from hsc_answer.domain.ranking import Hit, ManualIndex
from hsc_answer.flows.writing import sections

WORDS = 100


def passage(ordinal: int, section: str) -> Passage:
    text = f"Passage {ordinal} " + "word " * (WORDS - 2)
    return Passage(ordinal, ordinal + 1, ordinal + 1, (section,), text.strip(), (), "en", "", "m")


PASSAGES = [passage(n, "Reset") for n in range(3)] + [passage(n, "MIDI") for n in range(3, 9)]
INDEX = ManualIndex.build(PASSAGES)


def seen(*ordinals: int, most_words: int = 1_000) -> list[int]:
    hits = [Hit(PASSAGES[n], 1.0, 0, 1) for n in ordinals]
    return [p.ordinal for p in sections(hits, INDEX, most_words)]


def test_a_section_is_whole_and_in_reading_order() -> None:
    assert seen(1) == [0, 1, 2]


def test_the_best_section_comes_first_and_none_twice() -> None:
    assert seen(8, 1, 7) == [6, 7, 8, 0, 1, 2]


def test_a_section_that_is_too_long_for_what_is_left_gives_its_passage_alone() -> None:
    assert seen(1, 4, most_words=4 * WORDS) == [0, 1, 2, 4]


def test_no_more_words_than_allowed_are_shown() -> None:
    assert seen(1, 4, 8, most_words=4 * WORDS + 50) == [0, 1, 2, 4]


def test_the_best_passage_is_shown_however_long() -> None:
    assert seen(4, most_words=10) == [4]


@pytest.mark.parametrize(
    ("image", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xe0...", "image/jpeg"),
        (b"RIFF....WEBPVP8 ", "image/webp"),
        (b"RIFF....WAVE", ""),
        (b"GIF89a", ""),
        (b"", ""),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(image: bytes, media_type: str) -> None:
    assert picture_type(image) == media_type
