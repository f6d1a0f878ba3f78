"""PredictionService/TypeAhead."""

import asyncio

import grpc
import pytest
from grpc import aio
from hsc.ingest.v1 import ingest_pb2
from hsc.prediction.v1 import prediction_pb2 as pb
from hsc_prediction.adapters import manual_events
from hsc_prediction.flows.type_ahead import Mailbox
from hsc_rpc.pressure import Stage
from prometheus_client import REGISTRY
from support.rings import freed_without_collector
from support.wait import until

SESSION = "a-session-of-128-random-bits"


class Typing:
    """A client of one stream."""

    def __init__(self, call):
        self.call = call
        self.sequence = 0

    async def type(self, text, session_id=SESSION, **request):
        self.sequence += 1
        request = {"sequence": self.sequence, "text": text, "session_id": session_id, **request}
        await self.call.write(pb.TypeAheadRequest(**request))

    async def next(self):
        return await asyncio.wait_for(self.call.read(), 5)

    async def event(self, kind):
        while (response := await self.next()) is not aio.EOF:
            if response.WhichOneof("event") == kind:
                return response
        return None


@pytest.fixture
async def typing(replica):
    call = replica.stub.TypeAhead()
    yield Typing(call)
    call.cancel()


async def test_each_keystroke_is_answered_with_its_sequence(typing):
    for text in ("t", "td", "td-17"):
        await typing.type(text)
        response = await typing.event("predictions")
        assert response.sequence == typing.sequence
    assert response.predictions.predictions[0].product_id == "td17"


async def test_the_newest_of_many_keystrokes_is_always_answered(typing):
    for length in range(1, 401):
        await typing.type(("roland td-17 " * 40)[:length])
    await typing.call.done_writing()
    sequences = [r.sequence async for r in typing.call if r.WhichOneof("event") == "predictions"]
    assert sequences[-1] == 400
    assert sequences == sorted(sequences)


async def test_a_client_that_sends_and_never_reads_has_its_stale_keystrokes_skipped(typing):
    before = REGISTRY.get_sample_value("keystrokes_skipped_total")
    for _ in range(3000):
        await typing.type("roland l", limit=50)
    await typing.call.done_writing()
    answers = [r.sequence async for r in typing.call if r.WhichOneof("event") == "predictions"]
    assert answers[-1] == 3000
    assert REGISTRY.get_sample_value("keystrokes_skipped_total") - before == 3000 - len(answers)


async def test_an_invalid_text_ends_the_stream(typing):
    await typing.type("td-17")
    await typing.event("predictions")
    await typing.type("x" * 513)
    with pytest.raises(aio.AioRpcError) as failed:
        await typing.event("predictions")
    assert failed.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_the_stream_ends_when_the_client_has_no_more_to_say(typing):
    await typing.type("td-17")
    await typing.call.done_writing()
    await typing.event("nothing more")
    assert await typing.call.code() is grpc.StatusCode.OK


async def test_a_sure_product_has_its_manual_fetched_once_for_the_first_message_s_session(house, typing):
    await typing.type("how do i reset my td-17 ")
    await typing.event("manual")
    await typing.type("how do i reset my td-17 m", session_id="another")
    await typing.event("predictions")
    assert house.ingest.asked == [("td17", SESSION)]


async def test_the_way_of_the_manual_comes_back_on_the_same_stream(house, typing):
    await typing.type("roland td-17 ")
    first = await typing.event("manual")
    assert (first.manual.product_id, first.manual.state) == ("td17", ingest_pb2.MANUAL_STATE_FETCHING)
    await house.tell_of_manual(product_id="td17", state=ingest_pb2.MANUAL_STATE_READY, pages=61)
    ready = await typing.event("manual")
    assert (ready.sequence, ready.manual.state, ready.manual.pages) == (1, ingest_pb2.MANUAL_STATE_READY, 61)


async def test_a_manual_that_is_there_already_is_told_with_its_size(house, typing):
    house.ingest.states["td17"] = ingest_pb2.MANUAL_STATE_READY
    await typing.type("roland td-17 ")
    manual = (await typing.event("manual")).manual
    assert (manual.state, manual.pages, manual.bytes) == (ingest_pb2.MANUAL_STATE_READY, 61, 900)


async def test_a_manual_that_is_ready_is_not_asked_for_again_by_whoever_comes_next(house, replica, typing):
    house.ingest.states["td17"] = ingest_pb2.MANUAL_STATE_READY
    await typing.type("roland td-17 ")
    first = (await typing.event("manual")).manual
    another = Typing(replica.stub.TypeAhead())
    await another.type("roland td-17 ")
    assert (await another.event("manual")).manual == first
    assert house.ingest.asked == [("td17", SESSION)]
    another.call.cancel()


async def test_a_product_without_a_manual_says_so(house, typing):
    del house.ingest.states["td17"]
    await typing.type("roland td-17 ")
    manual = (await typing.event("manual")).manual
    assert (manual.state, manual.reason) == (ingest_pb2.MANUAL_STATE_FAILED, "NO_DOCUMENT")


async def test_a_manual_that_could_not_be_asked_for_is_asked_for_again_on_the_same_stream(house, typing):
    house.ingest.down = 1
    await typing.type("roland td-17 ")
    assert (await typing.event("manual")).manual.state == ingest_pb2.MANUAL_STATE_FETCHING
    assert len(house.ingest.asked) == 2


async def test_a_stream_asks_for_the_manual_that_it_waits_for_again_until_it_ends(house, typing, monkeypatch):
    monkeypatch.setattr(manual_events, "SILENCE_S", 0.05)
    await typing.type("roland td-17 ")
    await until(lambda: house.ingest.asked[2:])
    assert set(house.ingest.asked) == {("td17", SESSION)}
    await typing.call.done_writing()
    await until(lambda: "manual" not in {task.get_name() for task in asyncio.all_tasks()})


async def test_a_replica_that_is_late_has_nothing_fetched_until_it_is_not(house, replica, typing, monkeypatch):
    considered = []

    def sheds(stage):
        considered.append(stage)
        return stage is Stage.PREFETCH

    with monkeypatch.context() as late:
        late.setattr(replica.server.pressure, "sheds", sheds)
        await typing.type("roland td-17 ")
        assert (await typing.event("predictions")).predictions.predictions[0].locked
        await until(lambda: Stage.PREFETCH in considered)
        assert house.ingest.asked == []
    await typing.event("manual")
    assert house.ingest.asked == [("td17", SESSION)]


async def test_a_session_over_its_budget_has_nothing_fetched(house):
    async with house.replica(prefetch_products=1) as replica:
        await until(lambda: replica.finds("td-17", "td17"))
        call = replica.stub.TypeAhead()
        typing = Typing(call)
        await typing.type("roland td-17 ")
        await typing.event("manual")
        await typing.type("roland go:keys 3 ")
        await typing.event("predictions")
        name = "prefetch_requests_total"
        await until(lambda: (REGISTRY.get_sample_value(name, {"outcome": "over_budget"}) or 0) >= 1)
        assert [product_id for product_id, _ in house.ingest.asked] == ["td17"]
        call.cancel()


async def test_a_draining_server_ends_idle_streams_at_once(house):
    async with house.replica(grace_s=30) as replica:
        await until(lambda: replica.finds("td-17", "td17"))
        typing = Typing(replica.stub.TypeAhead())
        await typing.type("t")
        await typing.event("predictions")
        async with asyncio.timeout(5):
            await replica.server.drain.run(patience_s=30)
            with pytest.raises(aio.AioRpcError) as failed:
                await typing.event("predictions")
    assert failed.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_after_the_client_is_gone_nobody_is_online(replica):
    call = replica.stub.TypeAhead()
    typing = Typing(call)
    await typing.type("roland td-17 ")
    await typing.event("manual")
    await until(lambda: REGISTRY.get_sample_value("users_online") == 1)
    call.cancel()
    await until(lambda: REGISTRY.get_sample_value("users_online") == 0)


async def test_a_stream_whose_client_is_gone_is_freed_without_the_collector(replica):
    async with freed_without_collector(Mailbox):
        typing = Typing(replica.stub.TypeAhead())
        await typing.type("roland td-17 ")
        await typing.event("manual")
        typing.call.cancel()
