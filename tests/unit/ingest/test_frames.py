"""What the process that reads says: passages as they are kept, and nothing else is taken for them."""

import pytest
from hsc.ingest.v1 import ingest_pb2
from hsc_ingest.adapters.parsing.frames import HEADER, manual_frames, passage_message, passages_of
from hsc_ingest.domain.manual import Box, Manual, Passage


def bodies(*passages: Passage) -> list[bytes]:
    frames = list(manual_frames(Manual("", "application/pdf", 1, (), (), passages)))
    return [frame[HEADER.size :] for frame in frames[:-1]]


def test_a_passage_becomes_the_contracts_message() -> None:
    box = Box(2, 72.0, 100.5, 300.0, 112.5, 0, 11)
    message = passage_message(Passage(7, 2, 3, ("Setup", "Power"), "Press POWER", (box,), "en", "power"))
    assert (message.ordinal, message.page_start, message.page_end) == (7, 2, 3)
    assert (list(message.section_path), message.text) == (["Setup", "Power"], "Press POWER")
    assert (message.language, message.anchor) == ("en", "power")
    (line,) = message.boxes
    assert (line.page, line.x0, line.y0, line.x1, line.y1) == (2, 72.0, 100.5, 300.0, 112.5)
    assert (line.start, line.end) == (0, 11)


def test_half_a_surrogate_pair_does_not_lose_the_manual_and_moves_no_box() -> None:
    text = "\ud800 מדריך"
    message = passage_message(Passage(0, 1, 1, ("\udfff",), text))
    assert message.text == "? מדריך"
    assert len(message.text) == len(text)
    assert list(message.section_path) == ["?"]


def test_passages_arrive_as_they_were_sent_whatever_their_number() -> None:
    sent = [Passage(n, 1, 1, (), f"Passage {n}.") for n in range(250)]
    arrived: list[bytes] = []
    for body in bodies(*sent):
        arrived += passages_of(body, len(arrived))
    assert [ingest_pb2.Passage.FromString(each).text for each in arrived] == [p.text for p in sent]


@pytest.mark.parametrize("harm", [lambda b: b[:-1], lambda b: b[:2], lambda b: b + b, lambda b: b[:4] + b"\xff" * 20])
def test_what_is_not_the_next_passage_is_refused(harm) -> None:  # type: ignore[no-untyped-def]
    [body] = bodies(Passage(0, 1, 1, (), "Press POWER."))
    with pytest.raises(ValueError, match="passage"):
        passages_of(harm(body), 0)
