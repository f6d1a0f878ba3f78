"""AnswerService/ResumeAnswer: the rest of an answer, from any replica, without gap or repetition."""

from typing import Any

import pytest
from grpc import StatusCode, aio
from hsc.answer.v1 import answer_pb2
from hsc_answer.adapters.journal import RedisJournal
from hsc_answer.flows.ports import Question
from hsc_redis.client import connect
from hsc_rpc import errors
from support import answers

from .conftest import SYNTH, World

QUESTION = "How do I do a factory reset?"


async def resume(replica: Any, answer_id: str, after: int = 0) -> list[Any]:
    request = answer_pb2.ResumeAnswerRequest(answer_id=answer_id, after_event=after)
    return [event async for event in replica.stub.ResumeAnswer(request)]


async def test_another_replica_gives_the_rest_of_an_answer(world: World) -> None:
    one, other = await world.replica(), await world.replica()
    events = await one.ask(QUESTION)
    answer_id = events[0].answer_id
    for after in range(len(events)):
        rest = await resume(other, answer_id, after)
        assert [e.SerializeToString() for e in rest] == [e.SerializeToString() for e in events[after:]]


async def dies(whole: list[Any], after: int, answer_id: str, redis_url: str) -> None:
    """Leave what a writer leaves that dies after so many events."""
    async with connect(redis_url) as redis:
        await RedisJournal(redis, 60).open(answer_id, Question(SYNTH, QUESTION), repeatable=True)
        for event in whole[:after]:
            entry = answer_pb2.AskResponse(answer_id=answer_id)
            entry.MergeFrom(event)
            await redis.xadd(f"answer:{answer_id}:events", {"event": entry.SerializeToString()}, id=f"0-{event.event}")


def content(events: list[Any]) -> list[Any]:
    """What is said, without how far it has come and how long it took."""
    told = [getattr(event, event.WhichOneof("payload")) for event in events if not event.HasField("status")]
    return told[:-1]


async def test_an_answer_whose_writer_died_is_continued_where_it_stopped(world: World, redis_url: str) -> None:
    replica = await world.replica()
    whole = await replica.ask(QUESTION)
    for stored in range(1, len(whole)):
        dead = f"{stored:032}"
        await dies(whole, stored, dead, redis_url)
        rest = await resume(replica, dead, stored)
        assert [event.event for event in rest] == list(range(stored + 1, stored + 1 + len(rest)))
        assert content([*whole[:stored], *rest]) == content(whole)
        assert answers.done(rest).outcome == answer_pb2.ANSWER_OUTCOME_ANSWERED


async def test_what_the_dead_writer_had_stored_is_told_too(world: World, redis_url: str) -> None:
    replica = await world.replica()
    whole = await replica.ask(QUESTION)
    await dies(whole, 5, "d" * 32, redis_url)
    assert content([*whole[:3], *await resume(replica, "d" * 32, 3)]) == content(whole)


async def test_a_models_answer_whose_writer_died_is_lost_and_says_so(replica: Any, redis_url: str) -> None:
    lost = "a" * 32
    async with connect(redis_url) as redis:
        await RedisJournal(redis, 60).open(lost, Question(SYNTH, QUESTION), repeatable=False)
    with pytest.raises(aio.AioRpcError) as caught:
        await resume(replica, lost)
    failure = errors.from_call(caught.value)
    assert (failure.code, failure.reason) == (StatusCode.ABORTED, "ANSWER_LOST")
    assert failure.retry_after_s is not None


async def test_an_unknown_answer_is_not_found(replica: Any) -> None:
    with pytest.raises(aio.AioRpcError) as caught:
        await resume(replica, "f" * 32)
    assert errors.from_call(caught.value).reason == "ANSWER_UNKNOWN"


async def test_without_the_buffer_resuming_is_unavailable_and_not_unknown(world: World) -> None:
    replica = await world.replica(redis_url="redis://127.0.0.1:1/0")
    with pytest.raises(aio.AioRpcError) as caught:
        await resume(replica, "f" * 32)
    failure = errors.from_call(caught.value)
    assert (failure.code, failure.reason) == (StatusCode.UNAVAILABLE, "JOURNAL_UNAVAILABLE")
