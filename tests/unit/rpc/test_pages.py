"""Lists page by page."""

import pytest
from hsc_rpc import errors, pages
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(("asked", "given_size"), [(0, 50), (1, 1), (1000, 1000), (5000, 1000)])
def test_the_size_of_a_page_is_bounded(asked: int, given_size: int) -> None:
    assert pages.size(asked) == given_size


def test_no_token_is_the_first_page() -> None:
    assert pages.after("", 2) is None


@given(st.text(), st.integers())
def test_a_token_gives_back_the_key_it_was_made_of(name: str, number: int) -> None:
    assert pages.after(pages.token(name, number), 2) == [name, number]


@pytest.mark.parametrize("forged", ["x", "e30", "W10", "∆", "!!!!"])
def test_a_token_nobody_gave_is_an_invalid_argument(forged: str) -> None:
    with pytest.raises(errors.Failure) as caught:
        pages.after(forged, 2)
    assert caught.value.violations[0].field == "page_token"
