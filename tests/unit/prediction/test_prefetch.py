"""prefetch: what a session may ask for, an ingest that cannot say yet, and many who follow one manual."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest
from hsc.ingest.v1 import ingest_pb2
from hsc_prediction.flows import prefetch
from hsc_prediction.flows.prefetch import ANONYMOUS_TIMES, WINDOW_S, Budget, ManualState, Prefetch
from support.wait import until

READY = ManualState("td17", ingest_pb2.MANUAL_STATE_READY, pages=61)


def test_the_same_product_costs_a_session_once() -> None:
    budget = Budget(each=1)
    assert [budget.take("ann", product) for product in ("td17", "td17", "td27", "td17")] == [True, True, False, True]


def test_each_session_has_a_budget_of_its_own_and_those_without_an_id_share_one() -> None:
    budget = Budget(each=1)
    assert budget.take("ann", "td17")
    assert budget.take("ben", "td27")
    assert [budget.take("", f"p{n}") for n in range(ANONYMOUS_TIMES + 1)] == [True] * ANONYMOUS_TIMES + [False]


def test_an_hour_later_a_session_may_ask_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(prefetch.time, "monotonic", lambda: now[0])
    budget = Budget(each=1)
    assert (budget.take("ann", "td17"), budget.take("ann", "td27")) == (True, False)
    now[0] += WINDOW_S + 1
    assert budget.take("ann", "td27")


def test_so_many_sessions_are_remembered_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefetch, "SESSIONS", 2)
    budget = Budget(each=1)
    for session in ("ann", "ben", "cid"):
        budget.take(session, "td17")
    assert (budget.take("cid", "td27"), budget.take("ann", "td27")) == (False, True)


class Ingest:
    """Gives these states, one at each asking."""

    def __init__(self, *states: ManualState | None) -> None:
        self.states = list(states)

    async def prefetch(self, product_id: str, session_id: str, language: str) -> ManualState | None:
        return self.states.pop(0)


class Quiet:
    """Tells nothing but that something may have been missed."""

    @asynccontextmanager
    async def listen(self, product_id: str) -> AsyncIterator[AsyncIterator[ManualState | None]]:
        async def changes() -> AsyncIterator[None]:
            while True:
                yield None

        yield changes()


async def told(ingest: Ingest) -> list[ManualState]:
    use = Prefetch(ingest, Quiet(), Budget(each=1), pauses_s=(0, 0))
    return [state async for state in use.follow("td17", "ann", "")]


async def test_an_ingest_that_cannot_say_is_asked_again() -> None:
    assert await told(Ingest(None, None, READY)) == [READY]


async def test_an_ingest_that_never_can_is_left_alone() -> None:
    ingest = Ingest(None, None, None, READY)
    assert await told(ingest) == []
    assert ingest.states == [READY]


async def test_after_a_silence_ingest_is_asked_how_far_it_is() -> None:
    reading = ManualState("td17", ingest_pb2.MANUAL_STATE_PARSING)
    assert await told(Ingest(reading, None, READY)) == [reading, READY]


class SlowIngest:
    """Answers when `told` says so; what it was asked is kept."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.told = asyncio.Event()

    async def prefetch(self, product_id: str, session_id: str, language: str) -> ManualState | None:
        self.asked.append(session_id)
        await self.told.wait()
        return READY


class Silence:
    """Tells nothing of manuals; how many listen is counted."""

    def __init__(self) -> None:
        self.listening = 0

    @asynccontextmanager
    async def listen(self, product_id: str) -> AsyncIterator[AsyncIterator[ManualState | None]]:
        async def states() -> AsyncIterator[ManualState | None]:
            self.listening += 1
            yield None

        yield states()


async def first_state(use: Prefetch, session_id: str) -> ManualState:
    async with aclosing(use.follow("td17", session_id, "en")) as states:  # type: ignore[type-var]
        async for state in states:
            return state
    raise AssertionError("nothing was told")


async def test_who_comes_while_a_manual_is_asked_for_waits_for_the_same_answer_though_the_first_asker_leaves() -> None:
    ingest, silence = SlowIngest(), Silence()
    use = Prefetch(ingest, silence, Budget(each=3))
    first = asyncio.create_task(first_state(use, "ada"))
    second = asyncio.create_task(first_state(use, "grace"))
    await until(lambda: silence.listening == 2)
    first.cancel()
    ingest.told.set()
    assert await second == READY
    assert ingest.asked == ["ada"]
