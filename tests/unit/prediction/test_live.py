"""live: what a view remembers goes with it."""

import asyncio
import gc
import threading

import pytest
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.product import Product
from hsc_prediction.flows import live as flow
from hsc_prediction.flows.live import Live
from support.wait import until


@pytest.fixture
async def live(index):
    live = Live()
    await live.swap(index, 1)
    return live


async def test_the_collector_does_not_walk_the_first_catalogue_again(index):
    gc.unfreeze()
    await Live().swap(index, 1)
    assert gc.get_freeze_count() > index.count
    gc.unfreeze()


def best(live, text):
    return live.predict(text, 5, "once")[0].candidates[0].product.product_id


async def test_the_same_text_is_predicted_once(live):
    assert live.predict("td-17", 5, "once")[0] is live.predict("td-17", 5, "once")[0]


async def test_another_limit_is_another_prediction(live):
    assert len(live.predict("roland", 5, "once")[0].candidates) > len(live.predict("roland", 1, "once")[0].candidates)


async def test_nothing_is_remembered_of_an_index_that_was_replaced(live):
    assert best(live, "td") != "new"
    await live.swap(Index.build([Product("new", "Roland TD-99", "roland", "Roland")]), 2)
    assert best(live, "td") == "new"


async def test_nothing_is_remembered_of_a_popularity_that_was_replaced(live):
    await live.weigh({"td17": 40.0})
    assert best(live, "roland td") == "td17"
    await live.weigh({"td27": 40.0})
    assert best(live, "roland td") == "td27"


class Asked(dict[str, float]):
    """Counts that are slow to be read, the first time."""

    def __init__(self, counts):
        super().__init__(counts)
        self.being_read, self.go_on = threading.Event(), threading.Event()

    def values(self):
        if not self.being_read.is_set():
            self.being_read.set()
            self.go_on.wait(10)
        return super().values()


async def test_a_catalogue_that_comes_while_popularity_is_weighed_is_not_undone(live):
    asked = Asked({"td27": 40.0})
    weighing = asyncio.create_task(live.weigh(asked))
    await until(asked.being_read.is_set)
    await live.swap(Index.build([Product("new", "Roland TD-99", "roland", "Roland")]), 2)
    asked.go_on.set()
    await weighing
    assert (live.view.revision, best(live, "td")) == (2, "new")


async def test_only_so_many_predictions_are_remembered(live, monkeypatch):
    monkeypatch.setattr(flow, "REMEMBERED", 2)
    first = live.predict("td-17", 5, "once")[0]
    live.predict("td-27", 5, "once")
    live.predict("volt", 5, "once")
    assert live.predict("td-17", 5, "once")[0] is not first
