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


async def test_an_answer_whose_writer_died_is_continued_where_it_stopped(world: World, redis_url: str) -> None:
    replica = await world.replica()
    whole = await replica.ask(QUESTION)
    dead = "d" * 32
    async with connect(redis_url) as redis:
        journal = RedisJournal(redis, 60)
        await journal.open(dead, Question(SYNTH, QUESTION), repeatable=True)
        for event in whole[:5]:
            entry = answer_pb2.AskResponse(answer_id=dead)
            entry.MergeFrom(event)
            await redis.xadd(f"answer:{dead}:events", {"event": entry.SerializeToString()}, id=f"0-{event.event}")
    rest = await resume(replica, dead, 3)
    assert [event.event for event in rest] == list(range(4, 4 + len(rest)))
    assert answers.text([*whole[:3], *rest]) == answers.text(whole)
    assert answers.done(rest).outcome == answer_pb2.ANSWER_OUTCOME_ANSWERED


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
