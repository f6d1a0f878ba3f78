"""Stacks to be harmed, and the visitors who are there meanwhile.

The short form is for every day. HSC_CHAOS=long: 300 keys and 5 questions a second, faults of a minute.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from chaos.census import Census, census
from hsc_local.stack import Running, running
from load.crowd import Crowd, crowd, products, truths
from load.people import Product, Question, visits
from load.record import Record
from load.run import sample_questions
from support.folders import open_folder
from support.wait import until

LONG = os.environ.get("HSC_CHAOS") == "long"
KEYS_PER_S = 300.0 if LONG else 60.0
FAULT_S = 60.0 if LONG else 3.0
# No scenario lasts so long: its visitors come until it is over.
LONGEST_S = 1200.0 if LONG else 240.0
STARTED_S = 20
# So many that 300 keys a second bring five questions.
ASKING = 0.6
# Below the share of calls that may fail after their one retry, or resume.
BEARABLE = 0.001
QUESTIONS = 40 if LONG else 8
_ENVIRONMENT = {"HSC_FETCH_ALLOW": "127.0.0.1"}
_OUT = Path(os.environ.get("HSC_CHAOS_OUT") or "build/chaos")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            # Whoever comes first starts a stack.
            item.add_marker(pytest.mark.timeout(1800 if LONG else 300))


@dataclass
class House:
    """A stack, its catalogue, and what its manuals truly say."""

    up: Running
    stop: Callable[[], None]
    named: list[Product] = field(default_factory=list)
    known: dict[Question, str] = field(default_factory=dict)
    before: Census = field(default_factory=lambda: Census({}, 0))

    async def settle_in(self) -> None:
        """Read the manuals that will be asked about, and learn what is true."""
        self.known = await truths(self.up.url, sample_questions(QUESTIONS))
        self.named = await asyncio.to_thread(products, self.up.address)
        assert len(self.known) > QUESTIONS / 2, "too few of the samples' questions are answered"
        async with self.visited(2) as visitors:
            await visitors.gone("settling-in")
        self.before = await census(self.up)

    @asynccontextmanager
    async def visited(
        self, seconds: float = LONGEST_S, *, keys_per_s: float = KEYS_PER_S, asking: float = ASKING
    ) -> AsyncIterator["Visited"]:
        """Visitors for so long, or until they are sent home; the first is typing already."""
        plan = visits(self.named, list(self.known), keys_per_s=keys_per_s, seconds=seconds, asking=asking)
        async with crowd(self.up.url, plan, self.known) as visitors:
            await until(lambda: visitors.record.keys, STARTED_S)
            yield Visited(visitors, plan[-1].leaves_s)


@dataclass
class Visited:
    """A crowd and when its last leaves."""

    crowd: Crowd
    leaves_s: float

    async def gone(self, name: str) -> Record:
        """Wait for the last; the run is kept as a file, and told."""
        return _told(name, await self.crowd.gone(self.leaves_s))

    async def closed(self, name: str) -> Record:
        """The fault is over: let nobody come any more, and wait for the last who came. Fails where none had to come."""
        assert self.crowd.now_s < LONGEST_S, "the visitors had left before the fault was over"
        return _told(name, await self.crowd.closed())


def _told(name: str, record: Record) -> Record:
    record.write(_OUT, name)
    print(f"\n{name}\n{record.as_table()}")
    return record


def nothing_wrong(record: Record) -> None:
    """What holds whatever happens."""
    assert record.wrongs == []
    assert record.locks["wrong"] == 0


def bearable(record: Record) -> None:
    """What holds where one retry or resume is enough."""
    nothing_wrong(record)
    assert record.failures <= BEARABLE * sum(record.calls.values()), record.as_table()


@asynccontextmanager
async def house_of(
    environment: Mapping[str, str], *, homed: Callable[[Path], None] = lambda _: None
) -> AsyncIterator[House]:
    """A stack of these settings, settled in. `homed` is told its home before it starts."""
    with open_folder() as folder, ExitStack() as stack:
        homed(folder / "home")
        started = running(folder / "home", environment={**_ENVIRONMENT, **environment})
        up = await asyncio.to_thread(stack.enter_context, started)
        own = House(up, stack.close)
        await own.settle_in()
        try:
            yield own
        finally:
            await asyncio.to_thread(stack.close)


@pytest.fixture(scope="session")
async def house() -> AsyncIterator[House]:
    """Two of each service."""
    async with house_of({"HSC_REPLICAS": "2"}) as own:
        yield own
