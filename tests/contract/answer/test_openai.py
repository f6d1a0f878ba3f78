"""Answers written by a server that speaks OpenAI's chat completions, well and badly."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hsc.answer.v1 import answer_pb2
from support import answers

from .chat import QUESTION, QUOTE, TRUE, Chat, line, serving
from .conftest import World

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    async with serving() as served:
        yield served


def settings(chat: Chat, **more: Any) -> dict[str, Any]:
    patient = {"hsc_model": "openai", "openai_model": "a-model", "model_first_sentence_s": 30}
    return {**patient, "openai_base_url": chat.url, **more}


@pytest.fixture
async def replica(world: World, chat: Chat) -> Any:
    return await world.replica(**settings(chat))


async def test_a_sentence_is_shown_with_the_quote_that_supports_it(replica: Any, chat: Chat) -> None:
    chat.pieces = [line()[:20], line()[20:]]
    events = await replica.ask(QUESTION)
    done = answers.done(events)
    assert answers.text(events) == TRUE
    assert [e.citation.quote for e in events if e.HasField("citation")] == [QUOTE]
    assert (done.outcome, done.model, done.reason) == (answer_pb2.ANSWER_OUTCOME_ANSWERED, "a-model", "")
    assert (done.usage.input_tokens, done.usage.output_tokens) == (900, 40)


async def test_it_is_asked_for_a_stream_with_its_usage_and_no_key_where_there_is_none(replica: Any, chat: Chat) -> None:
    await replica.ask(QUESTION)
    (asked,) = chat.asked
    assert asked["stream"]
    assert asked["stream_options"] == {"include_usage": True}
    assert [message["role"] for message in asked["messages"]] == ["system", "user"]
    assert chat.keys == [None]


async def test_a_key_is_sent_as_bearer(world: World, chat: Chat) -> None:
    replica = await world.replica(**settings(chat, openai_api_key="a-key"))
    await replica.ask(QUESTION)
    assert chat.keys == ["Bearer a-key"]


async def test_a_picture_goes_to_a_model_that_sees(world: World, chat: Chat) -> None:
    replica = await world.replica(**settings(chat, openai_sees_images=True))
    done = answers.done(await replica.ask(QUESTION, image=PICTURE))
    (picture,) = [p for p in chat.asked[0]["messages"][1]["content"] if p["type"] == "image_url"]
    assert picture["image_url"]["url"] == f"data:image/png;base64,{base64.b64encode(PICTURE).decode()}"
    assert done.reason == ""


async def test_a_picture_is_said_not_to_be_looked_at_by_a_model_that_does_not_see(replica: Any, chat: Chat) -> None:
    done = answers.done(await replica.ask(QUESTION, image=PICTURE))
    assert isinstance(chat.asked[0]["messages"][1]["content"], str)
    assert (done.model, done.reason) == ("a-model", "IMAGE_NOT_READ")


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
async def test_a_server_that_refuses_gives_way_to_the_manuals_own_words(replica: Any, chat: Chat, status: int) -> None:
    chat.statuses = [status] * 2
    events = await replica.ask(QUESTION)
    done = answers.done(events)
    assert (done.model, done.reason) == ("extractive", "MODEL_UNAVAILABLE")
    assert "SHIFT" in answers.text(events)


async def test_a_server_that_is_not_there_gives_way_to_the_manuals_own_words(world: World, chat: Chat) -> None:
    replica = await world.replica(**settings(chat, openai_base_url="http://127.0.0.1:1/v1"))
    done = answers.done(await replica.ask(QUESTION))
    assert (done.model, done.reason) == ("extractive", "MODEL_UNAVAILABLE")


@pytest.mark.parametrize(
    "raw",
    [
        b"data: {\n\n",
        b"data: []\n\n",
        b'data: {"choices": 5}\n\n',
        b'data: {"choices": [5]}\n\n',
        b'data: {"error": {"message": "out of memory"}}\n\n',
        b"data: " + b"x" * 200_000 + b"\n\n",
        b"data: \xff\xfe\n\n",
    ],
    ids=lambda raw: raw[:30],
)
async def test_a_server_that_breaks_the_protocol_gives_way_to_the_manuals_own_words(
    replica: Any, chat: Chat, raw: bytes
) -> None:
    chat.raw, chat.pieces = [raw], []
    done = answers.done(await replica.ask(QUESTION))
    assert (done.outcome, done.model) == (answer_pb2.ANSWER_OUTCOME_ANSWERED, "extractive")
    assert done.reason == "MODEL_UNAVAILABLE"


@pytest.mark.parametrize("ends", ["length", "content_filter", None])
async def test_an_answer_that_was_cut_says_so(replica: Any, chat: Chat, ends: str | None) -> None:
    chat.pieces, chat.ends = [line(), '{"sentence": "It al'], ends
    events = await replica.ask(QUESTION)
    assert answers.text(events) == TRUE
    assert answers.done(events).reason == "MODEL_INTERRUPTED"


async def test_a_stream_that_breaks_off_shows_what_is_verified_and_says_so(replica: Any, chat: Chat) -> None:
    chat.breaks_off = True
    events = await replica.ask(QUESTION)
    assert answers.text(events) == TRUE
    assert answers.done(events).reason == "MODEL_INTERRUPTED"
