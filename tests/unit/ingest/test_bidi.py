"""Right-to-left lines as they stand on the page, back in the order in which they are read."""

import pytest
from hsc_ingest.domain.bidi import is_right_to_left, logical

LINES = {
    "letters alone": ("ץחל", "לחץ"),
    "a Latin word inside": ("SHIFT לע ץחל", "לחץ על SHIFT"),
    "two Latin words stay together": ("OUT 1 לא ורבח", "חברו אל OUT 1"),
    "a key that begins with a digit": ("48V ץחל", "לחץ 48V"),
    "a number with its fraction": ("מ״מ 6.3", "6.3 מ״מ"),
    "a number set before its unit": ("65 mW :קפסה", "הספק: 65 mW"),
    "figures turned round": ("mA 450 :םרז", "זרם: 450 mA"),
    "a list of Latin words": ("iPadOS ,macOS", "macOS, iPadOS"),
    "a line of figures alone": ("44.1, 48, 96 kHz", "44.1, 48, 96 kHz"),
    "a framed key before a full stop": (". ENTER לע ץחל", "לחץ על ENTER."),
    "brackets stored as they look": ("(ןש) ףסונ", "נוסף (שן)"),
}


@pytest.mark.parametrize(("visual", "read"), LINES.values(), ids=LINES.keys())
def test_a_line_is_read_from_the_right(visual: str, read: str) -> None:
    assert logical(list(visual)) == read


def test_a_page_is_right_to_left_by_most_of_its_letters() -> None:
    assert is_right_to_left("לחצו על SHIFT כדי לאפס")
    assert not is_right_to_left("User Guide: English, עברית, Deutsch")
