"""Fetch a product's manual before anybody asks, and tell how far it has come.

Each session has a budget and asks for a product once; sessions without an id share one budget.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from cachetools import TTLCache
from hsc.ingest.v1 import ingest_pb2

from hsc_prediction import metrics

SESSIONS = 20_000
ANONYMOUS_TIMES = 10
WINDOW_S = 3600.0
# So long a manual that is ready counts as ready for whoever comes next: of what many ask for, ingest is asked once.
READY_S = 10.0
READY_PRODUCTS = 4_096


@dataclass(frozen=True, slots=True)
class ManualState:
    """How far a product's manual has come; `state` is a number of hsc.ingest.v1.ManualState."""

    product_id: str
    state: int
    pages: int = 0
    bytes: int = 0
    error: str = ""
    reason: str = ""

    @property
    def ready(self) -> bool:
        return self.state == ingest_pb2.MANUAL_STATE_READY

    @property
    def final(self) -> bool:
        """Whether nothing more is told of it."""
        return self.ready or self.state == ingest_pb2.MANUAL_STATE_FAILED


class Ingest(Protocol):
    """Who fetches and reads manuals."""

    async def prefetch(self, product_id: str, session_id: str, language: str) -> ManualState | None:
        """Ask for the product's manuals; the state of the one wanted first. None where that cannot be said now."""
        ...


class ManualEvents(Protocol):
    """Where the progress of manuals is told."""

    def listen(self, product_id: str) -> AbstractAsyncContextManager[AsyncIterator[ManualState | None]]:
        """States as they are told; None says that some may have been missed, and comes first and after a silence."""
        ...


@dataclass
class Budget:
    """How many products each session asked for; the least recent sessions are forgotten."""

    each: int
    _spent: OrderedDict[str, tuple[float, set[str]]] = field(default_factory=OrderedDict)

    def take(self, session_id: str, product_id: str) -> bool:
        """Whether the session may ask for this product now; the same product costs once an hour."""
        now = time.monotonic()
        began, products = self._spent.pop(session_id, (now, set()))
        if now - began > WINDOW_S:
            began, products = now, set()
        self._spent[session_id] = (began, products)
        while len(self._spent) > SESSIONS:
            self._spent.popitem(last=False)
        if product_id in products:
            return True
        if len(products) >= self.each * (1 if session_id else ANONYMOUS_TIMES):
            return False
        products.add(product_id)
        return True


@dataclass
class Prefetch:
    """One use: follow the manual of one product for one stream."""

    ingest: Ingest
    events: ManualEvents
    budget: Budget
    # Between two tries while ingest cannot say: two minutes in all.
    pauses_s: Sequence[float] = (0.5, 1, 2, 4, 8, 15, 30, 60)
    _ready: TTLCache[tuple[str, str], ManualState] = field(
        default_factory=lambda: TTLCache(READY_PRODUCTS, READY_S, time.monotonic), init=False
    )
    _asking: dict[tuple[str, str], asyncio.Task[ManualState | None]] = field(default_factory=dict, init=False)

    async def follow(self, product_id: str, session_id: str, language: str) -> AsyncIterator[ManualState]:
        """The state now, then each change until it is final. Listens first, so that no change falls between.

        Asking again after a silence tells ingest that this stream still waits; what nobody asks for lapses there.
        """
        if not self.budget.take(session_id, product_id):
            metrics.PREFETCHES.labels("over_budget").inc()
            return
        if (ready := self._ready.get((product_id, language))) is not None:
            metrics.PREFETCHES.labels("ready").inc()
            yield ready
            return
        known = False
        async with self.events.listen(product_id) as changes:
            async for change in changes:
                if _is_cancelled():
                    raise asyncio.CancelledError
                if known:
                    state = change or await self._ask(product_id, session_id, language)
                    if state is None:
                        continue
                else:
                    state = change or await self._ask_until_told(product_id, session_id, language)
                    metrics.PREFETCHES.labels("asked" if state else "unavailable").inc()
                    if state is None:
                        return
                    known = True
                if state.ready:
                    self._ready[product_id, language] = state
                yield state
                if state.final:
                    return

    async def _ask_until_told(self, product_id: str, session_id: str, language: str) -> ManualState | None:
        for pause in (*self.pauses_s, None):
            state = await self._ask(product_id, session_id, language)
            if state is not None or pause is None:
                return state
            await asyncio.sleep(pause)
        return None

    async def _ask(self, product_id: str, session_id: str, language: str) -> ManualState | None:
        """One call for all who ask at the same time; it goes on where one of them leaves."""
        key = (product_id, language)
        asking = self._asking.get(key)
        if asking is None:
            asking = asyncio.create_task(self.ingest.prefetch(product_id, session_id, language), name="prefetch")
            self._asking[key] = asking
            asking.add_done_callback(lambda _: self._asking.pop(key))
        return await asyncio.shield(asking)


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
