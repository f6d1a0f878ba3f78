"""type_ahead: what a typing person waits for."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from hsc.ingest.v1 import ingest_pb2
from hsc.prediction.v1.prediction_pb2 import TypeAheadRequest
from hsc_prediction import encoding, metrics
from hsc_prediction.flows.live import Live
from hsc_prediction.flows.prefetch import ManualState
from hsc_prediction.flows.type_ahead import FOLLOWED, Predicted, TypeAhead
from support.wait import until

SURE = 1.1
"""No prediction is as sure: nothing is prefetched."""


class Nobody:
    """Counts nobody."""

    def enter(self, session_id: str) -> str:
        return session_id

    def leave(self, seat: str) -> None:
        pass


class Foreseen:
    """Takes note of the products whose manual is wanted."""

    def __init__(self) -> None:
        self.products: list[str] = []

    async def follow(self, product_id: str, session_id: str, language: str) -> AsyncIterator[ManualState]:
        self.products.append(product_id)
        yield ManualState(product_id, ingest_pb2.MANUAL_STATE_READY)


def observed() -> tuple[float, float]:
    """How many replies were measured, and their seconds together."""
    samples = {sample.name: sample.value for metric in metrics.LATENCY.collect() for sample in metric.samples}
    return samples["prediction_latency_seconds_count"], samples["prediction_latency_seconds_sum"]


async def test_a_keystroke_that_was_overtaken_is_not_answered(index) -> None:
    live = Live(encoding.predictions)
    await live.swap(index, 1)

    async def typed() -> AsyncIterator[TypeAheadRequest]:
        yield TypeAheadRequest(sequence=2, text="td-17")
        yield TypeAheadRequest(sequence=1, text="nord stage 88")

    serving = TypeAhead(live, prefetch=None, prefetch_at=SURE, presence=Nobody())  # type: ignore[arg-type]
    [reply] = [event async for event in serving.answer(typed())]
    assert isinstance(reply, Predicted)
    assert reply.answer.best is not None
    assert (reply.sequence, reply.answer.best.product.product_id) == (2, "td17")


@pytest.mark.parametrize(("short_by", "foreseen"), [(0.0, ["td17"]), (0.01, [])])
async def test_a_manual_is_fetched_as_soon_as_it_is_sure_enough_and_no_sooner(
    index, short_by: float, foreseen: list[str]
) -> None:
    live = Live(encoding.predictions)
    await live.swap(index, 1)
    best = live.predict("roland td-1", 5, "once")[0].best
    assert best is not None
    assert not best.locked  # it need not be for that
    answered = asyncio.Event()

    async def typed() -> AsyncIterator[TypeAheadRequest]:
        yield TypeAheadRequest(sequence=1, text="roland td-1")
        await answered.wait()
        yield TypeAheadRequest(sequence=2, text="roland td-1")

    prefetch = Foreseen()
    serving = TypeAhead(live, prefetch, best.together + short_by, Nobody())  # type: ignore[arg-type]
    async for _ in serving.answer(typed()):
        answered.set()
    assert prefetch.products == foreseen


class Endless:
    """Manuals that never come: those that are still followed, and how many were at most."""

    def __init__(self) -> None:
        self.followed: set[str] = set()
        self.most = 0

    async def follow(self, product_id: str, session_id: str, language: str) -> AsyncIterator[ManualState]:
        self.followed.add(product_id)
        self.most = max(self.most, len(self.followed))
        try:
            yield ManualState(product_id, ingest_pb2.MANUAL_STATE_FETCHING)
            await asyncio.Event().wait()
        finally:
            self.followed.discard(product_id)


async def test_one_stream_follows_a_few_manuals_and_none_when_it_is_over(index) -> None:
    live = Live(encoding.predictions)
    await live.swap(index, 1)
    manuals = Endless()
    typing = asyncio.Event()
    texts = ("roland td-27 ", "nord stage 88 ", "nord stage 61 ", "roland jupiter-xm ", "apollo twin x ")
    assert len(texts) > FOLLOWED

    async def typed() -> AsyncIterator[TypeAheadRequest]:
        for number, text in enumerate(texts, 1):
            yield TypeAheadRequest(sequence=number, text=text)
            await typing.wait()
            typing.clear()

    async for event in TypeAhead(live, manuals, 0.5, Nobody()).answer(typed()):  # type: ignore[arg-type]
        if not isinstance(event, Predicted):
            typing.set()
    assert (manuals.most, manuals.followed) == (FOLLOWED, set())


async def test_the_wait_begins_when_the_oldest_unanswered_keystroke_comes_and_took_us_is_the_engines(
    index, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = Live(encoding.predictions)
    await live.swap(index, 1)
    now = time.perf_counter
    late = [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now() + late[0])

    async def typed() -> AsyncIterator[TypeAheadRequest]:
        yield TypeAheadRequest(sequence=1, text="td")
        late[0] = 3.0  # the process has other things to do
        yield TypeAheadRequest(sequence=2, text="td-17")
        late[0] = 5.0

    count, seconds = observed()
    serving = TypeAhead(live, prefetch=None, prefetch_at=SURE, presence=Nobody())  # type: ignore[arg-type]
    replies = [event async for event in serving.answer(typed())]
    assert [event.sequence for event in replies] == [2]
    assert isinstance(replies[0], Predicted)
    assert replies[0].took_us < 3_000_000
    assert observed()[0] == count + 1
    assert observed()[1] - seconds == pytest.approx(5, abs=1)


async def test_what_is_typed_while_a_reply_cannot_be_sent_is_overtaken_by_the_newest(index) -> None:
    live = Live(encoding.predictions)
    await live.swap(index, 1)
    typed: asyncio.Queue[TypeAheadRequest] = asyncio.Queue()

    async def keystrokes() -> AsyncIterator[TypeAheadRequest]:
        while True:
            yield await typed.get()

    serving = TypeAhead(live, prefetch=None, prefetch_at=SURE, presence=Nobody())  # type: ignore[arg-type]
    async with aclosing(serving.answer(keystrokes())) as replies:  # type: ignore[type-var]
        typed.put_nowait(TypeAheadRequest(sequence=1, text="td"))
        assert (await anext(replies)).sequence == 1
        count, _ = observed()
        for sequence in (2, 3, 4):
            typed.put_nowait(TypeAheadRequest(sequence=sequence, text="td-17"[:sequence]))
        await until(lambda: typed.empty())
        assert (await anext(replies)).sequence == 4
        assert observed()[0] == count + 1
