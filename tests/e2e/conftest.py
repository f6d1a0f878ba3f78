"""A real stack with the sample data, started once for all tests of the whole way, and a web site of manuals."""

from collections.abc import AsyncIterator, Iterator

import pytest
from e2e.desk import Desk, at
from e2e.help_desk import HelpDesk, open_desk
from hsc_local.stack import Running, running
from support.folders import open_folder
from support.web import Web, serve

# The largest manual of the tests is half of this; the default would make an endless one last long.
LARGEST_MANUAL = 4 * 1024 * 1024
SETTINGS = {"HSC_FETCH_ALLOW": "127.0.0.1", "HSC_FETCH_MAX_BYTES": str(LARGEST_MANUAL)}


@pytest.fixture(scope="session")
def shops_desk() -> Iterator[HelpDesk]:
    """The help desk of the stack that all tests share."""
    with open_desk() as opened:
        yield opened


@pytest.fixture(scope="session")
def up(shops_desk: HelpDesk) -> Iterator[Running]:
    """The stack that all tests share. They leave it running, and its samples as they are."""
    settings = {**SETTINGS, "HANDOVER_WEBHOOK_URL": shops_desk.url}
    with open_folder() as folder, running(folder / "home", environment=settings) as stack:
        yield stack


@pytest.fixture(scope="session")
async def desk(up: Running) -> AsyncIterator[Desk]:
    async with at(up) as opened:
        yield opened


@pytest.fixture(scope="session")
async def site() -> AsyncIterator[Web]:
    """A maker's web site, whose answers the tests write."""
    async with serve() as web:
        yield web
