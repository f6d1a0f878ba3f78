"""live: what a view remembers goes with it."""

import gc

import pytest
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.product import Product
from hsc_prediction.flows import live as flow
from hsc_prediction.flows.live import Live


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


async def test_only_so_many_predictions_are_remembered(live, monkeypatch):
    monkeypatch.setattr(flow, "REMEMBERED", 2)
    first = live.predict("td-17", 5, "once")[0]
    live.predict("td-27", 5, "once")
    live.predict("volt", 5, "once")
    assert live.predict("td-17", 5, "once")[0] is not first
