"""Where a citation stands, in a few characters."""

import pytest
from hsc.answer.v1.answer_pb2 import Citation
from hsc_cli.answers import shortened, where


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
