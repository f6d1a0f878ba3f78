"""Channels to other services."""

import asyncio

from hsc_rpc import channels


async def test_a_channel_is_open_before_the_first_call() -> None:
    came = asyncio.Event()

    async def met(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.set()
        writer.close()

    async with await asyncio.start_server(met, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with channels.connect(f"127.0.0.1:{port}"), asyncio.timeout(10):
            await came.wait()
