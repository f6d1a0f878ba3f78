"""Follow the catalogue: the snapshot, then every change, each revision applied whole and off the event loop."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol

from hsc_rpc.background import background, stop

from hsc_prediction import metrics
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.product import Product
from hsc_prediction.flows.live import Live

log = logging.getLogger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 2.0
# After the last change for so long, a small index is made one again: changes come in bursts, an import brand by brand.
QUIET_S = 1.0


@dataclass(frozen=True, slots=True)
class Change:
    """One message of the catalogue's stream."""

    revision: int
    starts_snapshot: bool = False
    upserted: Product | None = None
    removed: str | None = None
    complete: bool = False


class CatalogDown(Exception):
    """The catalogue cannot be reached, or ended its stream."""


class Catalog(Protocol):
    """Where products come from."""

    def changes(self, after_revision: int) -> AsyncIterator[Change]:
        """The snapshot if the revision is no longer kept, then every change; raises CatalogDown."""
        ...


class Snapshots(Protocol):
    """Where the last catalogue is kept for a replica that starts while the catalogue is down."""

    async def load(self) -> tuple[int, list[Product]] | None:
        """The revision and its products; None where nothing (readable) is kept."""
        ...

    async def save(self, revision: int, index: Index) -> None:
        """Keep a newer one."""
        ...


class Standing(Protocol):
    """Who is told how the index stands."""

    async def __call__(self, *, ready: bool, following: bool, why: str) -> None:
        """`ready`: there is an index; `following`: it has all that the catalogue has."""
        ...


@dataclass
class Batch:
    """The changes of a revision that has not been completed yet."""

    snapshot: bool = False
    upserted: dict[str, Product] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)

    def take(self, change: Change) -> None:
        """Add a change."""
        if change.starts_snapshot:
            self.snapshot = True
            self.upserted.clear()
            self.removed.clear()
        if change.upserted is not None:
            self.upserted[change.upserted.product_id] = change.upserted
            self.removed.discard(change.upserted.product_id)
        if change.removed is not None:
            self.removed.add(change.removed)
            self.upserted.pop(change.removed, None)

    def apply(self, index: Index | None) -> Index:
        """The index with the batch in it."""
        if self.snapshot or index is None:
            return Index.build(self.upserted.values()).warmed()
        return index.with_changes(self.upserted.values(), self.removed).warmed()


@dataclass
class Follower:
    """Keeps `live` at the catalogue's newest revision for as long as `run` runs."""

    catalog: Catalog
    snapshots: Snapshots
    live: Live
    tell: Standing
    snapshot_every_s: float
    # How long a start waits for the catalogue itself before it serves the one that was kept, which may be older.
    catalog_wait_s: float
    _serves: bool = False
    _saved_at: float = float("-inf")

    async def run(self) -> None:
        """Never returns. Begins with the snapshot that is kept, so that a missing catalogue does not stop a start."""
        if (kept := await self._recover()) is None:
            await self._run()
        else:
            async with background(self._serve_kept(kept), "serve the kept catalogue"):
                await self._run()

    async def _run(self) -> None:
        pause = FIRST_PAUSE_S
        while True:
            began = time.monotonic()
            try:
                await self._follow()
            except CatalogDown as down:
                metrics.STALE.set(1)
                await self.tell(ready=self._serves, following=False, why=str(down))
                log.warning("the catalogue does not answer", extra={"why": str(down)})
            pause = FIRST_PAUSE_S if time.monotonic() - began > LONGEST_PAUSE_S else min(pause * 2, LONGEST_PAUSE_S)
            await asyncio.sleep(pause)

    async def _recover(self) -> int | None:
        kept = await self.snapshots.load()
        if kept is None:
            return None
        revision, products = kept
        metrics.STALE.set(1)
        await self.live.swap(await asyncio.to_thread(lambda: Index.build(products).warmed()), revision)
        return revision

    async def _serve_kept(self, revision: int) -> None:
        await asyncio.sleep(self.catalog_wait_s)
        if not self._serves:
            self._serves = True
            await self.tell(ready=True, following=False, why=f"serving the catalogue kept at revision {revision}")

    async def _follow(self) -> None:
        view = self.live.view
        batch = Batch()
        saving: asyncio.Task[None] | None = None
        tidying: asyncio.Task[None] | None = None
        try:
            async for change in self.catalog.changes(view.revision if view else 0):
                batch.take(change)
                if not change.complete:
                    continue
                if tidying is not None:
                    await stop(tidying)
                await self._apply(batch, change.revision)
                batch = Batch()
                tidying = asyncio.create_task(self._tidy(), name="tidy the index up")
                if saving is None or saving.done():
                    saving = asyncio.create_task(self._save(), name="keep the catalogue")
        finally:
            await stop(*(task for task in (saving, tidying) if task is not None))

    async def _apply(self, batch: Batch, revision: int) -> None:
        view = self.live.view
        began = time.perf_counter()
        index = await asyncio.to_thread(batch.apply, view.index if view else None)
        await self.live.swap(index, revision)
        metrics.BUILD.observe(time.perf_counter() - began)
        metrics.STALE.set(0)
        self._serves = True
        await self.tell(ready=True, following=True, why="")

    async def _tidy(self) -> None:
        view = self.live.view
        if view is not None and view.index.worth_compacting:
            await asyncio.sleep(QUIET_S)
            await self.live.swap(await asyncio.to_thread(lambda: view.index.compacted().warmed()), view.revision)

    async def _save(self) -> None:
        await asyncio.sleep(max(0.0, self._saved_at + self.snapshot_every_s - time.monotonic()))
        self._saved_at = time.monotonic()
        if (view := self.live.view) is not None:
            await self.snapshots.save(view.revision, view.index)
