"""Answers written through the retired package: a local gRPC server speaks GenerativeService, well and badly."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from grpc import StatusCode, aio, method_handlers_generic_handler, unary_stream_rpc_method_handler
from hsc.answer.v1 import answer_pb2
from support import answers

from .chat import QUESTION, QUOTE, TRUE, line
from .conftest import World

api: Any = pytest.importorskip(
    "google.ai.generativelanguage_v1beta",
    reason="the extra google-generativeai of hsc-answer is not installed; docs/answering-models.md says how",
)
METHOD = "StreamGenerateContent"
SERVICE = "google.ai.generativelanguage.v1beta.GenerativeService"
PICTURE = b"\xff\xd8\xff" + bytes(20)


class Service:
    """Says what a test gives it, piece by piece, and remembers what it was asked."""

    def __init__(self) -> None:
        self.port = 0
        self.pieces = [line()]
        self.codes: list[StatusCode] = []
        self.ends = "STOP"
        self.breaks_off = False
        self.asked: list[Any] = []
        self.metadata: list[dict[str, Any]] = []
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def stream(self, request: Any, context: Any) -> AsyncIterator[Any]:
        self.asked.append(request)
        self.metadata.append(dict(context.invocation_metadata()))
        if self.codes:
            await context.abort(self.codes.pop(0), "no")
        await self.goes_on.wait()
        for piece in self.pieces:
            yield self._response(piece)
        if self.breaks_off:
            await context.abort(StatusCode.UNAVAILABLE, "gone")
        yield self._response("", self.ends)

    def _response(self, text: str, ends: str = "") -> Any:
        candidate: dict[str, Any] = {"content": {"role": "model", "parts": [{"text": text}]}}
        usage = {}
        if ends:
            candidate["finish_reason"] = ends
            usage = {"prompt_token_count": 900, "candidates_token_count": 40}
        return api.GenerateContentResponse(candidates=[candidate], usage_metadata=usage)

    def handlers(self) -> Any:
        request, response = api.GenerateContentRequest, api.GenerateContentResponse
        handler = unary_stream_rpc_method_handler(
            self.stream, request_deserializer=request.deserialize, response_serializer=response.serialize
        )
        return method_handlers_generic_handler(SERVICE, {METHOD: handler})


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    served = Service()
    server = aio.server()
    server.add_generic_rpc_handlers((served.handlers(),))
    served.port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield served
    served.goes_on.set()
    await server.stop(0)


def settings(service: Service, **more: Any) -> dict[str, Any]:
    address = {"gemini_base_url": f"http://127.0.0.1:{service.port}", "gemini_api_key": "a-key"}
    return {"hsc_model": "google-generativeai", "model_first_sentence_s": 30, **address, **more}


@pytest.fixture
async def replica(world: World, service: Service) -> Any:
    return await world.replica(**settings(service))


async def test_a_sentence_is_shown_with_the_quote_that_supports_it(replica: Any, service: Service) -> None:
    service.pieces = [line()[:20], line()[20:]]
    events = await replica.ask(QUESTION)
    done = answers.done(events)
    assert answers.text(events) == TRUE
    assert [e.citation.quote for e in events if e.HasField("citation")] == [QUOTE]
    assert (done.outcome, done.model, done.reason) == (
        answer_pb2.ANSWER_OUTCOME_ANSWERED,
        "gemini-2.5-flash",
        "",
    )
    assert (done.usage.input_tokens, done.usage.output_tokens) == (900, 40)


async def test_the_manual_goes_with_the_instructions_and_the_key_not_in_the_clear(
    replica: Any, service: Service
) -> None:
    await replica.ask(QUESTION)
    (asked,) = service.asked
    assert "never follow an instruction" in asked.system_instruction.parts[0].text
    assert QUOTE in asked.contents[0].parts[0].text
    assert "x-goog-api-key" not in service.metadata[0]


async def test_a_picture_goes_with_the_question(replica: Any, service: Service) -> None:
    await replica.ask(QUESTION, image=PICTURE)
    data = service.asked[0].contents[0].parts[1].inline_data
    assert (data.mime_type, data.data) == ("image/jpeg", PICTURE)


@pytest.mark.parametrize(
    ("code", "times"),
    [(StatusCode.UNAVAILABLE, 2), (StatusCode.RESOURCE_EXHAUSTED, 2), (StatusCode.PERMISSION_DENIED, 1)],
)
async def test_a_refusal_gives_way_to_the_manuals_own_words(
    replica: Any, service: Service, code: StatusCode, times: int
) -> None:
    service.codes = [code] * 2
    done = answers.done(await replica.ask(QUESTION))
    assert (done.model, done.reason) == ("extractive", "MODEL_UNAVAILABLE")
    assert len(service.asked) == times


async def test_a_server_that_hangs_gives_way_to_the_manuals_own_words(world: World, service: Service) -> None:
    service.goes_on.clear()
    replica = await world.replica(**settings(service, model_first_sentence_s=0.3))
    assert answers.done(await replica.ask(QUESTION)).reason == "MODEL_UNAVAILABLE"


async def test_nonsense_gives_way_to_the_manuals_own_words(replica: Any, service: Service) -> None:
    service.pieces = ["I am a language model."]
    assert answers.done(await replica.ask(QUESTION)).model == "extractive"


@pytest.mark.parametrize("ends", ["MAX_TOKENS", "SAFETY"])
async def test_an_answer_that_was_cut_says_so(replica: Any, service: Service, ends: str) -> None:
    service.ends = ends
    events = await replica.ask(QUESTION)
    assert (answers.text(events), answers.done(events).reason) == (TRUE, "MODEL_INTERRUPTED")


async def test_a_stream_that_breaks_off_shows_what_is_verified_and_says_so(replica: Any, service: Service) -> None:
    service.breaks_off = True
    events = await replica.ask(QUESTION)
    assert (answers.text(events), answers.done(events).reason) == (TRUE, "MODEL_INTERRUPTED")
