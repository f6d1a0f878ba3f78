"""All figures of load: `python tests/load/figures.py [--quick] [--only PART …] [--docs]`, on a machine that is quiet.

--quick  a tenth of everything: shows that it runs, says nothing of speed
--only   sockets: open ones and their memory · one, three: visitors on so many replicas, ten computed from their CPU ·
         recovery: from killed to serving, from nothing to restored · large: start with 500,000 products
--docs   puts the newest table of each part into docs/load.md

Each part has a stack of its own, on this machine alone, ends by itself, and leaves its table in build/load/figures.
"""

import argparse
import asyncio
import json
import resource
import sys
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))

import aiohttp  # noqa: E402
import psutil  # noqa: E402
import uvloop  # noqa: E402
from bench.figures import Figure, as_markdown, as_text, at_least, below, percentiles  # noqa: E402
from chaos.faults import kill, restart  # noqa: E402
from e2e.desk import Desk, at  # noqa: E402
from hsc.ingest.v1 import ingest_pb2  # noqa: E402
from hsc.prediction.v1 import prediction_pb2  # noqa: E402
from hsc_local.stack import Running, running  # noqa: E402
from load.crowd import client, crowd, products, truths, uncollected  # noqa: E402
from load.people import visits  # noqa: E402
from load.processes import OURS, family  # noqa: E402
from load.run import sample_questions  # noqa: E402
from load.visitor import TYPE_AHEAD  # noqa: E402
from support.folders import open_folder  # noqa: E402
from support.grpc_websockets import METADATA, Stream, data  # noqa: E402
from support.wait import until  # noqa: E402

DOCS = TESTS.parent / "docs" / "load.md"
BEGIN, END = "<!-- figures: written by `python tests/load/figures.py --docs` -->", "<!-- end of figures -->"
KEPT = Path("build/load/figures")
LONGEST_S = 420
OPENING = 100
GIGABYTE = 1e9
TEXT = "how do i reset the vireo 61"
# All visitors come from one address here.
MANY = {"HSC_MAX_SOCKETS_PER_ADDRESS": "10000", "HSC_MAX_SOCKETS": "10000"}
SERVICES = ("catalog", "prediction", "answer", "ingest", "worker", "wsbridge")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART")
    parser.add_argument("--docs", action="store_true")
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    KEPT.mkdir(parents=True, exist_ok=True)
    for name in options.only:
        busy, began = psutil.cpu_percent(3), time.monotonic()
        figures = PARTS[name](10 if options.quick else 1)
        part = figures[-1].part
        figures += [
            Figure(part, "the machine, busy with other work before", busy, "%"),
            Figure(part, "time this measurement took", time.monotonic() - began, "s"),
        ]
        print(as_text(figures), flush=True)
        (KEPT / f"{name}.md").write_text(as_markdown(figures))
    if options.docs:
        kept = [file.read_text() for name in PARTS if (file := KEPT / f"{name}.md").is_file()]
        before, rest = DOCS.read_text().split(BEGIN)
        DOCS.write_text("\n\n".join((f"{before}{BEGIN}", *kept, f"{END}{rest.split(END)[1]}")))


def run(measuring: Coroutine[Any, Any, list[Figure]]) -> list[Figure]:
    """One measurement, in a loop of its own. Raises TimeoutError for one that does not end."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(asyncio.wait_for(measuring, LONGEST_S))


def open_sockets(small: int) -> list[Figure]:
    with stack(MANY) as up:
        return run(sockets(up, 9_000 // small, 1_000 // small, 20 / small))


def one_replica(small: int) -> list[Figure]:
    with stack(MANY) as up:
        return run(users(up, 1, 5_000 // small, 240 / small))


def three_replicas(small: int) -> list[Figure]:
    """At the same rate, for half the time: what a key costs is soon known."""
    with stack({"HSC_REPLICAS": "3", **MANY}) as up:
        return run(users(up, 3, 2_500 // small, 120 / small))


def recovery(_small: int) -> list[Figure]:
    with stack({"HSC_REPLICAS": "2"}) as up, open_folder() as folder:
        return run(recoveries(up)) + run(restored(up, folder))


def large(small: int) -> list[Figure]:
    return run(large_start(500_000 // small**2))


PARTS: dict[str, Callable[[int], list[Figure]]] = {
    "sockets": open_sockets,
    "one": one_replica,
    "three": three_replicas,
    "recovery": recovery,
    "large": large,
}


@contextmanager
def stack(environment: dict[str, str]) -> Iterator[Running]:
    """A stack with the samples."""
    with open_folder() as folder, running(folder / "home", environment=environment) as up:
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
        figures += [
            Figure(part, "all our processes, without them", _ours(before) / GIGABYTE, "GB"),
            Figure(part, "all our processes, with them", _ours(after) / GIGABYTE, "GB", below(1.2)),
            Figure(part, "a socket", (_ours(after) - _ours(before)) / count / 1e3, "kB"),
        ]
        await _read(streams[0])
        with uncollected():
            took = await _keys(streams, rate, seconds)
    return figures + percentiles(part, f"{rate:,} keys a second over them all", took, {"p99": below(15)})


def _ours(sizes: Mapping[str, int]) -> int:
    return sum(size for name, size in sizes.items() if name.partition("-")[0] in (*OURS, "web"))


async def _open(session: aiohttp.ClientSession, opened: AsyncExitStack, url: str) -> Stream:
    socket = await session.ws_connect(url + TYPE_AHEAD, protocols=("grpc-websockets",), max_msg_size=0)
    opened.push_async_callback(socket.close)
    stream = Stream(socket)
    await stream.send(METADATA)
    await stream.send(data(prediction_pb2.TypeAheadRequest(sequence=1, text=TEXT[:3]).SerializeToString()))
    assert await stream.receive() is not None, stream.reply
    return stream


async def _read(stream: Stream) -> None:
    """The manual that all type of has been read, as most have: reading it is another figure."""
    await stream.send(data(prediction_pb2.TypeAheadRequest(sequence=1, text=TEXT).SerializeToString()))
    while (message := await stream.receive()) is not None:
        manual = prediction_pb2.TypeAheadResponse.FromString(message).manual
        if manual.state == ingest_pb2.MANUAL_STATE_READY:
            return
    raise RuntimeError(f"a stream ended: {stream.reply.trailers}")


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
    spent, own = cpu(up), time.process_time()
    began = time.monotonic()
    async with crowd(up.url, plan, known) as visitors:
        record = await visitors.gone(plan[-1].leaves_s)
    elapsed = time.monotonic() - began
    used = {name: (now - spent[name]) / elapsed for name, now in cpu(up).items() if name in spent}
    used["the visitors"] = (time.process_time() - own) / elapsed
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


async def restored(up: Running, folder: Path) -> list[Figure]:
    """From an empty home and a backup to the answer that was given before."""
    [question] = sample_questions(1)
    before = await truths(up.url, [question])
    async with at(up) as desk:
        taken = await desk.hsc("backup", "--json", "--to", folder / "backups")
        stamp = taken.results[-1]["stamp"]
    home = folder / "home"
    began = time.monotonic()
    with running(home, with_samples=False) as empty:
        async with at(empty) as desk:
            ran = await desk.hsc("restore", "all", stamp, "--from", folder / "backups", "--yes")
    if ran.code:
        raise RuntimeError(ran.err)
    with running(home, with_samples=False) as again:
        if await truths(again.url, [question]) != before:
            raise RuntimeError("what was restored answers otherwise")
        took = time.monotonic() - began
    part = "From nothing to restored: an empty stack, a backup, the answer that was given before"
    return [Figure(part, "two starts and a restore", took, "s")]


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
    """Bytes of each process of the stack, its children included; what several share, such as libraries, is divided."""
    return {name: sum(each.memory_full_info().pss for each in family(up, name)) for name in up.home.listed_children()}


def cpu(up: Running) -> dict[str, float]:
    """Seconds of CPU that each process of the stack has used."""
    return {name: sum(sum(each.cpu_times()[:2]) for each in family(up, name)) for name in up.home.listed_children()}


if __name__ == "__main__":
    main()
