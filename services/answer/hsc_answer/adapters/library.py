"""Indexes of manuals in memory: built when they are first asked for, off the loop, bounded by bytes."""

import asyncio
import time
from collections.abc import Sequence

from cachetools import LRUCache
from prometheus_client import Gauge, Histogram

from hsc_answer.domain.events import CitedManual
from hsc_answer.domain.passage import Passage
from hsc_answer.domain.ranking import ManualIndex
from hsc_answer.flows.ports import Manuals

BUILD_SECONDS = Histogram("index_build_seconds", "How long the index of a product's manuals took to build.")
BYTES = Gauge("index_cache_bytes", "What the indexes in memory hold, by their own estimate.")


class IndexLibrary:
    """A manual's id names its revision, so an index is never stale; those least asked for are let go."""

    def __init__(self, manuals: Manuals, max_bytes: int) -> None:
        self._manuals = manuals
        self._kept: LRUCache[tuple[str, ...], ManualIndex] = LRUCache(max_bytes, getsizeof=lambda index: index.nbytes)
        self._building: dict[tuple[str, ...], asyncio.Task[ManualIndex]] = {}

    async def index(self, manuals: Sequence[CitedManual]) -> ManualIndex:
        """Return the index over these manuals; of simultaneous askers one builds it."""
        key = tuple(manual.manual_id for manual in manuals)
        if (kept := self._kept.get(key)) is not None:
            return kept
        task = self._building.get(key)
        if task is None:
            task = self._building[key] = asyncio.create_task(self._build(key))
            task.add_done_callback(lambda _: self._building.pop(key, None))
        # One asker who leaves must not stop the others.
        return await asyncio.shield(task)

    async def _build(self, key: tuple[str, ...]) -> ManualIndex:
        passages: list[Passage] = []
        for manual_id in key:
            passages += await self._manuals.passages(manual_id)
        began = time.perf_counter()
        index = await asyncio.to_thread(ManualIndex.build, passages)
        BUILD_SECONDS.observe(time.perf_counter() - began)
        if index.nbytes <= self._kept.maxsize:
            self._kept[key] = index
            BYTES.set(self._kept.currsize)
        return index
