"""One keystroke from a browser's socket and back: Envoy, bridge, prediction, and all the way again.

Open-loop: a keystroke is due when its time has come, whatever became of those before it, and its latency counts from
when it was due to the first answer with its sequence or a later one. Bounded in time and in sockets, loopback only.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack

import uvloop
from figures import Figure, Goal, below, percentiles
from hsc.prediction.v1 import prediction_pb2 as pb
from hsc_local.stack import Running
from support.grpc_websockets import Stream, data, open_stream

PART = "One keystroke, browser to browser, through Envoy and the bridge"
METHOD = "/hsc.prediction.v1.PredictionService/TypeAhead"
_PATIENCE_S = 10.0


def measure(up: Running, wholes: Sequence[str], rates: Sequence[int], seconds: float) -> list[Figure]:
    """Alone, then at each rate. `wholes` are whole texts; they are typed letter by letter."""
    url = f"{up.url}{METHOD}"
    plans: list[tuple[str, int, int, dict[str, Goal]]] = [("one person, 20 keys a second", 1, 20, {})]
    plans += [
        (f"{rate:,} keys a second over 100 sockets", 100, rate, {"p50": below(3), "p99": below(15)}) for rate in rates
    ]
    figures = []
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_typed(url, wholes, 10, 100, 2.0))
        for what, sockets, rate, goals in plans:
            took = runner.run(_typed(url, wholes, sockets, rate, seconds))
            figures += percentiles(PART, what, took, goals)
    return figures


async def _typed(url: str, wholes: Sequence[str], sockets: int, rate: int, seconds: float) -> list[float]:
    """Milliseconds of each keystroke."""
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(open_stream(url)) for _ in range(sockets)]
        total = int(rate * seconds)
        dealt = [list(range(index, total, sockets)) for index in range(sockets)]
        typed = [_keys(wholes, index, len(numbers)) for index, numbers in enumerate(dealt)]
        took: list[float] = []
        began = time.perf_counter() + 0.2
        due = [[began + number / rate for number in numbers] for numbers in dealt]
        reading = [
            asyncio.create_task(_read(stream, times, took)) for stream, times in zip(opened, due, strict=True) if times
        ]
        for number in range(total):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            await opened[number % sockets].send(typed[number % sockets][number // sockets])
        _, late = await asyncio.wait(reading, timeout=_PATIENCE_S)
        for task in late:
            task.cancel()
        ended = await asyncio.gather(*reading, return_exceptions=True)
        if failures := [each for each in ended if isinstance(each, Exception)]:
            raise failures[0]
        return took


def _keys(wholes: Sequence[str], first: int, count: int) -> list[bytes]:
    """Frames of one person who types one text after the other."""
    frames: list[bytes] = []
    while len(frames) < count:
        whole = wholes[first % len(wholes)]
        first += 37
        for end in range(1, len(whole) + 1):
            frames.append(data(pb.TypeAheadRequest(sequence=len(frames) + 1, text=whole[:end]).SerializeToString()))
    return frames[:count]


async def _read(stream: Stream, due: Sequence[float], took: list[float]) -> None:
    answered = 0
    try:
        while answered < len(due):
            message = await stream.receive()
            now = time.perf_counter()
            if message is None:
                raise RuntimeError(f"the stream ended: {stream.reply.trailers}")
            event = pb.TypeAheadResponse.FromString(message)
            if event.WhichOneof("event") == "predictions":
                took.extend((now - each) * 1000 for each in due[answered : event.sequence])
                answered = event.sequence
    finally:
        # What was given up has waited until now at least.
        took.extend((time.perf_counter() - each) * 1000 for each in due[answered:])
