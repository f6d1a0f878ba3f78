"""A stack of their own for the real catalogues, without the samples, so that every product is counted."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from e2e.conftest import SETTINGS
from e2e.desk import Desk, at
from hsc_local.stack import running
from support.folders import open_folder


@pytest.fixture(scope="session")
async def desk(shared_data: Path) -> AsyncIterator[Desk]:
    with open_folder() as folder, running(folder / "home", with_samples=False, environment=SETTINGS) as stack:
        async with at(stack) as opened:
            yield opened
