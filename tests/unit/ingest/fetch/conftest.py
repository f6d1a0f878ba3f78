from collections.abc import AsyncIterator

import pytest
from support.web import Web, serve


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with serve() as running:
        yield running
