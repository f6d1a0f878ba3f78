"""The model hangs, errors, or dies with its writer: the manual's own words come, or the question is asked again."""

import asyncio
import json
import os
import signal
import time
import uuid
from collections.abc import AsyncIterator

import pytest
from chaos.conftest import LONG, House, house_of, nothing_wrong
from chaos.faults import serving
from e2e.desk import at
from grpc import StatusCode, aio
from hsc.answer.v1 import answer_pb2
from hsc_rpc.errors import from_call
from support.wait import until
from support.web import Answer, Web, serve

COMPLETIONS = "/v1/chat/completions"
# The promise is for a quiet machine; what hangs for good would take the model's whole 60 s.
EXTRACTIVE_S = 2.0 if LONG else 8.0
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


async def hangs(writer: asyncio.StreamWriter) -> None:
    """Takes the question and says nothing."""
    await asyncio.Event().wait()


async def errs(writer: asyncio.StreamWriter) -> None:
    """Fails at once."""
    writer.write(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")


def says_and_hangs(line: dict[str, object]) -> Answer:
    """A sentence, and never the next."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        delta = {"choices": [{"index": 0, "delta": {"content": json.dumps(line) + "\n"}}]}
        writer.write(_HEAD + b"data: " + json.dumps(delta).encode() + b"\n\n")
        await writer.drain()
        await asyncio.Event().wait()

    return answer


@pytest.fixture(scope="module")
async def model() -> AsyncIterator[Web]:
    """A server that speaks OpenAI's chat completions, as badly as a test likes."""
    async with serve() as web:
        web.raw(COMPLETIONS, errs)
        yield web


@pytest.fixture(scope="module")
async def written(model: Web) -> AsyncIterator[House]:
    """A stack whose answers that model writes. It is never left alone, so that each question meets it."""
    settings = {
        "HSC_MODEL": "openai",
        "OPENAI_BASE_URL": model.url("/v1"),
        "OPENAI_MODEL": "bad",
        "MODEL_FAILURES": "1000",
    }
    async with house_of(settings) as own:
        yield own


@pytest.mark.parametrize("fault", [hangs, errs])
async def test_a_model_that_fails_gives_way_to_the_manuals_own_words(written: House, model: Web, fault: Answer) -> None:
    model.raw(COMPLETIONS, fault)
    async with written.visited(4) as visitors:
        record = await visitors.gone(f"model-{fault.__name__}")
    nothing_wrong(record)
    assert set(record.outcomes) == {"ANSWERED MODEL_UNAVAILABLE"}
    assert sum(record.outcomes.values()) == record.calls["Ask"]
    assert max(took for _, took in record.answers) < EXTRACTIVE_S


async def test_a_models_answer_that_dies_with_its_writer_ends_aborted_and_is_asked_again(
    written: House, model: Web
) -> None:
    question = next(iter(written.known))
    quote = written.known[question].split(". ")[0]
    model.raw(COMPLETIONS, says_and_hangs({"sentence": quote, "passage": 1, "quote": quote}))
    request = answer_pb2.AskRequest(product_id=question.product_id, question=question.text, request_id=uuid.uuid4().hex)
    async with at(written.up) as desk:
        asked = model.count(COMPLETIONS)
        call = desk.answer.Ask(request, timeout=60)
        first = await anext(aiter(call))
        await until(lambda: model.count(COMPLETIONS) > asked)
        os.kill(written.up.pid("answer"), signal.SIGKILL)
        began = time.monotonic()
        with pytest.raises(aio.AioRpcError):
            async for _ in call:
                pass
        await until(lambda: written.up.restarts("answer") > 0)
        await serving(written.up, "answer")
        model.raw(COMPLETIONS, errs)

        async def resumed() -> StatusCode | None:
            resume = answer_pb2.ResumeAnswerRequest(answer_id=first.answer_id, after_event=first.event)
            try:
                async for _ in desk.answer.ResumeAnswer(resume, timeout=20):
                    pass
            except aio.AioRpcError as error:
                failure = from_call(error)
                return failure.code if failure.code is not StatusCode.UNAVAILABLE else None
            return StatusCode.OK

        assert await until(resumed, 30) is StatusCode.ABORTED
        print(f"told after {time.monotonic() - began:.1f} s")
        again = await desk.ask(question.product_id, question.text)
        assert (again.outcome, again.text) == ("ANSWERED", written.known[question])
