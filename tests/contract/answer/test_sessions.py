"""GetSession, DeleteSession: a conversation, and its end."""

from typing import Any

import pytest
from grpc import StatusCode, aio
from hsc.answer.v1 import answer_pb2
from hsc_answer.adapters.receipts import STREAM
from hsc_redis.client import connect
from hsc_rpc import errors
from redis.asyncio import Redis
from support import answers
from support.wait import until

from .conftest import SYNTH, World

# It has no word of its own.
FOLLOW_UP = "and how do I do that?"
ANSWERED, NOT_IN_MANUAL = answer_pb2.ANSWER_OUTCOME_ANSWERED, answer_pb2.ANSWER_OUTCOME_NOT_IN_MANUAL


async def turns(replica: Any, session_id: str) -> list[Any]:
    response = await replica.stub.GetSession(answer_pb2.GetSessionRequest(session_id=session_id))
    return list(response.turns)


async def test_any_replica_knows_the_conversation(world: World, session_id: str) -> None:
    one, other = await world.replica(), await world.replica()
    events = await one.ask("How many voices does it have?", session_id=session_id)
    (turn,) = await turns(other, session_id)
    assert (turn.question, turn.product_id) == ("How many voices does it have?", SYNTH)
    assert turn.answer_id == answers.done(events).answer_id
    assert turn.asked_at.seconds


async def test_a_follow_up_is_understood_from_the_question_before(replica: Any, session_id: str) -> None:
    await replica.ask("How do I do a factory reset?", session_id=session_id)
    assert answers.done(await replica.ask(FOLLOW_UP, session_id=session_id)).outcome == ANSWERED
    assert answers.done(await replica.ask(FOLLOW_UP)).outcome == NOT_IN_MANUAL


async def test_a_question_about_another_product_is_nothing_to_go_on_from(replica: Any, session_id: str) -> None:
    await replica.ask("How do I do a factory reset?", product_id="stand", session_id=session_id)
    assert answers.done(await replica.ask(FOLLOW_UP, session_id=session_id)).outcome == NOT_IN_MANUAL


async def test_a_deleted_conversation_is_gone_with_its_receipts(replica: Any, session_id: str) -> None:
    answer_id = (await replica.ask("How many voices does it have?", session_id=session_id))[0].answer_id
    await replica.stub.DeleteSession(answer_pb2.DeleteSessionRequest(session_id=session_id))
    assert await turns(replica, session_id) == []
    for call in (
        replica.stub.GetAnswer(answer_pb2.GetAnswerRequest(answer_id=answer_id)),
        replica.stub.ResumeAnswer(answer_pb2.ResumeAnswerRequest(answer_id=answer_id)).read(),
    ):
        with pytest.raises(aio.AioRpcError) as caught:
            await call
        assert errors.from_call(caught.value).reason == "ANSWER_UNKNOWN"


async def test_an_answer_that_was_on_its_way_when_its_conversation_was_deleted_does_not_come_back(
    world: World, session_id: str, redis_url: str
) -> None:
    one, other = await world.replica(), await world.replica()
    world.ingest.read.clear()
    answer_id = ""
    async for event in one.stub.Ask(
        answer_pb2.AskRequest(product_id=SYNTH, question="How many voices does it have?", session_id=session_id)
    ):
        if not answer_id:
            answer_id = event.answer_id
            await other.stub.DeleteSession(answer_pb2.DeleteSessionRequest(session_id=session_id))
            world.ingest.read.set()
    await until(lambda: unknown(other, answer_id))
    async with connect(redis_url) as redis:
        await until(lambda: nothing_waits(redis))
    assert await unknown(other, answer_id)
    assert await turns(other, session_id) == []


async def test_an_answer_is_whole_where_its_conversation_cannot_be_kept(world: World, session_id: str) -> None:
    replica = await world.replica(redis_url="redis://127.0.0.1:1")
    events = await replica.ask("How many voices does it have?", session_id=session_id)
    assert answers.done(events).outcome == ANSWERED


async def test_a_conversation_can_be_begun_anew_under_its_old_id(replica: Any, session_id: str) -> None:
    await replica.stub.DeleteSession(answer_pb2.DeleteSessionRequest(session_id=session_id))
    events = await replica.ask("How many voices does it have?", session_id=session_id)
    assert [turn.answer_id for turn in await turns(replica, session_id)] == [events[0].answer_id]


async def unknown(replica: Any, answer_id: str) -> bool:
    """Whether nothing of an answer can be had any more."""
    try:
        await replica.stub.GetAnswer(answer_pb2.GetAnswerRequest(answer_id=answer_id))
    except aio.AioRpcError as error:
        return errors.from_call(error).reason == "ANSWER_UNKNOWN"
    return False


async def nothing_waits(redis: Redis) -> bool:
    return not await redis.xlen(STREAM)


async def test_deleting_twice_does_no_harm(replica: Any, session_id: str) -> None:
    for _ in range(2):
        await replica.stub.DeleteSession(answer_pb2.DeleteSessionRequest(session_id=session_id))


async def test_an_id_that_could_be_guessed_is_refused(replica: Any) -> None:
    with pytest.raises(aio.AioRpcError) as caught:
        await turns(replica, "session-1")
    failure = errors.from_call(caught.value)
    assert failure.code is StatusCode.INVALID_ARGUMENT
    assert [v.field for v in failure.violations] == ["session_id"]
