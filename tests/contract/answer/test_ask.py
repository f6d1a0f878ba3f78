"""AnswerService/Ask: a cited answer, an honest silence, or the reason why there is no manual."""

import asyncio
from typing import Any

import pytest
from grpc import StatusCode, aio
from hsc.answer.v1 import answer_pb2
from hsc_answer.flows import writing
from hsc_rpc import errors
from support import answers
from support.wait import until

from .conftest import SYNTH, World


async def test_an_answer_stands_on_the_page_it_cites(replica: Any) -> None:
    events = await replica.ask("How do I do a factory reset?")
    done = answers.done(events)
    assert done.outcome == answer_pb2.ANSWER_OUTCOME_ANSWERED
    assert "SHIFT" in answers.text(events)
    assert set(answers.pages(events)) == {17}


async def test_events_are_numbered_without_gaps_and_name_their_answer(replica: Any) -> None:
    events = await replica.ask("How do I do a factory reset?")
    assert [event.event for event in events] == list(range(1, len(events) + 1))
    assert {event.answer_id for event in events} == {answers.done(events).answer_id}


async def test_each_chunk_rests_on_citations_that_came_before_it(replica: Any) -> None:
    known: set[int] = set()
    for event in await replica.ask("How do I do a factory reset?"):
        if event.HasField("citation"):
            known.add(event.citation.index)
        if event.HasField("chunk"):
            assert event.chunk.citation_indexes
            assert known.issuperset(event.chunk.citation_indexes)


async def test_the_catalogue_gives_brand_and_related_products_beside_the_answer(replica: Any) -> None:
    (context,) = [e.context for e in await replica.ask("How many voices does it have?") if e.HasField("context")]
    assert context.brand.name == "Lumen"
    assert [related.product.name for related in context.related] == ["Tempera Gig Bag"]


async def test_a_question_the_manual_is_silent_on_gets_the_nearest_passages_and_no_words(replica: Any) -> None:
    events = await replica.ask("Can I wash the dog with shampoo in winter?")
    assert answers.done(events).outcome == answer_pb2.ANSWER_OUTCOME_NOT_IN_MANUAL
    assert "chunk" not in answers.kinds(events)


async def test_evidence_that_is_too_weak_is_shown_and_nothing_is_said(replica: Any) -> None:
    events = await replica.ask("Does the power of the sea press the key of the sound in Paris?")
    assert answers.done(events).outcome == answer_pb2.ANSWER_OUTCOME_NOT_IN_MANUAL
    assert answers.kinds(events).count("citation") == 3
    assert "chunk" not in answers.kinds(events)


async def test_a_product_without_a_document_says_so_and_what_to_do(replica: Any) -> None:
    done = answers.done(await replica.ask("How do I fold it?", product_id="stand"))
    assert done.outcome == answer_pb2.ANSWER_OUTCOME_NO_MANUAL
    assert done.reason == "NO_DOCUMENT"
    assert done.hint


async def test_a_manual_that_could_not_be_fetched_is_the_reason(world: World) -> None:
    world.ingest.read.clear()
    world.ingest.fails = "DOCUMENT_NOT_FOUND"
    replica = await world.replica()
    done = answers.done(await replica.ask("How do I do a factory reset?"))
    assert (done.outcome, done.reason) == (answer_pb2.ANSWER_OUTCOME_NO_MANUAL, "DOCUMENT_NOT_FOUND")


async def test_an_answer_waits_for_its_manual_and_tells_how_far_it_is(world: World) -> None:
    world.ingest.read.clear()
    replica = await world.replica()
    call = replica.stub.Ask(answer_pb2.AskRequest(product_id=SYNTH, question="How many voices does it have?"))
    stages: list[str] = []
    events = []
    async for event in call:
        events.append(event)
        if event.HasField("status"):
            stages.append(event.status.stage)
        if stages == ["fetching"]:
            world.ingest.read.set()
    assert stages[:3] == ["fetching", "parsing", "found"]
    assert "16 voices" in answers.text(events)
    assert world.ingest.questions == 1


async def test_an_unknown_product_is_not_found_before_any_event(replica: Any) -> None:
    with pytest.raises(aio.AioRpcError) as caught:
        await replica.ask("How?", product_id="nothing")
    failure = errors.from_call(caught.value)
    assert (failure.code, failure.reason) == (StatusCode.NOT_FOUND, "PRODUCT_UNKNOWN")


@pytest.mark.parametrize("question", ["", "   \n", "x" * 100_000])
async def test_a_question_that_is_none_names_the_field(replica: Any, question: str) -> None:
    with pytest.raises(aio.AioRpcError) as caught:
        await replica.ask(question)
    assert [v.field for v in errors.from_call(caught.value).violations] == ["question"]


@pytest.mark.parametrize("question", ["\x00\x01\x02 reset", "ᚠᚢᚦᚨᚱᚲ", "؟؟؟", "😀" * 50, "the the the"])
async def test_a_question_in_no_known_language_gets_a_typed_outcome(replica: Any, question: str) -> None:
    assert answers.done(await replica.ask(question)).outcome


async def test_the_same_question_again_is_served_from_the_cache(replica: Any) -> None:
    first = await replica.ask("How many voices does it have?")
    again = await replica.ask("how many VOICES does it have")
    assert not answers.done(first).cached
    assert answers.done(again).cached
    assert answers.text(again) == answers.text(first)
    assert answers.done(again).answer_id != answers.done(first).answer_id


async def test_what_one_replica_wrote_another_one_serves(world: World) -> None:
    one, other = await world.replica(), await world.replica()
    first = await one.ask("How many voices does it have?")
    again = await other.ask("How many voices does it have?")
    assert answers.done(again).cached
    assert answers.text(again) == answers.text(first)


async def test_a_changed_manual_never_serves_an_old_answer(world: World, replica: Any) -> None:
    await replica.ask("How many voices does it have?")
    world.ingest.revision = 2

    async def from_the_new_manual() -> bool:
        events = await replica.ask("How many voices does it have?")
        return {e.citation.manual_id for e in events if e.HasField("citation")} == {"m2"}

    await until(from_the_new_manual)


async def test_an_answer_of_another_prompt_version_is_not_served(replica: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    await replica.ask("How many voices does it have?")
    monkeypatch.setattr(writing, "PROMPT_VERSION", "another")
    assert not answers.done(await replica.ask("How many voices does it have?")).cached


async def test_the_same_request_is_the_same_answer(world: World, session_id: str) -> None:
    one, other = await world.replica(), await world.replica()
    question = "How many voices does it have?"
    first, second = await asyncio.gather(
        one.ask(question, request_id="r1", session_id=session_id),
        other.ask(question, request_id="r1", session_id=session_id),
    )
    assert answers.done(first).answer_id == answers.done(second).answer_id
    assert answers.text(first) == answers.text(second)


async def test_a_picture_is_said_not_to_be_looked_at(replica: Any) -> None:
    done = answers.done(await replica.ask("How many voices does it have?", image=b"\x89PNG\r\n\x1a\n"))
    assert (done.outcome, done.reason) == (answer_pb2.ANSWER_OUTCOME_ANSWERED, "IMAGE_NOT_READ")


async def test_answers_go_on_without_the_cache_and_the_state_redis(world: World) -> None:
    nowhere = "redis://127.0.0.1:1/0"
    replica = await world.replica(redis_url=nowhere, redis_cache_url=nowhere)
    assert "16 voices" in answers.text(await replica.ask("How many voices does it have?"))
