"""What holds for every model that writes: it is paid for, bounded, left alone when it fails, and asked once for all."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from grpc import StatusCode, aio
from hsc.answer.v1 import answer_pb2
from hsc_answer.config import Settings
from hsc_answer.flows import writing
from hsc_redis.client import connect
from hsc_rpc import errors
from hsc_rpc.pressure import Stage
from prometheus_client import REGISTRY
from pydantic import ValidationError
from redis.asyncio import Redis
from support import answers
from support.wait import until

from .chat import QUESTION, TRUE, Chat, line, serving
from .conftest import SYNTH, World

FIRST_S = 1.0


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    async with serving() as served:
        yield served


def settings(chat: Chat, **more: Any) -> dict[str, Any]:
    patient = {"hsc_model": "openai", "openai_model": "a-model", "model_first_sentence_s": 30}
    return {**patient, "openai_base_url": chat.url, **more}


def metric(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_a_busy_model_is_asked_a_second_time(world: World, chat: Chat) -> None:
    chat.statuses = [503, 200]
    replica = await world.replica(**settings(chat))
    assert answers.done(await replica.ask(QUESTION)).model == "a-model"
    assert len(chat.asked) == 2


async def test_a_model_that_refuses_is_not_asked_a_second_time(world: World, chat: Chat) -> None:
    chat.statuses = [400, 200]
    replica = await world.replica(**settings(chat))
    await replica.ask(QUESTION)
    assert len(chat.asked) == 1


async def test_a_model_that_spoke_is_not_asked_a_second_time(world: World, chat: Chat) -> None:
    chat.breaks_off = True
    chat.pieces = ['{"sentence": "A fac']
    replica = await world.replica(**settings(chat))
    assert answers.done(await replica.ask(QUESTION)).reason == "MODEL_UNAVAILABLE"
    assert len(chat.asked) == 1


async def test_a_model_that_fails_again_and_again_is_left_alone(world: World, chat: Chat) -> None:
    chat.statuses = [400] * 2
    replica = await world.replica(**settings(chat, openai_model="unlucky", model_failures=2, model_rest_s=3600))
    for _ in range(3):
        assert answers.done(await replica.ask(QUESTION)).reason == "MODEL_UNAVAILABLE"
    assert len(chat.asked) == 2
    assert metric("model_circuit_open", model="unlucky") == 1


async def test_a_replica_that_is_late_lets_the_manual_speak_and_pays_no_model(
    world: World, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica = await world.replica(**settings(chat))
    with monkeypatch.context() as late:
        late.setattr(replica.server.pressure, "sheds", lambda stage: stage is Stage.MODEL)
        assert answers.done(await replica.ask(QUESTION)).reason == "MODEL_UNAVAILABLE"
    assert chat.asked == []
    assert answers.done(await replica.ask(QUESTION)).model == "a-model"


async def test_a_model_that_came_back_is_found_again(world: World, chat: Chat) -> None:
    chat.statuses = [400]
    replica = await world.replica(**settings(chat, openai_model="lucky", model_failures=1, model_rest_s=0.01))
    await replica.ask(QUESTION)

    async def back() -> bool:
        return bool(answers.done(await replica.ask(QUESTION)).model == "lucky")

    await until(back)
    assert metric("model_circuit_open", model="lucky") == 0


async def test_sentences_that_cannot_be_shown_do_not_win_a_model_time(world: World, chat: Chat) -> None:
    chat.pieces = [line("A factory reset keeps 16 user programs."), line()]
    chat.goes_on.clear()
    replica = await world.replica(**settings(chat, model_first_sentence_s=0.3))
    assert answers.done(await replica.ask(QUESTION)).model == "extractive"


async def test_an_answer_that_never_ends_is_ended(world: World, chat: Chat) -> None:
    chat.pieces = [line(), line()]
    chat.goes_on.clear()
    replica = await world.replica(**settings(chat, model_answer_s=0.5))
    events = await replica.ask(QUESTION)
    assert (answers.text(events), answers.done(events).reason) == (TRUE, "MODEL_INTERRUPTED")


async def test_a_flood_of_sentences_is_cut(world: World, chat: Chat) -> None:
    chat.pieces = [line() * 500]
    replica = await world.replica(**settings(chat))
    assert answers.kinds(await replica.ask(QUESTION)).count("chunk") == 30


async def test_tokens_are_paid_for_once_and_a_kept_answer_costs_nothing(world: World, chat: Chat) -> None:
    prices = {"model_input_usd_per_million": 0.5, "model_output_usd_per_million": 10}
    replica = await world.replica(**settings(chat, openai_model="dear", **prices))
    first, again = [answers.done(await replica.ask(QUESTION)) for _ in range(2)]
    assert first.usage.cost_usd == pytest.approx(0.00085)
    assert (again.cached, again.usage.cost_usd) == (True, 0)
    assert metric("model_cost_usd_total", model="dear") == pytest.approx(0.00085)
    assert metric("model_tokens_total", model="dear", direction="in") == 900


async def test_a_sentence_stands_on_the_passage_that_it_names_and_on_no_other(world: World, chat: Chat) -> None:
    quote = "The Tempera 2 receives on MIDI channel 1 unless another channel is chosen in SETUP."
    chat.pieces = [line(quote, quote, passage) for passage in (1, 2)]
    replica = await world.replica(**settings(chat))
    events = await replica.ask("How many voices are there on a MIDI channel?")
    assert answers.text(events) == quote


async def test_another_language_is_another_answer(world: World, chat: Chat) -> None:
    replica = await world.replica(**settings(chat))
    for language in ("en", "de", "en"):
        await replica.ask(QUESTION, language=language)
    assert len(chat.asked) == 2


async def test_a_model_is_left_when_its_last_reader_left(world: World, chat: Chat) -> None:
    chat.goes_on.clear()
    chat.pieces = [line(), line()]
    replica = await world.replica(**settings(chat, linger_s=0.05))
    call = replica.stub.Ask(answer_pb2.AskRequest(product_id=SYNTH, question=QUESTION))
    async for event in call:
        if event.HasField("chunk"):
            call.cancel()
            break
    async with asyncio.timeout(10):
        await chat.deserted.wait()


async def test_a_reader_on_another_replica_is_a_reader(world: World, chat: Chat) -> None:
    chat.pieces = [line(), ""]
    chat.goes_on.clear()
    one, other = [await world.replica(**settings(chat, linger_s=0.1)) for _ in range(2)]
    call = one.stub.Ask(answer_pb2.AskRequest(product_id=SYNTH, question=QUESTION))
    first: list[Any] = []
    async for event in call:
        first.append(event)
        if event.HasField("chunk"):
            break
    rest = other.stub.ResumeAnswer(
        answer_pb2.ResumeAnswerRequest(answer_id=first[0].answer_id, after_event=len(first) - 1)
    )
    await rest.read()  # the chunk again: now the other replica follows
    call.cancel()
    with pytest.raises(TimeoutError):  # several times as long as one lingers without readers
        async with asyncio.timeout(0.5):
            await chat.deserted.wait()
    chat.goes_on.set()
    assert answers.done([event async for event in rest]).model == "a-model"


async def test_who_asks_the_same_meanwhile_reads_along(world: World, chat: Chat) -> None:
    chat.goes_on.clear()
    chat.pieces = [line(), ""]
    replica = await world.replica(**settings(chat))
    one, other = (replica.stub.Ask(answer_pb2.AskRequest(product_id=SYNTH, question=QUESTION)) for _ in range(2))
    for call in (one, other):  # both see the sentence while the model still writes
        async for event in call:
            if event.HasField("chunk"):
                break
    chat.goes_on.set()
    ends = [[event async for event in call][-1].done for call in (one, other)]
    assert sorted(end.cached for end in ends) == [False, True]
    assert len(chat.asked) == 1


async def looks(redis: Redis) -> int:
    """How often a replica looked whether another one writes."""
    return int((await redis.info("commandstats")).get("cmdstat_exists", {}).get("calls", 0))


async def waiting(replica: Any, redis_url: str) -> asyncio.Task[Any]:
    """Ask a replica what another one is writing, and return when it waits for that."""
    async with connect(redis_url) as redis:
        before = await looks(redis)
        asking = asyncio.create_task(replica.ask(QUESTION))

        async def waits() -> bool:
            return await looks(redis) > before

        await until(waits)
    return asking


async def test_another_replica_waits_for_the_one_that_writes(world: World, chat: Chat, redis_url: str) -> None:
    chat.begins.clear()
    one, other = await world.replica(**settings(chat)), await world.replica(**settings(chat))
    first = asyncio.create_task(one.ask(QUESTION))
    await until(lambda: len(chat.asked) == 1)
    second = await waiting(other, redis_url)
    chat.begins.set()
    assert answers.text(await first) == answers.text(await second) == TRUE
    assert answers.done(await second).cached
    assert len(chat.asked) == 1


async def test_another_replica_writes_when_the_one_that_wrote_died(world: World, chat: Chat, redis_url: str) -> None:
    chat.begins.clear()
    other = await world.replica(**settings(chat))
    async with world.running(**settings(chat)) as one:
        first = one.stub.Ask(answer_pb2.AskRequest(product_id=SYNTH, question=QUESTION))
        await until(lambda: len(chat.asked) == 1)
        second = await waiting(other, redis_url)
        first.cancel()
    chat.begins.set()
    assert answers.done(await second).model == "a-model"
    assert len(chat.asked) == 2


async def test_another_replica_does_not_wait_for_ever(world: World, chat: Chat) -> None:
    chat.begins.clear()
    one, other = [await world.replica(**settings(chat, model_shared_wait_s=0.3)) for _ in range(2)]
    first = asyncio.create_task(one.ask(QUESTION))
    await until(lambda: len(chat.asked) == 1)
    second = asyncio.create_task(other.ask(QUESTION))
    await until(lambda: len(chat.asked) == 2)
    chat.begins.set()
    assert answers.text(await first) == answers.text(await second) == TRUE


@pytest.mark.parametrize(
    "image",
    [
        b"GIF89a" + bytes(20),
        b"RIFF\x00\x00\x00\x00WAVE",
        b"<svg/>",
        b"\x89PNG",
        pytest.param(b"\x89PNG\r\n\x1a\n".ljust(4 * 2**20 + 1, b"\0"), id="more than 4 MB"),
    ],
)
async def test_bytes_that_are_no_picture_name_the_field(world: World, image: bytes) -> None:
    replica = await world.replica()
    with pytest.raises(aio.AioRpcError) as caught:
        await replica.ask(QUESTION, image=image)
    failure = errors.from_call(caught.value)
    assert failure.code is StatusCode.INVALID_ARGUMENT
    assert [v.field for v in failure.violations] == ["image"]


async def test_a_model_that_hangs_is_waited_for_once_over_all_replicas(world: World, chat: Chat) -> None:
    chat.begins.clear()
    replicas = [await world.replica(**settings(chat, model_first_sentence_s=FIRST_S)) for _ in range(3)]
    began = time.monotonic()
    ends = [answers.done(events) for events in await asyncio.gather(*(each.ask(QUESTION) for each in replicas))]
    assert [end.reason for end in ends] == ["MODEL_UNAVAILABLE"] * 3
    assert time.monotonic() - began < 3 * FIRST_S


async def test_a_manual_that_is_replaced_meanwhile_changes_no_answer(world: World, chat: Chat) -> None:
    chat.begins.clear()
    replica = await world.replica(**settings(chat))
    answer = asyncio.create_task(replica.ask(QUESTION))
    await until(lambda: len(chat.asked) == 1)
    world.ingest.revision = 2
    chat.begins.set()
    events = await answer
    assert {e.citation.manual_id for e in events if e.HasField("citation")} == {"m1"}
    assert answers.text(events) == TRUE


def test_a_model_that_says_nothing_has_given_way_within_two_seconds() -> None:
    assert Settings.model_fields["model_first_sentence_s"].default < 2


@pytest.mark.parametrize(
    ("chosen", "missing"),
    [
        ({"hsc_model": "gemini"}, "HSC_MODEL=gemini needs GEMINI_API_KEY"),
        ({"hsc_model": "google-generativeai"}, "HSC_MODEL=google-generativeai needs GEMINI_API_KEY"),
        ({"hsc_model": "openai"}, "HSC_MODEL=openai needs OPENAI_BASE_URL and OPENAI_MODEL"),
        ({"hsc_model": "openai", "openai_base_url": "http://localhost/v1"}, "HSC_MODEL=openai needs OPENAI_MODEL"),
    ],
)
async def test_a_model_without_what_it_needs_is_named_at_start(
    world: World, chosen: dict[str, str], missing: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(**{**world.settings, **chosen})
    (fault,) = caught.value.errors()
    assert fault["msg"] == f"Value error, {missing}"


async def test_the_receipt_lists_the_passages_that_the_model_saw_and_no_other(
    world: World, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MODEL_WORDS", 10)
    replica = await world.replica(**settings(chat, openai_model="narrow"))
    answer_id = (await replica.ask(QUESTION))[0].answer_id
    kept = (await replica.stub.GetAnswer(answer_pb2.GetAnswerRequest(answer_id=answer_id))).answer
    (passage,) = kept.passages
    (asked,) = chat.asked
    shown = asked["messages"][1]["content"]
    assert passage.text in shown
    assert "[2]" not in shown
