"""collector: rings go soon, and what a start brought is left alone."""

import gc
import weakref
from collections.abc import Iterator

import pytest
from hsc_rpc import collector
from support.wait import until


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


class Ring:
    """Holds itself: only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


async def test_a_ring_is_freed_soon_however_little_else_is_made() -> None:
    async with collector.settled():
        gc.set_threshold(0)  # Python itself never looks
        gone = weakref.ref(Ring())
        await until(lambda: gone() is None)


async def test_what_was_there_at_the_start_is_not_walked() -> None:
    before = gc.get_freeze_count()
    async with collector.settled():
        assert gc.get_freeze_count() > before
