"""What the bridge costs: CPU per message beside a bare passthrough, memory of open sockets, a keystroke's way.

    python tests/bench/gateway/bridge.py [--messages 20000] [--sockets 1000] [--rate 1000] [--json FILE]

Everything runs on this machine in processes of its own; ratios are of the same run. The bare passthrough does the
least that carries the same bytes: no limits, no metadata, no metrics, no ends in order.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import statistics
import struct
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import grpc
import grpc.aio
import psutil
import uvloop
from aiohttp import WSMsgType, web
from hsc_local.envoy import Doors, command, load, rewritten
from hsc_local.ports import free
from hsc_wsbridge.edge import write

METHOD = "/hsc.prediction.v1.PredictionService/TypeAhead"
METADATA = b"content-type: application/grpc-web+proto\r\nx-grpc-web: 1\r\n"
KEYSTROKE = bytes(60)
ANSWER = bytes(900)
"""About as large as a keystroke and five candidates."""


async def serve_echo(port: int) -> None:
    async def bidi(requests, _context):
        async for request in requests:
            yield request[:8] + ANSWER

    handlers = grpc.method_handlers_generic_handler(
        "hsc.prediction.v1.PredictionService", {"TypeAhead": grpc.stream_stream_rpc_method_handler(bidi)}
    )
    server = grpc.aio.server()
    server.add_generic_rpc_handlers([handlers])
    server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    await asyncio.Event().wait()


async def serve_bare(port: int, upstream: int) -> None:
    channel = grpc.aio.insecure_channel(f"127.0.0.1:{upstream}")
    method = channel.stream_stream(METHOD)

    async def handle(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("grpc-websockets",), compress=False)
        await socket.prepare(request)
        call = method()

        async def down() -> None:
            while (message := await call.read()) is not grpc.aio.EOF:
                await socket.send_bytes(b"\x00" + struct.pack(">I", len(message)) + message)

        task = asyncio.create_task(down())
        first = True
        async for message in socket:
            if message.type is WSMsgType.BINARY and not first:
                await call.write(message.data[6:])
            first = False
        task.cancel()
        call.cancel()
        return socket

    app = web.Application()
    app.router.add_get(METHOD, handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=4096).start()
    await asyncio.Event().wait()


@asynccontextmanager
async def process(*arguments: str, port: int, **environment: str) -> AsyncIterator[psutil.Process]:
    """A server of ours in its own process, once its port answers."""
    started = await asyncio.create_subprocess_exec(
        *arguments,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await answering(port)
        yield psutil.Process(started.pid)
    finally:
        with contextlib.suppress(ProcessLookupError):
            started.send_signal(signal.SIGTERM)
        await started.wait()


async def answering(port: int) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            return


def keystroke(number: int) -> bytes:
    message = struct.pack(">Q", number) + KEYSTROKE[8:]
    return b"\x00\x00" + struct.pack(">I", len(message)) + message


@asynccontextmanager
async def sockets(port: int, count: int) -> AsyncIterator[list[aiohttp.ClientWebSocketResponse]]:
    """Open typing streams, the first answer of each received."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        opened = []
        for begin in range(0, count, 50):
            batch = range(begin, min(begin + 50, count))
            opened += await asyncio.gather(*(open_one(session, port) for _ in batch))
        yield opened
        await asyncio.gather(*(each.close() for each in opened))


async def open_one(session: aiohttp.ClientSession, port: int) -> aiohttp.ClientWebSocketResponse:
    url = f"http://127.0.0.1:{port}{METHOD}"
    socket = await session.ws_connect(
        url, protocols=("grpc-websockets",), compress=0, timeout=aiohttp.ClientWSTimeout(ws_close=1)
    )
    await socket.send_bytes(METADATA)
    await socket.send_bytes(keystroke(0))
    await answer(socket)
    return socket


async def answer(socket: aiohttp.ClientWebSocketResponse) -> int:
    """The number of the keystroke that the next message answers."""
    while True:
        message = await socket.receive()
        if message.type is not WSMsgType.BINARY:
            raise RuntimeError(f"the stream ended: {message}")
        if message.data[0] == 0:
            number: int = struct.unpack_from(">Q", message.data, 5)[0]
            return number


async def cpu_per_message(server: psutil.Process, port: int, messages: int) -> float:
    """Microseconds of the process's CPU for a keystroke and its answer, 20 sockets at once."""
    async with sockets(port, 20) as opened:

        async def type_on(socket: aiohttp.ClientWebSocketResponse) -> None:
            for number in range(messages // len(opened)):
                await socket.send_bytes(keystroke(number))
                await answer(socket)

        before = sum(server.cpu_times()[:2])
        await asyncio.gather(*(type_on(socket) for socket in opened))
        return (sum(server.cpu_times()[:2]) - before) / messages * 1e6


async def latencies(port: int, rate: int, seconds: float) -> list[float]:
    """Milliseconds from when a keystroke was due (not from when it was sent) to its answer, sorted. 100 sockets."""
    async with sockets(port, 100) as opened:
        took: list[float] = []
        began = time.perf_counter() + 0.1
        total = int(rate * seconds)

        async def receive(socket: aiohttp.ClientWebSocketResponse, count: int) -> None:
            for _ in range(count):
                number = await answer(socket)
                took.append((time.perf_counter() - began - number / rate) * 1000)

        receivers = [
            asyncio.create_task(receive(socket, len(range(index, total, len(opened)))))
            for index, socket in enumerate(opened)
        ]
        for number in range(total):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            await opened[number % len(opened)].send_bytes(keystroke(number))
        await asyncio.gather(*receivers)
        return sorted(took)


def percentile(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))]


async def measure(options: argparse.Namespace) -> dict[str, float]:
    figures: dict[str, float] = {}
    this = (sys.executable, __file__)
    async with AsyncExitStack() as stack:
        echo_port, bare_port, bridge_port, metrics_port, edge, stats, admin, unused = free(8)
        start = stack.enter_async_context
        echo = await start(process(*this, "--serve", "echo", str(echo_port), port=echo_port))
        bare = await start(process(*this, "--serve", "bare", str(bare_port), str(echo_port), port=bare_port))
        upstream = f"127.0.0.1:{echo_port}"
        bridge = await start(
            process(
                *(sys.executable, "-m", "hsc_wsbridge.main"),
                port=bridge_port,
                HOST="127.0.0.1",
                PORT=str(bridge_port),
                METRICS_PORT=str(metrics_port),
                PREDICTION_ADDRESS=upstream,
                HSC_MAX_SOCKETS_PER_ADDRESS="20000",
            )
        )
        config = Path(await start(_folder()), "envoy.json")
        endpoints = {name: [unused] for name in ("catalog", "answer", "ingest", "web")}
        ours = rewritten(
            load(), Doors(edge, stats, admin), endpoints | {"prediction": [echo_port], "wsbridge": [bridge_port]}
        )
        write(config, ours)
        envoy = await start(process(*command(config), port=edge))
        await open_through(edge)

        rounds: dict[str, list[float]] = {"bare": [], "bridge": []}
        for _ in range(3):  # in turns, so that the machine's moods meet both
            rounds["bare"].append(await cpu_per_message(bare, bare_port, options.messages // 3))
            rounds["bridge"].append(await cpu_per_message(bridge, bridge_port, options.messages // 3))
        figures["bare_us_per_message"] = statistics.median(rounds["bare"])
        figures["bridge_us_per_message"] = statistics.median(rounds["bridge"])
        figures["bridge_share_of_bare"] = figures["bare_us_per_message"] / figures["bridge_us_per_message"]

        processes = {"echo": echo, "bridge": bridge, "envoy": envoy}
        empty = {name: each.memory_info().rss for name, each in processes.items()}
        async with sockets(edge, options.sockets):
            for name, each in processes.items():
                figures[f"{name}_kb_per_socket"] = (each.memory_info().rss - empty[name]) / options.sockets / 1000

        for name, port in (("bridge", bridge_port), ("envoy_and_bridge", edge)):
            took = await latencies(port, options.rate, 5)
            for label, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
                figures[f"{name}_{label}_ms"] = percentile(took, share)
    return figures


@asynccontextmanager
async def _folder() -> AsyncIterator[str]:
    with tempfile.TemporaryDirectory(prefix="hsc-bench-") as folder:
        yield folder


async def open_through(port: int) -> None:
    """Once Envoy has found the bridge healthy."""
    async with asyncio.timeout(10):
        while True:
            try:
                async with sockets(port, 1):
                    return
            except (aiohttp.ClientError, RuntimeError):
                await asyncio.sleep(0.1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--sockets", type=int, default=1_000)
    parser.add_argument("--rate", type=int, default=1_000, help="keystrokes a second")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--serve", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        if options.serve:
            kind, *ports = options.serve
            runner.run({"echo": serve_echo, "bare": serve_bare}[kind](*map(int, ports)))
            return
        figures = runner.run(measure(options))
    for name, value in figures.items():
        print(f"{name:<32}{value:10.2f}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
