"""Predict and TypeAhead beside a bare echo of the same sizes and beside the guard alone, in turns in one run.

One server process, one client process, one channel, as many calls under way as the server can use. CPU is the
server's, by the clock the kernel has of each process.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import uvloop
from figures import Figure, at_least, below, median
from grpc import aio
from hsc.prediction.v1 import prediction_pb2 as pb
from hsc_local.stack import Running
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.popularity import Prior
from hsc_prediction.domain.predict import predict
from rpc.engine import LIMIT, index_of
from support.ports import free_port, listens
from support.wait import until_sync

PART = "RPC, one channel, one server process"
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


def measure(up: Running, texts: Sequence[str], rounds: int) -> list[Figure]:
    """All figures. `texts` are moments of typing in their order, all different: none is asked twice, for the service
    remembers the last.
    """
    parts = _cut(texts, 2 * (rounds + 1))
    with ExitStack() as stack, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        ours = Target(up.ports["prediction"], up.pid("prediction"))
        answer = runner.run(_typical(ours.port, parts[-1]))
        index = runner.run(index_of(catalog := up.ports["catalog"]))
        file = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hsc-bench-")), "answer")
        file.write_bytes(answer)
        floors = {kind: stack.enter_context(_serving(kind, file, catalog)) for kind in ("bare", "engine", "guard")}
        targets = floors | {"ours": ours}
        figures = [
            Figure(PART, "products", index.count, ""),
            Figure(PART, "size of an answer", len(answer), "bytes"),
        ]
        for name, call in (("Predict", _unary), ("TypeAhead", _stream)):
            found: dict[str, list[Round]] = defaultdict(list)
            engine: list[float] = []
            warming, *measured = [parts.pop() for _ in range(rounds + 1)]
            for target in targets.values():  # what is cold is warmed, and not counted
                runner.run(_round(target, call, warming))
            for asked in measured:
                for kind, target in targets.items():
                    found[kind].append(runner.run(_round(target, call, asked)))
                engine.append(_engine_us(index, asked))
            figures += list(_told(name, found, engine))
        return figures


def _told(name: str, found: dict[str, list[Round]], engine: list[float]) -> Iterator[Figure]:
    cpu = {kind: median(each.cpu_us for each in rounds) for kind, rounds in found.items()}
    rate = {kind: median(each.per_second for each in rounds) for kind, rounds in found.items()}
    # Within a round, so that the machine's moods meet both sides.
    added = median(
        (ours.cpu_us - own) / bare.cpu_us for ours, own, bare in zip(found["ours"], engine, found["bare"], strict=True)
    )
    # The engine's own time where it is woken between other work, as an echo around it wakes it.
    beside = median(
        (ours.cpu_us - around.cpu_us) / bare.cpu_us + 1
        for ours, around, bare in zip(found["ours"], found["engine"], found["bare"], strict=True)
    )
    message = "message" if name == "TypeAhead" else "call"
    yield Figure(PART, f"{name}: bare echo, CPU a {message}", cpu["bare"], "µs")
    yield Figure(PART, f"{name}: libs/rpc alone (fixed answer), CPU a {message}", cpu["guard"], "µs")
    yield Figure(PART, f"{name}: libs/rpc alone, times the echo", cpu["guard"] / cpu["bare"], "×")
    yield Figure(PART, f"{name}: bare echo around the engine, CPU a {message}", cpu["engine"], "µs")
    yield Figure(PART, f"{name}: whole, CPU a {message}", cpu["ours"], "µs")
    yield Figure(PART, f"{name}: whole, times the echo around the engine", cpu["ours"] / cpu["engine"], "×")
    yield Figure(PART, f"{name}: the engine alone, CPU a prediction", median(engine), "µs")
    yield Figure(
        PART, f"{name}: what the RPC adds to the engine as an echo wakes it, times the echo", beside, "×", below(1.3)
    )
    yield Figure(PART, f"{name}: what the RPC adds to the engine run in a row, times the echo", added, "×", below(1.3))
    for kind, what in (("bare", "bare echo"), ("engine", "bare echo around the engine"), ("ours", "whole")):
        switches = median(each.switches for each in found[kind])
        yield Figure(PART, f"{name}: {what}, switches of threads a {message}", switches, "")
    yield Figure(PART, f"{name}: bare echo, {message}s a second", rate["bare"], "/s")
    yield Figure(PART, f"{name}: libs/rpc alone, {message}s a second", rate["guard"], "/s")
    yield Figure(PART, f"{name}: predictions a second, client beside it", rate["ours"], "/s")
    yield Figure(PART, f"{name}: predictions a second of one core", 1e6 / cpu["ours"], "/s", at_least(2000))


Call = Callable[[aio.Channel, Sequence[bytes]], Coroutine[Any, Any, list[bytes]]]


async def _round(target: Target, call: Call, texts: Sequence[str]) -> Round:
    requests = _requests(call, texts)
    async with aio.insecure_channel(f"127.0.0.1:{target.port}") as channel:
        await channel.channel_ready()
        switches, before, began = target.switches(), target.cpu_s(), time.perf_counter()
        answers = [one for part in await asyncio.gather(*(call(channel, r) for r in requests)) for one in part]
        took, spent = time.perf_counter() - began, target.cpu_s() - before
        switches = target.switches() - switches
    return Round(spent / len(answers) * 1e6, len(answers) / took, switches / len(answers))


def _cut(texts: Sequence[str], into: int) -> list[Sequence[str]]:
    """As many stretches of the same length: a stream types text after text, and follows a manual once for each."""
    length = len(texts) // into
    return [texts[start : start + length] for start in range(0, into * length, length)]


def _requests(call: Call, texts: Sequence[str]) -> list[list[bytes]]:
    """Dealt out to those who call at the same time."""
    dealt = _cut(texts, UNDER_WAY)
    if call is _unary:
        return [[pb.PredictRequest(text=text).SerializeToString() for text in part] for part in dealt]
    return [
        [pb.TypeAheadRequest(sequence=n, text=t).SerializeToString() for n, t in enumerate(part, 1)] for part in dealt
    ]


async def _unary(channel: aio.Channel, requests: Sequence[bytes]) -> list[bytes]:
    ask = channel.unary_unary(PREDICT)
    return [await ask(request) for request in requests]


async def _stream(channel: aio.Channel, requests: Sequence[bytes]) -> list[bytes]:
    """The next key is pressed when the last was answered, or the server would skip it."""
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


def _engine_us(index: Index, texts: Sequence[str]) -> float:
    began = time.thread_time()
    for text in texts:
        predict(index, text, LIMIT, Prior.none())
    return (time.thread_time() - began) / len(texts) * 1e6


async def _typical(port: int, texts: Sequence[str]) -> bytes:
    """The answer of median length."""
    async with aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        requests = [pb.PredictRequest(text=text).SerializeToString() for text in islice(texts, 500)]
        answers = sorted(await _unary(channel, requests), key=len)
    return answers[len(answers) // 2]


@contextmanager
def _serving(kind: str, answer: Path, catalog: int) -> Iterator[Target]:
    port = free_port()
    command = (sys.executable, str(SERVERS), kind, str(port), str(answer), str(catalog))
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until_sync(lambda: listens(port), timeout_s=30)
        yield Target(port, process.pid)
    finally:
        process.kill()
        process.wait()
