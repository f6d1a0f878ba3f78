"""A local server that stands for a shop's help desk."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web


class Desk:
    """Answers with the statuses a test gives it, then with 202, and remembers what it was sent."""

    def __init__(self) -> None:
        self.url = ""
        self.statuses: list[int] = []
        self.taken: list[dict[str, Any]] = []
        self.headers: list[Any] = []

    async def handle(self, request: web.Request) -> web.Response:
        self.taken.append(await request.json())
        self.headers.append(request.headers)
        return web.Response(status=self.statuses.pop(0) if self.statuses else 202)


@asynccontextmanager
async def serving() -> AsyncIterator[Desk]:
    """Serve for as long as the context lasts."""
    desk = Desk()
    app = web.Application()
    app.router.add_post("/tickets", desk.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    desk.url = f"http://{host}:{port}/tickets"
    try:
        yield desk
    finally:
        await runner.cleanup()
