"""How a server is measured: calls over one channel, and the CPU its process spends on them by the kernel's clock."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grpc import aio
from hsc.prediction.v1 import prediction_pb2 as pb
from support.ports import free_port, listens
from support.wait import until_sync

PREDICT = "/hsc.prediction.v1.PredictionService/Predict"
TYPE_AHEAD = "/hsc.prediction.v1.PredictionService/TypeAhead"
SERVERS = Path(__file__).with_name("servers.py")
UNDER_WAY = 16


@dataclass(frozen=True)
class Round:
    """One measurement of one server."""

    cpu_us: float
    per_second: float
    switches: float


@dataclass(frozen=True)
class Target:
    """A server to be measured."""

    port: int
    pid: int

    def cpu_s(self) -> float:
        """Seconds of CPU so far. The books psutil reads have ticks of 10 ms, too coarse for a thousand messages."""
        return time.clock_gettime(~self.pid << 3 | 2)  # as clock_getcpuclockid(3) makes it on Linux

    def switches(self) -> int:
        """How often a thread of it was put to sleep or aside so far."""
        statuses = [path.read_text() for path in Path(f"/proc/{self.pid}/task").glob("*/status")]
        return sum(int(line.split()[1]) for each in statuses for line in each.splitlines() if "ctxt_switches" in line)


Call = Callable[[aio.Channel, Sequence[bytes]], Coroutine[Any, Any, list[bytes]]]


async def measured(target: Target, call: Call, turns: Sequence[Sequence[bytes]]) -> Round:
    """One measurement: `call` makes the requests of each turn one after the other, of as many turns at once as are
    useful.
    """
    waiting = iter(turns)
    async with aio.insecure_channel(f"127.0.0.1:{target.port}") as channel:
        await channel.channel_ready()
        switches, before, began = target.switches(), target.cpu_s(), time.perf_counter()

        async def caller() -> int:
            return sum([len(await call(channel, turn)) for turn in waiting])

        answers = sum(await asyncio.gather(*(caller() for _ in range(UNDER_WAY))))
        took, spent = time.perf_counter() - began, target.cpu_s() - before
        switches = target.switches() - switches
    return Round(spent / answers * 1e6, answers / took, switches / answers)


async def unary(channel: aio.Channel, requests: Sequence[bytes]) -> list[bytes]:
    """Predict, once for each request."""
    ask = channel.unary_unary(PREDICT)
    return [await ask(request) for request in requests]


async def stream(channel: aio.Channel, requests: Sequence[bytes]) -> list[bytes]:
    """A stream of TypeAhead. The next key is pressed when the last was answered, or the server would skip it."""
    call = channel.stream_stream(TYPE_AHEAD)()
    answers = []
    for request in requests:
        await call.write(request)
        while pb.TypeAheadResponse.FromString(answer := await call.read()).WhichOneof("event") != "predictions":
            pass
        answers.append(answer)
    await call.done_writing()
    while await call.read() is not aio.EOF:
        pass
    return answers


def requests(call: Call, texts: Sequence[str]) -> list[bytes]:
    """What is sent for texts that are typed one after the other."""
    if call is unary:
        return [pb.PredictRequest(text=text).SerializeToString() for text in texts]
    return [pb.TypeAheadRequest(sequence=n, text=t).SerializeToString() for n, t in enumerate(texts, 1)]


def cut(texts: Sequence[str], into: int) -> list[Sequence[str]]:
    """As many stretches of the same length: a stream types text after text, and follows a manual once for each."""
    length = len(texts) // into
    return [texts[start : start + length] for start in range(0, into * length, length)]


@contextmanager
def serving(kind: str, answer: Path, source: str, patience_s: float = 30) -> Iterator[Target]:
    """A server of `servers.py`."""
    port = free_port()
    command = (sys.executable, str(SERVERS), kind, str(port), str(answer), source)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until_sync(lambda: listens(port), timeout_s=patience_s)
        yield Target(port, process.pid)
    finally:
        process.kill()
        process.wait()
