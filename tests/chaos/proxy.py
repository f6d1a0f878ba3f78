"""A slow and lossy network: a TCP proxy between two services.

TCP repeats what was lost, so a lost packet is a pause of a retransmission; a lost connection is a reset.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

RETRANSMISSION_S = 0.2
_CHUNK = 64 * 1024


@dataclass
class Proxy:
    """`port` leads to `target()`, asked at each connection. `latency_s` is each way; `loss` of the chunks are late."""

    target: Callable[[], int]
    port: int = 0
    latency_s: float = 0.0
    loss: float = 0.0
    _chance: random.Random = field(default_factory=lambda: random.Random(5))
    _running: "set[asyncio.Task[None]]" = field(default_factory=set)

    def reset(self) -> None:
        """Cut every connection that is open."""
        for task in self._running:
            task.cancel()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target())
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._carry(reader, back))
                    both.create_task(self._carry(there, writer))
            finally:
                back.transport.abort()
        except (OSError, KeyError, ExceptionGroup):
            pass
        except asyncio.CancelledError:
            pass  # reset: the connection ends here, and that is all
        finally:
            writer.transport.abort()
            self._running.discard(task)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """In order, each chunk as late as the network is; what comes meanwhile is on its way too."""
        loop = asyncio.get_running_loop()
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=1000)

        async def deliver() -> None:
            while True:
                due, data = await on_the_way.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                if not data:
                    writer.write_eof()
                    return
                writer.write(data)
                await writer.drain()

        async def collect() -> None:
            while True:
                data = await reader.read(_CHUNK)
                late = RETRANSMISSION_S if self._chance.random() < self.loss else 0.0
                await on_the_way.put((loop.time() + self.latency_s + late, data))
                if not data:
                    return

        async with asyncio.TaskGroup() as both:
            both.create_task(deliver())
            both.create_task(collect())


@asynccontextmanager
async def proxy(target: Callable[[], int]) -> AsyncIterator[Proxy]:
    """A proxy on a free port of loopback."""
    through = Proxy(target)
    server = await asyncio.start_server(through.handle, "127.0.0.1", 0)
    through.port = server.sockets[0].getsockname()[1]
    try:
        yield through
    finally:
        server.close()
        through.reset()
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                await server.wait_closed()
