"""A web server on loopback whose answers a test writes, to the single byte: honest and hostile sites."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]


@dataclass
class Web:
    """`seen` keeps every request in order; an unknown path is 404."""

    port: int = 0
    seen: list[Request] = field(default_factory=list)
    _answers: dict[str, Answer] = field(default_factory=dict)

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def page(self, path: str, body: bytes = b"", status: int = 200, **headers: str) -> str:
        """Serves `body` at `path`; header names take `_` for `-`. Returns the URL."""
        lines = {"Content-Length": str(len(body))} | {k.replace("_", "-"): v for k, v in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())

        async def answer(writer: asyncio.StreamWriter) -> None:
            writer.write(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + body)

        return self.raw(path, answer)

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        return self.page(path, status=status, Location=to)

    def raw(self, path: str, answer: Answer) -> str:
        """Lets `answer` write the whole response to `path` itself. Returns the URL."""
        self._answers[path] = answer
        return self.url(path)

    def count(self, path: str) -> int:
        return sum(request.path == path for request in self.seen)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = head[0].split(" ")[1]
            headers = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
            self.seen.append(Request(path, {name.lower(): value for name, value in headers.items()}))
            answer = self._answers.get(path)
            if answer is None:
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            else:
                await answer(writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serve() -> AsyncIterator[Web]:
    """A running server on a free port; answers that are still being written are cut off at the end."""
    web = Web()
    running: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        task.add_done_callback(running.discard)
        await web.handle(reader, writer)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    web.port = server.sockets[0].getsockname()[1]
    try:
        yield web
    finally:
        server.close()
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await server.wait_closed()
