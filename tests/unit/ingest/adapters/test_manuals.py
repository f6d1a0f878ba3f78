from hsc_ingest.adapters.manuals import passage_message
from hsc_ingest.domain.manual import Box, Passage


def test_a_passage_becomes_the_contracts_message() -> None:
    box = Box(2, 72.0, 100.5, 300.0, 112.5, 0, 11)
    passage = Passage(7, 2, 3, ("Setup", "Power"), "Press POWER", (box,), "en", "power")
    message = passage_message("f00d", passage)
    assert (message.manual_id, message.ordinal, message.page_start, message.page_end) == ("f00d", 7, 2, 3)
    assert (list(message.section_path), message.text) == (["Setup", "Power"], "Press POWER")
    assert (message.language, message.anchor) == ("en", "power")
    (line,) = message.boxes
    assert (line.page, line.x0, line.y0, line.x1, line.y1) == (2, 72.0, 100.5, 300.0, 112.5)
    assert (line.start, line.end) == (0, 11)


def test_half_a_surrogate_pair_does_not_lose_the_manual_and_moves_no_box() -> None:
    text = "\ud800 מדריך"
    message = passage_message("f00d", Passage(0, 1, 1, ("\udfff",), text))
    assert message.text == "? מדריך"
    assert len(message.text) == len(text)
    assert list(message.section_path) == ["?"]
