"""HandOver: the conversation up to an answer goes to the shop's help desk, once."""

from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest
from grpc import StatusCode, aio
from hsc.answer.v1 import answer_pb2, answer_pb2_grpc
from hsc.audit.v1 import audit_pb2, audit_pb2_grpc
from hsc_answer.adapters import helpdesk
from hsc_answer.config import Settings
from hsc_rpc import errors
from pydantic import ValidationError

from .conftest import SYNTH, TOKEN, World
from .desk import Desk, serving

ADMIN = (("authorization", f"Bearer {TOKEN}"),)
RESET, VOICES = "How do I do a factory reset?", "How many voices does it have?"
CONTACT = "dana@example.com"


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with serving() as desk:
        yield desk


@pytest.fixture
async def shop(world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An answer service with a help desk."""
    monkeypatch.setattr(helpdesk, "BACKOFF_S", 0.0)
    return await world.replica(
        handover_webhook_url=desk.url, handover_webhook_token="of-the-desk", public_url="https://help.example/"
    )


async def hand_over(replica: Any, answer_id: str, **fields: str) -> answer_pb2.HandOverResponse:
    """Call once: the services' own channels would call again while it is UNAVAILABLE."""
    options = [("grpc.enable_retries", 0)]
    async with aio.insecure_channel(f"127.0.0.1:{replica.server.port}", options=options) as channel:
        request = answer_pb2.HandOverRequest(answer_id=answer_id, **fields)
        response: answer_pb2.HandOverResponse = await answer_pb2_grpc.AnswerServiceStub(channel).HandOver(request)
    return response


async def ask(replica: Any, question: str, session_id: str = "") -> str:
    events = await replica.ask(question, session_id=session_id)
    return str(events[0].answer_id)


async def test_the_help_desk_is_told_the_whole_conversation(shop: Any, desk: Desk, session_id: str) -> None:
    first, second = await ask(shop, RESET, session_id), await ask(shop, VOICES, session_id)
    await ask(shop, "How slim are the keys?", session_id)
    taken = await hand_over(shop, second, session_id=session_id, note="It has more!", contact=CONTACT)
    (told,) = desk.taken
    assert taken.delivered
    assert told["hand_over_id"] == taken.hand_over_id
    assert (told["note"], told["contact"]) == ("It has more!", CONTACT)
    assert told["product"] == {"product_id": SYNTH, "name": "Tempera 2"}
    assert told["receipt_url"] == f"https://help.example/a/{second}"
    assert [(turn["question"], turn["answer_id"]) for turn in told["transcript"]] == [(RESET, first), (VOICES, second)]
    assert "16 voices" in told["transcript"][1]["answer"]
    assert [cited["page_start"] for cited in told["transcript"][1]["citations"]] == [24]
    assert any(passage["page_start"] == 24 for passage in told["passages"])


async def test_the_help_desk_knows_who_calls_and_which_hand_over_it_is(shop: Any, desk: Desk) -> None:
    taken = await hand_over(shop, await ask(shop, VOICES))
    assert desk.headers[0]["authorization"] == "Bearer of-the-desk"
    assert desk.headers[0]["idempotency-key"] == taken.hand_over_id


async def test_an_answer_is_handed_over_once(shop: Any, desk: Desk) -> None:
    answer_id = await ask(shop, VOICES)
    first, second = await hand_over(shop, answer_id), await hand_over(shop, answer_id)
    assert first == second
    assert len(desk.taken) == 1


async def test_a_conversation_that_the_answer_is_not_of_is_not_sent(shop: Any, desk: Desk, session_id: str) -> None:
    await ask(shop, RESET, session_id)
    await hand_over(shop, await ask(shop, VOICES), session_id=session_id)
    assert [turn["question"] for turn in desk.taken[0]["transcript"]] == [VOICES]


async def test_a_help_desk_that_stumbles_is_asked_again_under_the_same_id(shop: Any, desk: Desk) -> None:
    desk.statuses = [503, 429]
    taken = await hand_over(shop, await ask(shop, VOICES))
    assert taken.delivered
    assert [told["hand_over_id"] for told in desk.taken] == [taken.hand_over_id] * 3


@pytest.mark.parametrize(("status", "tries"), [(503, 3), (302, 1), (401, 1)])
async def test_a_help_desk_that_does_not_take_it_is_said_so(shop: Any, desk: Desk, status: int, tries: int) -> None:
    desk.statuses = [status] * 3
    answer_id = await ask(shop, VOICES)
    with pytest.raises(aio.AioRpcError) as caught:
        await hand_over(shop, answer_id)
    failure = errors.from_call(caught.value)
    assert (failure.code, failure.reason) == (StatusCode.UNAVAILABLE, "HANDOVER_FAILED")
    assert failure.retry_after_s
    assert len(desk.taken) == tries


async def test_what_failed_is_handed_over_by_the_next_call_under_the_same_id(shop: Any, desk: Desk) -> None:
    desk.statuses = [400]
    answer_id = await ask(shop, VOICES)
    with pytest.raises(aio.AioRpcError):
        await hand_over(shop, answer_id)
    taken = await hand_over(shop, answer_id)
    assert taken.delivered
    assert {told["hand_over_id"] for told in desk.taken} == {taken.hand_over_id}


async def test_without_a_help_desk_the_asker_is_told_so(replica: Any) -> None:
    taken = await hand_over(replica, await ask(replica, VOICES))
    assert taken.hand_over_id
    assert not taken.delivered


async def test_an_answer_nobody_gave_is_not_handed_over(shop: Any, desk: Desk) -> None:
    with pytest.raises(aio.AioRpcError) as caught:
        await hand_over(shop, "0" * 32)
    assert errors.from_call(caught.value).reason == "ANSWER_UNKNOWN"
    assert not desk.taken


async def test_neither_note_nor_contact_is_kept(shop: Any, world: World, session_id: str) -> None:
    answer_id = await ask(shop, VOICES, session_id)
    await hand_over(shop, answer_id, session_id=session_id, note="It has more!", contact=CONTACT)
    async with await psycopg.AsyncConnection.connect(world.settings["database_url"]) as connection:
        cursor = await connection.execute(
            "SELECT coalesce(string_agg(r::text, ' '), '') FROM ("
            " SELECT h::text AS r FROM answer.hand_overs h UNION ALL SELECT a::text FROM answer.answers a"
            " UNION ALL SELECT e::text FROM answer.audit_events e) everything"
        )
        (kept,) = await cursor.fetchone() or ("",)
    assert answer_id in kept
    for said in (CONTACT, "It has more!"):
        assert said not in kept
        assert said.encode().hex() not in kept


async def test_what_a_help_desk_took_is_audited(shop: Any) -> None:
    answer_id = await ask(shop, VOICES)
    await hand_over(shop, answer_id)
    stub = audit_pb2_grpc.AuditServiceStub(shop.channel)
    events = (await stub.ListEvents(audit_pb2.ListEventsRequest(), metadata=ADMIN)).events
    assert ("HandOver", answer_id) in [(event.kind, event.subject) for event in events]


@pytest.mark.parametrize("url", ["http://desk.example/tickets", "ftp://desk.example", "desk.example", "https://"])
def test_a_help_desk_is_reached_over_tls_or_not_at_all(world: World, url: str) -> None:
    with pytest.raises(ValidationError, match="https://"):
        Settings(**world.settings, handover_webhook_url=url)
