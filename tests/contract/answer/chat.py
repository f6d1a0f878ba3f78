"""A local server that speaks OpenAI's chat completions, well and badly."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

QUESTION = "How do I do a factory reset?"
QUOTE = "A factory reset erases all user programs."
TRUE = QUOTE


def line(sentence: str = TRUE, quote: str = QUOTE, passage: int = 1) -> str:
    """What a model writes for one sentence."""
    return json.dumps({"sentence": sentence, "passage": passage, "quote": quote}) + "\n"


class Chat:
    """Says what a test gives it, piece by piece, and remembers what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.pieces = [line()]
        self.raw: list[bytes] = []
        self.ends: str | None = "stop"
        self.statuses: list[int] = []
        self.breaks_off = False
        # What it says when it is asked to translate; those requests are told apart from the others.
        self.translation = ""
        self.translates = asyncio.Event()
        self.translates.set()
        self.to_translate: list[dict[str, Any]] = []
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        # Held before the first piece, and before the second one.
        self.begins, self.goes_on = asyncio.Event(), asyncio.Event()
        self.begins.set()
        self.goes_on.set()
        self.deserted = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        translating = asked["messages"][0]["content"].startswith("You translate")
        (self.to_translate if translating else self.asked).append(asked)
        self.keys.append(request.headers.get("authorization"))
        if self.statuses and (status := self.statuses.pop(0)) != 200:
            return web.json_response({"error": {"message": "no"}}, status=status)
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        if self.breaks_off:
            response.content_length = 1_000_000
        await response.prepare(request)
        try:
            await (self._translate if translating else self._speak)(response)
        except (ConnectionError, asyncio.CancelledError):
            self.deserted.set()
            raise
        if self.breaks_off:
            assert request.transport is not None
            request.transport.close()
        return response

    async def _translate(self, response: web.StreamResponse) -> None:
        await self.translates.wait()
        await self._send(response, {"choices": [{"delta": {"content": self.translation}, "finish_reason": "stop"}]})
        await self._send(response, {"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 10}})

    async def _speak(self, response: web.StreamResponse) -> None:
        await self.begins.wait()
        for event in self.raw:
            await response.write(event)
        for number, piece in enumerate(self.pieces):
            if number == 1:
                await self.goes_on.wait()
            await self._send(response, {"choices": [{"delta": {"content": piece}, "finish_reason": None}]})
        if self.breaks_off:
            return
        if self.ends:
            await self._send(response, {"choices": [{"delta": {}, "finish_reason": self.ends}]})
        await self._send(response, {"choices": [], "usage": {"prompt_tokens": 900, "completion_tokens": 40}})
        await response.write(b"data: [DONE]\n\n")

    @staticmethod
    async def _send(response: web.StreamResponse, event: dict[str, Any]) -> None:
        await response.write(f"data: {json.dumps(event)}\n\n".encode())


@asynccontextmanager
async def serving() -> AsyncIterator[Chat]:
    """Serve for as long as the context lasts."""
    chat = Chat()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", chat.handle)
    # A client that leaves cancels its handler, so that the test sees it leave.
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    chat.url = f"http://{host}:{port}/v1"
    try:
        yield chat
    finally:
        chat.translates.set()
        chat.begins.set()
        chat.goes_on.set()
        await runner.cleanup()
