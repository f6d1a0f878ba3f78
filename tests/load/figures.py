"""All figures of load: `python tests/load/figures.py [--quick] [--docs]`, on a machine that does nothing else.

--quick  a tenth of everything: shows that it runs, says nothing of speed
--docs   puts the tables into docs/load.md

Sockets and their memory · visitors on one replica and on three, ten computed from their CPU · from killed to serving ·
start with 500,000 products. Each with a stack of its own, on this machine alone.
"""

import argparse
import asyncio
import json
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))

import aiohttp  # noqa: E402
import psutil  # noqa: E402
import uvloop  # noqa: E402
from bench.figures import Figure, as_markdown, as_text, at_least, below, percentiles  # noqa: E402
from chaos.faults import kill, restart  # noqa: E402
from e2e.desk import Desk, at  # noqa: E402
from hsc.prediction.v1 import prediction_pb2  # noqa: E402
from hsc_local.stack import Running, running  # noqa: E402
from load.crowd import client, crowd, products, truths  # noqa: E402
from load.people import visits  # noqa: E402
from load.run import sample_questions  # noqa: E402
from load.visitor import TYPE_AHEAD  # noqa: E402
from support.folders import open_folder  # noqa: E402
from support.grpc_websockets import METADATA, Stream, data  # noqa: E402
from support.wait import until  # noqa: E402

DOCS = TESTS.parent / "docs" / "load.md"
BEGIN, END = "<!-- figures: written by `python tests/load/figures.py --docs` -->", "<!-- end of figures -->"
OPENING = 100
GIGABYTE = 1e9
TEXT = "how do i reset the vireo 61"
# All visitors come from one address here.
MANY = {"HSC_MAX_SOCKETS_PER_ADDRESS": "10000", "HSC_MAX_SOCKETS": "10000"}
OURS = ("catalog", "prediction", "answer", "ingest", "worker", "wsbridge", "envoy", "web")
SERVICES = ("catalog", "prediction", "answer", "ingest", "worker", "wsbridge")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--docs", action="store_true")
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    small = 10 if options.quick else 1
    figures = [Figure("The machine", "busy with other work before the run", psutil.cpu_percent(3), "%")]
    with stack(MANY) as up:
        figures += run(sockets(up, 9_000 // small, 1_000 // small, 20 / small))
    for replicas in (1, 3):
        with stack({"HSC_REPLICAS": str(replicas), **MANY}) as up:
            figures += run(users(up, replicas, 5_000 // small, 300 / small))
    with stack({"HSC_REPLICAS": "2"}) as up:
        figures += run(recoveries(up))
    figures += run(large_start(500_000 // (small * 10 if small > 1 else 1)))
    print(as_text(figures))
    if options.docs:
        before, rest = DOCS.read_text().split(BEGIN)
        DOCS.write_text(f"{before}{BEGIN}\n\n{as_markdown(figures)}\n\n{END}{rest.split(END)[1]}")


def run(measuring: object) -> list[Figure]:
    """One measurement, in a loop of its own."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(measuring)  # type: ignore[arg-type]


@contextmanager
def stack(environment: dict[str, str], home: Path | None = None, *, samples: bool = True) -> Iterator[Running]:
    """A stack; the time it took is told by its caller."""
    with open_folder() as folder, running(home or folder / "home", with_samples=samples, environment=environment) as up:
        yield up


async def sockets(up: Running, count: int, rate: int, seconds: float) -> list[Figure]:
    """So many open typing streams, then keys at a rate, spread over them all; memory by process."""
    part = f"{count:,} open typing sockets through one Envoy"
    before = memory(up)
    async with client() as session, AsyncExitStack() as opened:
        streams: list[Stream] = []
        for start in range(0, count, OPENING):
            batch = range(start, min(start + OPENING, count))
            streams += await asyncio.gather(*(_open(session, opened, up.url) for _ in batch))
        after = memory(up)
        figures = [
            Figure(part, f"{name}, with them", size / 1e6, "MB") for name, size in after.items() if size > before[name]
        ]
        ours = sum(size for name, size in after.items() if name.partition("-")[0] in OURS)
        figures.append(Figure(part, "all our processes together", ours / GIGABYTE, "GB", below(1.2)))
        took = await _keys(streams, rate, seconds)
    return figures + percentiles(part, f"{rate:,} keys a second over them all", took, {"p99": below(15)})


async def _open(session: aiohttp.ClientSession, opened: AsyncExitStack, url: str) -> Stream:
    socket = await session.ws_connect(url + TYPE_AHEAD, protocols=("grpc-websockets",), max_msg_size=0)
    opened.push_async_callback(socket.close)
    stream = Stream(socket)
    await stream.send(METADATA)
    await stream.send(data(prediction_pb2.TypeAheadRequest(sequence=1, text=TEXT[:3]).SerializeToString()))
    assert await stream.receive() is not None, stream.reply
    return stream


async def _keys(streams: Sequence[Stream], rate: int, seconds: float) -> list[float]:
    """Milliseconds from when each key was due; one key at most is under way on a socket."""
    took: list[float] = []
    began = time.perf_counter() + 0.2
    total = min(int(rate * seconds), 4 * len(streams))
    turns: list[asyncio.Task[None]] = []

    async def press(number: int) -> None:
        due = began + number / rate
        stream, turn = streams[number % len(streams)], 2 + number // len(streams)
        text = TEXT[: 3 + number % (len(TEXT) - 3)]
        request = prediction_pb2.TypeAheadRequest(sequence=turn, text=text)
        await stream.send(data(request.SerializeToString()))
        while (message := await stream.receive()) is not None:
            response = prediction_pb2.TypeAheadResponse.FromString(message)
            if response.HasField("predictions") and response.sequence >= turn:
                took.append((time.perf_counter() - due) * 1000)
                return
        raise RuntimeError(f"a stream ended: {stream.reply.trailers}")

    for number in range(total):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        turns.append(asyncio.create_task(press(number)))
    await asyncio.wait_for(asyncio.gather(*turns), 30)
    return took


async def users(up: Running, replicas: int, count: int, seconds: float) -> list[Figure]:
    """So many people within the time, typing and asking; CPU by process tells what ten replicas could."""
    part = f"{count:,} simulated users, {replicas} replica{'s' if replicas > 1 else ''} of each service"
    known = await truths(up.url, sample_questions(20))
    named = await asyncio.to_thread(products, up.address)
    # Each comes once; their keys are what one visit has.
    probe = visits(named, list(known), keys_per_s=100, seconds=60)
    mean_keys = sum(len(each.keys) for each in probe) / len(probe)
    plan = visits(named, list(known), keys_per_s=count * mean_keys / seconds, seconds=seconds)[:count]
    spent = cpu(up)
    began = time.monotonic()
    async with crowd(up.url, plan, known) as visitors:
        record = await visitors.gone(plan[-1].leaves_s)
    elapsed = time.monotonic() - began
    used = {name: (now - spent[name]) / elapsed for name, now in cpu(up).items() if name in spent}
    keys = len(record.keys) / elapsed
    figures = [
        Figure(part, "keys a second", keys, "/s"),
        Figure(part, "calls that failed after one retry or resume", record.failures, ""),
        Figure(part, "wrong answers", len(record.wrongs), ""),
        *percentiles(part, "key to reply", [took * 1000 for _, took in record.keys]),
        *(
            percentiles(part, "question to the end", [took * 1000 for _, took in record.answers])
            if record.answers
            else []
        ),
        *(Figure(part, f"{name}: CPU", share * 100, "% of a core") for name, share in used.items() if share > 0.01),
    ]
    busiest = max(share for name, share in used.items() if name.startswith("prediction"))
    if busiest:
        each = keys / replicas / busiest
        figures.append(Figure(part, "keys a second of one prediction replica with a core of its own", each, "/s"))
        figures.append(Figure(part, "ten such replicas, computed, not measured", each * 10, "/s", at_least(1500)))
    return figures


async def recoveries(up: Running) -> list[Figure]:
    """From kill -9 to SERVING, each service."""
    part = "From killed to serving, under the supervisor of one machine"
    return [Figure(part, name, await kill(up, f"{name}-2"), "s", below(30)) for name in SERVICES]


async def large_start(count: int) -> list[Figure]:
    """An empty stack to ready; then with so many products in the catalogue, prediction from its birth to SERVING."""
    part = f"Start with {count:,} products"
    with open_folder() as folder:
        began = time.monotonic()
        with running(folder / "home", with_samples=False) as up:
            figures = [Figure(part, "an empty stack, from nothing to ready", time.monotonic() - began, "s")]
            began = time.monotonic()
            async with at(up) as desk:
                for brand in _brands(folder, count):
                    ran = await desk.hsc("import", brand)
                    if ran.code:
                        raise RuntimeError(ran.err)
                figures.append(Figure(part, "their import", time.monotonic() - began, "s"))
                await until(lambda: _is_known(desk), 120)
            drained, served = await restart(up, "prediction")
            figures.append(Figure(part, "prediction, stopped to SERVING", served - drained, "s", below(15)))
            resident = memory(up)["prediction"] / 1e6
            figures.append(Figure(part, "prediction, memory", resident, "MB"))
    return figures


async def _is_known(desk: Desk) -> bool:
    return bool(await desk.predict("reverb 0 mk0"))


def _brands(folder: Path, count: int, each: int = 10_000) -> Iterator[Path]:
    """Catalogue files of at most so many products."""
    kinds = ("Reverb", "Delay", "Mixer", "Sampler", "Tuner", "Looper")
    for brand in range(0, -(-count // each)):
        listed = [
            {"id": f"brand{brand}-{n}", "name": f"{kinds[n % len(kinds)]} {n} mk{brand}"}
            for n in range(min(each, count - brand * each))
        ]
        file = folder / f"brand{brand}.json"
        file.write_text(
            json.dumps({"brand_identity": {"id": f"brand{brand}", "name": f"Brand {brand}"}, "products": listed})
        )
        yield file


def memory(up: Running) -> dict[str, int]:
    """Resident bytes of each process of the stack, its children included."""
    return {name: sum(each.memory_info().rss for each in family(up, name)) for name in up.home.listed_children()}


def cpu(up: Running) -> dict[str, float]:
    """Seconds of CPU that each process of the stack has used."""
    return {name: sum(sum(each.cpu_times()[:2]) for each in family(up, name)) for name in up.home.listed_children()}


def family(up: Running, name: str) -> list[psutil.Process]:
    """A process and its children."""
    process = psutil.Process(up.pid(name))
    return [process, *process.children(recursive=True)]


if __name__ == "__main__":
    main()
