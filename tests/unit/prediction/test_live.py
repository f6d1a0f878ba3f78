"""live: what a view remembers goes with it."""

import asyncio
import gc
import threading

import pytest
from hsc.prediction.v1 import prediction_pb2 as pb
from hsc_prediction import encoding, metrics
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.product import Product
from hsc_prediction.flows import live as flow
from hsc_prediction.flows.live import Live
from support.wait import until


@pytest.fixture
async def live(index):
    live = Live(encoding.predictions)
    await live.swap(index, 1)
    return live


async def test_the_collector_does_not_walk_the_first_catalogue_again(index):
    gc.unfreeze()
    await Live(encoding.predictions).swap(index, 1)
    assert gc.get_freeze_count() > index.count
    gc.unfreeze()


def best(live, text):
    return live.predict(text, 5, "once")[0].best.product.product_id


def shown(live, text, limit):
    return len(pb.PredictResponse.FromString(live.predict(text, limit, "once")[0].encoded).predictions)


async def test_the_same_text_is_predicted_once(live):
    counted = metrics.COMPUTED["once"]._value.get, metrics.REMEMBERED["once"]._value.get
    computed, remembered = (count() for count in counted)
    assert live.predict("td-17", 5, "once")[0] is live.predict("td-17", 5, "once")[0]
    assert [count() for count in counted] == [computed + 1, remembered + 1]


async def test_another_limit_is_another_prediction(live):
    assert shown(live, "roland", 5) > shown(live, "roland", 1)


async def test_who_names_no_limit_has_the_usual_one(live):
    assert live.predict("roland", 0, "once")[0] is live.predict("roland", flow.LIMIT, "once")[0]


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
    """Counts that are slow to be read the second time: compared with those before, they are being weighed."""

    def __init__(self, counts):
        super().__init__(counts)
        self.reads = 0
        self.being_read, self.go_on = threading.Event(), threading.Event()

    def values(self):
        self.reads += 1
        if self.reads == 2:
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


async def test_what_was_answered_stays_remembered_while_nobody_asks(live):
    await live.weigh({"td17": 40.0, "td27": 10.0})
    first = live.predict("roland td", 5, "once")[0]
    await live.weigh({"td17": 36.0, "td27": 9.0})
    assert live.predict("roland td", 5, "once")[0] is first


async def test_only_so_many_predictions_are_remembered_the_ones_asked_last(live, monkeypatch):
    monkeypatch.setattr(flow, "REMEMBERED", 2)
    first, second = (live.predict(text, 5, "once")[0] for text in ("td-17", "td-27"))
    assert live.predict("td-17", 5, "once")[0] is first
    live.predict("volt", 5, "once")
    assert live.predict("td-17", 5, "once")[0] is first
    assert live.predict("td-27", 5, "once")[0] is not second


@pytest.mark.parametrize(("text", "limit"), [("roland", 50), ("roland " * 70, 5)])
async def test_what_would_take_much_memory_is_not_remembered(live, text, limit):
    assert live.predict(text, limit, "once")[0] is not live.predict(text, limit, "once")[0]
