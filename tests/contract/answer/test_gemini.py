"""Answers written by Gemini: a local server speaks its protocol, well and badly."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from hsc.answer.v1 import answer_pb2
from support import answers

from .conftest import World

QUESTION = "How do I do a factory reset?"
QUOTE = "A factory reset erases all user programs."


def line(sentence: str, quote: str = QUOTE, passage: int = 1) -> str:
    return json.dumps({"sentence": sentence, "passage": passage, "quote": quote}) + "\n"


class Model:
    """Says what a test gives it, piece by piece, and remembers what it was asked."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.status = 200
        self.hangs = asyncio.Event()
        self.hangs.set()
        self.asked: list[dict[str, Any]] = []
        self.breaks_off = False
        self.ends = "STOP"
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        assert request.path.endswith(":streamGenerateContent")
        self.asked.append(await request.json())
        if self.status != 200:
            return web.json_response(
                {"error": {"code": self.status, "message": "no", "status": "X"}}, status=self.status
            )
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        if self.breaks_off:
            response.content_length = 1_000_000
        await response.prepare(request)
        await self.hangs.wait()
        for piece in self.pieces:
            said = {"candidates": [{"content": {"role": "model", "parts": [{"text": piece}]}}]}
            await response.write(f"data: {json.dumps(said)}\r\n\r\n".encode())
        if self.breaks_off:
            assert request.transport is not None
            request.transport.close()
            return response
        usage = {
            "candidates": [{"finishReason": self.ends}],
            "usageMetadata": {"promptTokenCount": 900, "candidatesTokenCount": 40, "thoughtsTokenCount": 2},
        }
        await response.write(f"data: {json.dumps(usage)}\r\n\r\n".encode())
        return response


@pytest.fixture
async def model() -> AsyncIterator[Model]:
    served = Model()
    app = web.Application()
    app.router.add_post("/{path:.*}", served.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    served.url = f"http://{host}:{port}"
    yield served
    served.hangs.set()
    await runner.cleanup()


PATIENT = {"hsc_model": "gemini", "gemini_api_key": "a-key", "model_first_sentence_s": 30}


@pytest.fixture
async def gemini(world: World, model: Model) -> Any:
    return await world.replica(**PATIENT, gemini_base_url=model.url)


async def test_a_models_sentence_is_shown_with_the_quote_that_supports_it(gemini: Any, model: Model) -> None:
    whole = line("A factory reset erases all user programs.")
    model.pieces = [whole[:20], whole[20:]]
    events = await gemini.ask(QUESTION)
    done = answers.done(events)
    assert answers.text(events) == "A factory reset erases all user programs."
    assert [e.citation.quote for e in events if e.HasField("citation")] == [QUOTE]
    assert (done.outcome, done.model) == (answer_pb2.ANSWER_OUTCOME_ANSWERED, "gemini-2.5-flash")
    assert (done.usage.input_tokens, done.usage.output_tokens) == (900, 42)


@pytest.mark.parametrize(
    "untrue",
    [
        line("A factory reset keeps 16 user programs."),
        line("A factory reset does not erase user programs."),
        line("It resets.", quote="This sentence is nowhere in the manual."),
        line("A factory reset erases all user programs.", passage=99),
    ],
)
async def test_a_sentence_the_manual_does_not_carry_is_never_shown(gemini: Any, model: Model, untrue: str) -> None:
    model.pieces = [untrue, line("A factory reset erases all user programs.")]
    assert answers.text(await gemini.ask(QUESTION)) == "A factory reset erases all user programs."


async def test_a_model_that_hangs_gives_way_to_the_manuals_own_words(world: World, model: Model) -> None:
    model.hangs.clear()
    impatient = {**PATIENT, "model_first_sentence_s": 0.2}
    replica = await world.replica(**impatient, gemini_base_url=model.url)
    events = await replica.ask(QUESTION)
    done = answers.done(events)
    assert (done.model, done.reason) == ("extractive", "MODEL_UNAVAILABLE")
    assert "SHIFT" in answers.text(events)


@pytest.mark.parametrize("status", [400, 429, 500, 503])
async def test_a_model_that_refuses_gives_way_to_the_manuals_own_words(gemini: Any, model: Model, status: int) -> None:
    model.status = status
    done = answers.done(await gemini.ask(QUESTION))
    assert (done.model, done.reason) == ("extractive", "MODEL_UNAVAILABLE")


@pytest.mark.parametrize("garbage", ["", "I am a language model.", "{}", "\x00\x00", '{"sentence": 5}\n', "[" * 5000])
async def test_a_model_that_talks_nonsense_gives_way_to_the_manuals_own_words(
    gemini: Any, model: Model, garbage: str
) -> None:
    model.pieces = [garbage]
    done = answers.done(await gemini.ask(QUESTION))
    assert (done.outcome, done.model) == (answer_pb2.ANSWER_OUTCOME_ANSWERED, "extractive")


async def test_the_manual_reaches_the_model_as_fenced_data(gemini: Any, model: Model) -> None:
    model.pieces = [line("A factory reset erases all user programs.")]
    await gemini.ask(QUESTION)
    (asked,) = model.asked
    said = asked["contents"][0]["parts"][0]["text"]
    told = asked["systemInstruction"]["parts"][0]["text"]
    fence = next(part for part in said.split("\n\n") if len(part) == 16 and part in told)
    assert said.count(fence) == 2
    assert said.index(QUOTE) < said.rindex(fence)


async def test_an_interrupted_answer_shows_what_is_verified_and_says_so(gemini: Any, model: Model) -> None:
    model.pieces = [line("A factory reset erases all user programs.")]
    model.breaks_off = True
    events = await gemini.ask(QUESTION)
    assert answers.text(events) == "A factory reset erases all user programs."
    assert answers.done(events).reason == "MODEL_INTERRUPTED"


@pytest.mark.parametrize("ends", ["MAX_TOKENS", "SAFETY"])
async def test_an_answer_that_was_cut_says_so(gemini: Any, model: Model, ends: str) -> None:
    model.pieces, model.ends = [line("A factory reset erases all user programs.")], ends
    events = await gemini.ask(QUESTION)
    assert answers.text(events) == "A factory reset erases all user programs."
    assert answers.done(events).reason == "MODEL_INTERRUPTED"


@pytest.mark.parametrize(("status", "times"), [(400, 1), (429, 2), (503, 2)])
async def test_only_what_may_pass_is_tried_a_second_time(gemini: Any, model: Model, status: int, times: int) -> None:
    model.status = status
    await gemini.ask(QUESTION)
    assert len(model.asked) == times


async def test_it_does_not_think_unless_told_to(world: World, gemini: Any, model: Model) -> None:
    await gemini.ask(QUESTION)
    pensive = await world.replica(**PATIENT, gemini_base_url=model.url, gemini_thinking_tokens=-1)
    await pensive.ask("How many voices does it have?")
    silent, free = [asked["generationConfig"] for asked in model.asked]
    assert silent["thinkingConfig"] == {"thinking_budget": 0}
    assert "thinkingConfig" not in free
    assert free["maxOutputTokens"] > silent["maxOutputTokens"]
