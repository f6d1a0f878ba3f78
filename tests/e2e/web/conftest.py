"""A real stack and a real browser for the page's tests, once for all of them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import pytest
from hsc_local import stack

if TYPE_CHECKING:
    from e2e.web.browser import Visit
    from playwright.async_api import Browser


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "e2e/web" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def page_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the page is. HSC_E2E_URL names a stack that runs already."""
    # Not above: without the package playwright the tests are skipped, and this file must load all the same.
    from e2e.web.browser import PAGE, chromium

    if chromium() is None:
        pytest.skip("no Chromium here; HSC_CHROMIUM says where it is")
    if not PAGE.exists():
        pytest.skip("the page is not built; run `make web`")
    if running := os.environ.get("HSC_E2E_URL"):
        yield running.rstrip("/")
        return
    with stack.running(tmp_path_factory.mktemp("stack")) as own:
        yield own.url


@pytest.fixture(scope="session")
async def browser(page_url: str) -> AsyncIterator[Browser]:
    from e2e.web.browser import launched

    async with launched() as started:
        yield started


@pytest.fixture
async def visit(browser: Browser, page_url: str) -> AsyncIterator[Visit]:
    """A new visitor at the open page, who must have nothing to complain about at the end."""
    from e2e.web.browser import visiting

    async with visiting(browser, page_url) as visitor:
        await visitor.open()
        yield visitor
        assert visitor.complaints == []
