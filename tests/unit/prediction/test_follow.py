"""follow: the index has every change at once, and is one segment again when the catalogue is quiet."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from hsc_prediction import encoding
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.product import Product
from hsc_prediction.flows import follow
from hsc_prediction.flows.follow import Batch, Change, Follower
from hsc_prediction.flows.live import Live
from hsc_rpc.background import background
from support.wait import until

FIRST, SECOND = Product("td17", "Roland TD-17"), Product("td27", "Roland TD-27")


class Catalog:
    """The changes that a test puts into it."""

    def __init__(self):
        self.queue = asyncio.Queue()

    def put(self, revision, product=None, **change):
        self.queue.put_nowait(Change(revision, upserted=product, complete=True, **change))

    async def changes(self, after_revision):
        while True:
            yield await self.queue.get()


class NoSnapshots:
    async def load(self):
        return None

    async def save(self, revision, index):
        pass


async def nobody_told(**how):
    pass


@asynccontextmanager
async def following():
    """A catalogue of one product, followed."""
    catalog, live = Catalog(), Live(encoding.predictions)
    catalog.put(1, FIRST, starts_snapshot=True)
    async with background(Follower(catalog, NoSnapshots(), live, nobody_told, 0.0, 0.0).run(), "follow"):
        await asyncio.wait_for(live.ready.wait(), 5)
        yield catalog, live


def names(index):
    return {product.name for product in index.products()}


@pytest.fixture
def quiet_at_once(monkeypatch):
    monkeypatch.setattr(follow, "QUIET_S", 0.0)


async def test_a_change_is_there_before_the_catalogue_is_quiet(monkeypatch):
    monkeypatch.setattr(follow, "QUIET_S", 60)
    async with following() as (catalog, live):
        catalog.put(2, SECOND)
        await until(lambda: live.view.revision == 2)
        assert live.view.index.delta.products == 1
        assert names(live.view.index) == {FIRST.name, SECOND.name}


async def test_a_quiet_catalogue_is_one_segment_again(quiet_at_once):
    async with following() as (catalog, live):
        catalog.put(2, SECOND)
        await until(lambda: live.view.revision == 2 and not live.view.index.worth_compacting)
        assert live.view.index.base.products == 2
        assert names(live.view.index) == {FIRST.name, SECOND.name}


async def test_a_removed_product_leaves_no_gap_in_a_quiet_catalogue(quiet_at_once):
    async with following() as (catalog, live):
        catalog.put(2, SECOND, removed=FIRST.product_id)
        await until(lambda: live.view.revision == 2 and live.view.index.alive is None)
        assert names(live.view.index) == {SECOND.name}


def test_a_snapshot_that_begins_anew_has_nothing_of_the_one_before():
    batch = Batch()
    batch.take(Change(1, upserted=FIRST, starts_snapshot=True))
    batch.take(Change(2, upserted=SECOND, starts_snapshot=True, complete=True))
    assert names(batch.apply(Index.build([FIRST]))) == {SECOND.name}


async def test_changes_that_come_while_it_is_tidied_are_all_kept(quiet_at_once):
    async with following() as (catalog, live):
        for n in range(30):
            catalog.put(2 + n, Product(f"p{n}", f"Nord Stage {n}"))
            await asyncio.sleep(0)
        await until(lambda: live.view.revision == 31 and not live.view.index.worth_compacting)
        assert live.view.index.count == 31


def test_a_large_index_is_not_built_anew_for_a_few_changes(monkeypatch):
    monkeypatch.setattr("hsc_prediction.domain.index.SMALL", 1)
    assert not Index.build([FIRST]).with_changes([SECOND], []).worth_compacting
