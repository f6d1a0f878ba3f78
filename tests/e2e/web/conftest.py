"""A real browser for the page's tests, at the stack that all tests of the whole way share."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from e2e.help_desk import HelpDesk
    from e2e.web.browser import Visit
    from hsc_local.stack import Running
    from playwright.async_api import Browser


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "e2e/web" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def page_url(request: pytest.FixtureRequest) -> str:
    """Where the page is. HSC_E2E_URL names a stack that runs already."""
    # Not above: without the package playwright the tests are skipped, and this file must load all the same.
    from e2e.web.browser import PAGE, chromium

    if chromium() is None:
        pytest.skip("no Chromium here; HSC_CHROMIUM says where it is")
    if not PAGE.exists():
        pytest.skip("the page is not built; run `make web`")
    if running := os.environ.get("HSC_E2E_URL"):
        return running.rstrip("/")
    up: Running = request.getfixturevalue("up")
    return up.url


@pytest.fixture
def house(request: pytest.FixtureRequest, page_url: str) -> Running:
    """The stack behind the page, for tests that reach below it."""
    if "HSC_E2E_URL" in os.environ:
        pytest.skip("this test needs a stack of the tests' own; unset HSC_E2E_URL")
    up: Running = request.getfixturevalue("up")
    return up


@pytest.fixture
def help_desk(house: Running, shops_desk: HelpDesk) -> HelpDesk:
    """The help desk that the page's questions go to; it takes everything, and nothing was taken yet."""
    shops_desk.status = 201
    shops_desk.taken.clear()
    return shops_desk


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
