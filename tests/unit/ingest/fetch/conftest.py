from collections.abc import AsyncIterator

import pytest
from support.processes import descriptors
from support.wait import until
from support.web import Web, serve


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    """Whatever it says, whoever asked it leaves no descriptor behind."""
    before = descriptors()
    async with serve() as running:
        yield running
    await until(lambda: descriptors() <= before)
