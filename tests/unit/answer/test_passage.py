from hsc_answer.domain.passage import cite, find_quote, fold
from hypothesis import given
from hypothesis import strategies as st
from support.passages import passage

TEXT = "Press [WRITE] and\nhold it. Then   let go."


def test_a_quote_is_found_though_its_white_space_differs() -> None:
    citation = find_quote("[WRITE]  and hold it.", [passage(TEXT)])
    assert citation is not None
    assert (citation.quote, TEXT[citation.start : citation.end]) == ("[WRITE] and hold it.", "[WRITE] and\nhold it.")


def test_a_quote_with_one_other_letter_is_not_found() -> None:
    assert find_quote("Press [WRITE] and hold them.", [passage(TEXT)]) is None


@given(st.text("ab. \n\u00a0", max_size=60), st.text("ab. \n\u00a0", max_size=8))
def test_what_is_cited_stands_there_to_the_letter_and_what_stands_there_is_found(text: str, quote: str) -> None:
    citation = find_quote(quote, [passage(text)])
    assert (citation is not None) == bool(fold(quote) and fold(quote) in fold(text))
    if citation is not None:
        assert citation.quote == fold(quote) == fold(text[citation.start : citation.end])


def test_an_empty_quote_is_not_found() -> None:
    assert find_quote(" \n", [passage(TEXT)]) is None


def test_a_citation_has_the_boxes_of_its_own_lines_alone() -> None:
    cited = cite(passage(TEXT, page=4), TEXT.index("hold"), len(TEXT))
    assert [(box.page, box.y0) for box in cited.boxes] == [(4, 112)]
    assert (cited.page_start, cited.page_end) == (4, 4)
