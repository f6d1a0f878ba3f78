"""GetAnswer, RateAnswer, ListRatedAnswers: what is kept of an answer, and what readers said of it."""

from typing import Any

import pytest
from grpc import StatusCode, aio
from hsc.answer.v1 import answer_pb2
from hsc.audit.v1 import audit_pb2, audit_pb2_grpc
from hsc_answer.adapters import receipts
from hsc_answer.flows import writing
from hsc_redis.client import connect
from hsc_rpc import errors
from prometheus_client import REGISTRY
from psycopg import AsyncConnection
from support import answers
from support.wait import until

from .conftest import SYNTH, TOKEN, World

QUESTION = "How many voices does it have?"
ADMIN = (("authorization", f"Bearer {TOKEN}"),)


async def receipt(replica: Any, answer_id: str) -> Any:
    return (await replica.stub.GetAnswer(answer_pb2.GetAnswerRequest(answer_id=answer_id))).answer


async def test_a_receipt_is_there_as_soon_as_the_answer_is(replica: Any) -> None:
    events = await replica.ask(QUESTION)
    kept = await receipt(replica, events[0].answer_id)
    assert kept.question == QUESTION
    assert [c.text for c in kept.chunks] == [e.chunk.text for e in events if e.HasField("chunk")]
    assert kept.manuals[0].sha256
    assert kept.passages
    assert kept.model == "extractive"


async def test_a_receipt_says_how_the_answer_came_about(replica: Any) -> None:
    first, again = [await receipt(replica, (await replica.ask(QUESTION))[0].answer_id) for _ in range(2)]
    assert [(m.revision, m.title) for m in first.manuals] == [(1, "Tempera 2 Reference")]
    assert first.product_id == SYNTH
    assert first.prompt_version == writing.PROMPT_VERSION
    assert first.timings.total_us >= first.timings.search_us > 0
    assert first.HasField("usage")
    assert (first.cached, again.cached) == (False, True)


async def test_a_pause_of_the_database_stops_no_answer_and_loses_no_receipt(world: World, postgres_url: str) -> None:
    replica = await world.replica()
    async with await AsyncConnection.connect(postgres_url) as other:
        await other.execute("LOCK TABLE answer.answers IN ACCESS EXCLUSIVE MODE")
        events = await replica.ask(QUESTION)
        assert answers.done(events).outcome == answer_pb2.ANSWER_OUTCOME_ANSWERED
    assert (await receipt(replica, events[0].answer_id)).question == QUESTION


async def test_no_more_receipts_wait_than_allowed_and_those_let_go_are_counted(
    world: World, postgres_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "MOST_WAITING", 2)
    replica = await world.replica()
    before = REGISTRY.get_sample_value("receipts_dropped_total") or 0.0
    async with await AsyncConnection.connect(postgres_url) as other, connect(redis_url) as redis:
        await other.execute("LOCK TABLE answer.answers IN ACCESS EXCLUSIVE MODE")
        for _ in range(5):
            await replica.ask(QUESTION)
        assert await redis.xlen(receipts.STREAM) == 2
    assert REGISTRY.get_sample_value("receipts_dropped_total") == before + 3


async def test_a_receipt_outlives_the_buffer(world: World, state_valkey: Any) -> None:
    replica = await world.replica()
    answer_id = (await replica.ask(QUESTION))[0].answer_id
    request = answer_pb2.RateAnswerRequest(answer_id=answer_id, verdict=answer_pb2.VERDICT_HELPFUL)
    await replica.stub.RateAnswer(request)
    state_valkey.flush()
    assert (await receipt(replica, answer_id)).verdict == answer_pb2.VERDICT_HELPFUL


async def test_the_last_verdict_counts(replica: Any) -> None:
    answer_id = (await replica.ask(QUESTION))[0].answer_id
    for verdict, reason in ((answer_pb2.VERDICT_HELPFUL, ""), (answer_pb2.VERDICT_NOT_HELPFUL, "wrong page")):
        request = answer_pb2.RateAnswerRequest(answer_id=answer_id, verdict=verdict, reason=reason)
        await replica.stub.RateAnswer(request)
    kept = await receipt(replica, answer_id)
    assert (kept.verdict, kept.verdict_reason) == (answer_pb2.VERDICT_NOT_HELPFUL, "wrong page")


async def test_rated_answers_are_listed_page_by_page_newest_first(replica: Any) -> None:
    rated = []
    for number in range(3):
        answer_id = (await replica.ask(QUESTION))[0].answer_id
        request = answer_pb2.RateAnswerRequest(
            answer_id=answer_id, verdict=answer_pb2.VERDICT_NOT_HELPFUL, reason=f"no {number}"
        )
        await replica.stub.RateAnswer(request)
        rated.append(answer_id)
    listed: list[str] = []
    token = ""
    for _ in rated:
        page = await replica.stub.ListRatedAnswers(
            answer_pb2.ListRatedAnswersRequest(page_size=1, page_token=token, verdict=answer_pb2.VERDICT_NOT_HELPFUL),
            metadata=ADMIN,
        )
        listed += [answer.answer_id for answer in page.answers]
        token = page.next_page_token
    assert listed == rated[::-1]


async def test_rated_answers_are_for_admins(replica: Any) -> None:
    with pytest.raises(aio.AioRpcError) as caught:
        await replica.stub.ListRatedAnswers(answer_pb2.ListRatedAnswersRequest())
    assert caught.value.code() is StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize("call", ["GetAnswer", "RateAnswer"])
async def test_an_answer_nobody_gave_is_not_found(replica: Any, call: str) -> None:
    requests = {
        "GetAnswer": answer_pb2.GetAnswerRequest(answer_id="0" * 32),
        "RateAnswer": answer_pb2.RateAnswerRequest(answer_id="0" * 32, verdict=answer_pb2.VERDICT_HELPFUL),
    }
    with pytest.raises(aio.AioRpcError) as caught:
        await getattr(replica.stub, call)(requests[call])
    assert errors.from_call(caught.value).reason == "ANSWER_UNKNOWN"


async def test_every_answer_that_is_kept_is_one_link_of_the_audit_chain(replica: Any) -> None:
    answer_ids = {(await replica.ask(QUESTION))[0].answer_id for _ in range(3)}
    stub = audit_pb2_grpc.AuditServiceStub(replica.channel)

    async def subjects() -> bool:
        events = (await stub.ListEvents(audit_pb2.ListEventsRequest(), metadata=ADMIN)).events
        return answer_ids <= {event.subject for event in events}

    await until(subjects)
    (chain,) = (await stub.Verify(audit_pb2.VerifyRequest(), metadata=ADMIN)).chains
    assert (chain.service, chain.intact) == ("answer", True)
