"""Passages of a small invented manual, for tests of ranking, quoting and checking."""

from hsc_answer.domain.passage import Box, Passage
from hsc_answer.domain.ranking import ManualIndex

SECTIONS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("Safety",), "Keep the piano away from water.\nUse only the supplied adaptor AD-12. It delivers 12 V at 2 A."),
    (
        ("Sounds", "Selecting a sound"),
        "Sounds are kept in eight banks of 64.\n1. Press [SOUND].\n2. Turn the dial to choose a sound.\n3. Press it.",
    ),
    (
        ("Sounds", "Saving a sound"),
        "An edited sound is lost unless it is saved.\n1. Press [WRITE].\n2. Choose a place.\n3. Press [ENTER] to save.",
    ),
    (
        ("Connections", "Pedals"),
        "Connect a damper pedal to the jack SUSTAIN before you switch on. Half pedalling works with the DP-10 only.",
    ),
    (
        ("System", "Resetting to the factory settings"),
        "All sounds you saved are lost.\n1. Hold [EXIT] and switch on.\n2. Press [ENTER] when the display asks.",
    ),
    (
        ("System", "Options"),
        "From the menu, open System for these options:\n• Brightness: How bright the display is.\n"
        "• Auto off: The piano switches itself off after 30 minutes.\n• Local: Parts keyboard and sound generator.",
    ),
    (
        ("Specifications",),
        "Polyphony: 128 voices\nKeyboard: 88 keys, weighted\nWeight: 14.8 kg\nPower consumption: 9 W",
    ),
)


def piano(manual_id: str = "piano") -> list[Passage]:
    """Seven sections on seven pages; each line of text has its box."""
    return [passage(text, path, number, number + 1, manual_id) for number, (path, text) in enumerate(SECTIONS)]


def passage(
    text: str, path: tuple[str, ...] = ("Section",), ordinal: int = 0, page: int = 1, manual_id: str = "m"
) -> Passage:
    """A passage on one page, a box for each of its lines."""
    boxes, start = [], 0
    for row, line in enumerate(text.split("\n")):
        boxes.append(Box(page, 50, 100 + 12 * row, 300, 110 + 12 * row, start, start + len(line)))
        start += len(line) + 1
    return Passage(ordinal, page, page, path, text, tuple(boxes), "en", "", manual_id)


def piano_index() -> ManualIndex:
    return ManualIndex.build(piano())
