"""Predict and TypeAhead beside a bare echo of the same sizes and beside the guard alone, in turns in one run.

One server process, one client process, one channel, as many calls under way as the server can use. CPU is the
server's, by the clock the kernel has of each process.
"""

import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import uvloop
from figures import Figure, at_least, below, median
from grpc import aio
from hsc_local.stack import Running
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.popularity import Prior
from hsc_prediction.domain.predict import predict
from rpc import visitors
from rpc.calls import UNDER_WAY, Call, Round, Target, cut, measured, requests, serving, stream, unary
from rpc.engine import LIMIT, index_of

PART = "RPC, one channel, one server process"


def measure(up: Running, names: Sequence[str], texts: Sequence[str], rounds: int) -> list[Figure]:
    """All figures. `texts` are moments of typing in their order, all different: none is asked twice, for the service
    remembers the last. `names` are the catalogue's.
    """
    parts = cut(texts, 2 * (rounds + 1))
    with ExitStack() as stack, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        ours = Target(up.ports["prediction"], up.pid("prediction"))
        answer = runner.run(_typical(ours.port, parts[-1]))
        index = runner.run(index_of(catalog := up.ports["catalog"]))
        file = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hsc-bench-")), "answer")
        file.write_bytes(answer)
        kinds = ("bare", "engine", "guard", "guarded")
        floors = {kind: stack.enter_context(serving(kind, file, str(catalog))) for kind in kinds}
        targets = floors | {"ours": ours}
        figures = [
            Figure(PART, "products", index.count, ""),
            Figure(PART, "size of an answer", len(answer), "bytes"),
        ]
        for name, call in (("Predict", unary), ("TypeAhead", stream)):
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
        return figures + runner.run(visitors.measure(up, floors["bare"], names, 1_500 if rounds == 1 else 9_000))


def _told(name: str, found: dict[str, list[Round]], engine: list[float]) -> Iterator[Figure]:
    cpu = {kind: median(each.cpu_us for each in rounds) for kind, rounds in found.items()}
    rate = {kind: median(each.per_second for each in rounds) for kind, rounds in found.items()}
    # Within a round, so that the machine's moods meet both sides.
    added = median(
        (ours.cpu_us - own) / bare.cpu_us for ours, own, bare in zip(found["ours"], engine, found["bare"], strict=True)
    )
    # The engine's own time where it is woken between other work, as an echo around it wakes it.
    beside, least = (
        median(
            (whole.cpu_us - around.cpu_us) / bare.cpu_us + 1
            for whole, around, bare in zip(found[kind], found["engine"], found["bare"], strict=True)
        )
        for kind in ("ours", "guarded")
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
    yield Figure(
        PART, f"{name}: what libs/rpc alone adds to the engine as an echo wakes it, times the echo", least, "×"
    )
    yield Figure(PART, f"{name}: what the RPC adds to the engine run in a row, times the echo", added, "×", below(1.3))
    for kind, what in (("bare", "bare echo"), ("engine", "bare echo around the engine"), ("ours", "whole")):
        switches = median(each.switches for each in found[kind])
        yield Figure(PART, f"{name}: {what}, switches of threads a {message}", switches, "")
    yield Figure(PART, f"{name}: bare echo, {message}s a second", rate["bare"], "/s")
    yield Figure(PART, f"{name}: libs/rpc alone, {message}s a second", rate["guard"], "/s")
    yield Figure(PART, f"{name}: predictions a second, client beside it", rate["ours"], "/s")
    yield Figure(PART, f"{name}: predictions a second of one core", 1e6 / cpu["ours"], "/s", at_least(2000))


async def _round(target: Target, call: Call, texts: Sequence[str]) -> Round:
    return await measured(target, call, [requests(call, part) for part in cut(texts, UNDER_WAY)])


def _engine_us(index: Index, texts: Sequence[str]) -> float:
    began = time.thread_time()
    for text in texts:
        predict(index, text, LIMIT, Prior.none())
    return (time.thread_time() - began) / len(texts) * 1e6


async def _typical(port: int, texts: Sequence[str]) -> bytes:
    """The answer of median length."""
    async with aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        answers = sorted(await unary(channel, requests(unary, list(islice(texts, 500)))), key=len)
    return answers[len(answers) // 2]
