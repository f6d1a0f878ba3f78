"""The network between the services is slow and loses; processes stand still; a catalogue is replaced meanwhile."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from chaos.conftest import FAULT_S, LONG, House, bearable, house_of, nothing_wrong
from chaos.faults import paused
from chaos.proxy import Proxy, proxy
from e2e.desk import Desk, at, catalog_of, write
from hsc_local import ports
from support.wait import until

LATENCY_S, LOSS = 0.05, 0.02
REPLACED = 4_000 if LONG else 400
SLOWEST_MS = 200


@pytest.fixture(scope="module")
async def slow() -> AsyncIterator[tuple[House, list[Proxy]]]:
    """A stack whose services reach catalog and ingest through proxies."""
    async with proxy(lambda: known["catalog"]) as catalog, proxy(lambda: known["ingest"]) as ingest:
        known = _Late()
        addresses = {
            "CATALOG_ADDRESS": f"127.0.0.1:{catalog.port}",
            "INGEST_ADDRESS": f"127.0.0.1:{ingest.port}",
        }
        async with house_of(addresses, homed=known.homed) as own:
            yield own, [catalog, ingest]


class _Late(dict[str, int]):
    """The ports of a stack that is about to start."""

    def homed(self, home: Path) -> None:
        self._file = home / "ports.json"

    def __missing__(self, name: str) -> int:
        return ports.read(self._file)[name]


async def test_latency_and_loss_between_the_services_delay_and_fail_nothing(slow: tuple[House, list[Proxy]]) -> None:
    house, proxies = slow
    async with house.visited(FAULT_S) as visitors:
        for each in proxies:
            each.latency_s, each.loss = LATENCY_S, LOSS
        record = await visitors.gone("slow-network")
        for each in proxies:
            each.latency_s, each.loss = 0.0, 0.0
    bearable(record)
    assert set(record.outcomes) == {"ANSWERED"}


async def test_connections_that_are_cut_cost_one_retry_at_most(slow: tuple[House, list[Proxy]]) -> None:
    house, proxies = slow
    async with house.visited() as visitors:
        for _ in range(3):
            await asyncio.sleep(FAULT_S / 4)
            for each in proxies:
                each.reset()
        record = await visitors.closed("cut-connections")
    bearable(record)
    assert set(record.outcomes) == {"ANSWERED"}


@pytest.mark.parametrize("name", ["prediction-2", "answer-2", "wsbridge-2", "ingest-2", "worker-2", "catalog-2"])
async def test_a_replica_that_stands_still_makes_nothing_wrong(house: House, name: str) -> None:
    """Who is on it waits until its health check has failed or the page's own patience is over."""
    if not LONG and name not in ("prediction-2", "answer-2"):
        pytest.skip("in the long form")
    async with house.visited() as visitors:
        async with paused(house.up, name):
            await asyncio.sleep(FAULT_S)
        record = await visitors.closed(f"still-{name}")
    nothing_wrong(record)
    assert not [each for each in record.failed if not each.endswith(("TimeoutError", "DEADLINE"))], record.as_table()


async def test_a_catalogue_replaced_while_people_type_answers_from_the_old_or_the_new(house: House) -> None:
    async with at(house.up) as desk:
        with tempfile.TemporaryDirectory() as folder:
            old, new = (_edition(Path(folder), word) for word in ("old", "new"))
            assert (await desk.hsc("import", old)).code == 0
            await until(lambda: _names(desk, "old"))
            seen: list[str] = []
            async with house.visited() as visitors:
                watching = asyncio.create_task(_watch(desk, seen))
                ran = await desk.hsc("import", "--replace", new)
                assert ran.code == 0, ran.err
                await until(lambda: _names(desk, "new"))
                watching.cancel()
                record = await visitors.closed("replaced-catalogue")
    nothing_wrong(record)
    assert record.failures == 0
    assert set(seen) == {"old", "new"}, set(seen)
    if LONG:
        assert record.key_ms(1.0) < SLOWEST_MS, record.as_table()


def _edition(folder: Path, word: str) -> Path:
    products = [{"id": f"morass-{n}", "name": f"Morass {n} {word}"} for n in range(REPLACED)]
    file = folder / word / "morass.json"
    file.parent.mkdir()
    return write(file, catalog_of("morass", *products))


async def _names(desk: Desk, word: str) -> bool:
    found = await desk.predict("morass 17")
    return bool(found) and str(found[0].name).endswith(word)


async def _watch(desk: Desk, seen: list[str]) -> None:
    """What one product is called, asked over and over: the old name or the new one, and never none."""
    while True:
        found = await desk.predict("morass 17")
        seen.append(found[0].name.rpartition(" ")[2] if found and found[0].name.startswith("Morass 17 ") else "neither")
        await asyncio.sleep(0.02)
