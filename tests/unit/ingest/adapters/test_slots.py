"""At most so many at one host, over all workers."""

import asyncio
from contextlib import AsyncExitStack

from hsc_ingest.adapters.slots import HostSlots
from hsc_redis import connect
from support.wait import until

HOST = "maker.example"


async def test_no_more_than_the_limit_are_at_a_host_whatever_worker_they_belong_to(redis_url: str) -> None:
    at_once: list[int] = []
    inside = 0
    async with connect(redis_url) as redis, connect(redis_url) as another:
        workers = [HostSlots(redis, 2, 5), HostSlots(another, 2, 5)]

        async def fetch(number: int) -> None:
            nonlocal inside
            async with workers[number % 2].enter(HOST):
                inside += 1
                at_once.append(inside)
                await redis.ping()
                inside -= 1

        await asyncio.gather(*(fetch(number) for number in range(12)))
    assert len(at_once) == 12
    assert max(at_once) <= 2


async def test_there_are_so_many_slots_and_who_holds_one_may_keep_it(redis_url: str) -> None:
    async with connect(redis_url) as redis, connect(redis_url) as another:
        workers = [HostSlots(redis, 2, 60), HostSlots(another, 2, 60)]
        held = [await workers[n % 2]._held(f"ingest:host:{HOST}", token) for n, token in enumerate("abca")]
    assert held == [True, True, False, True]


async def test_another_host_is_not_waited_for(redis_url: str) -> None:
    async with connect(redis_url) as redis, asyncio.timeout(5):
        slots = HostSlots(redis, 1, 5)
        async with slots.enter(HOST), slots.enter("other.example"):
            pass


async def test_a_slot_is_kept_as_long_as_it_is_used_and_given_back_after(redis_url: str) -> None:
    async with connect(redis_url) as redis:
        slots = HostSlots(redis, 1, lease_s=0.3)
        async with AsyncExitStack() as using:
            await using.enter_async_context(slots.enter(HOST))
            key = f"ingest:host:{HOST}"

            async def lapses() -> float:
                (token,) = await redis.zrange(key, 0, -1)
                return float(await redis.zscore(key, token) or 0)

            first = await lapses()

            async def prolonged() -> bool:
                return await lapses() > first + 300

            await until(prolonged)
        assert not await redis.exists(key)


async def test_the_slots_of_a_worker_that_died_lapse(redis_url: str) -> None:
    async with connect(redis_url) as redis, asyncio.timeout(5):
        slots = HostSlots(redis, 1, lease_s=0.2)
        assert await slots._held(f"ingest:host:{HOST}", "of one who died")
        async with slots.enter(HOST):
            pass


async def test_without_redis_nobody_waits() -> None:
    async with (
        connect("redis://127.0.0.1:1/0", timeout_s=0.2) as redis,
        asyncio.timeout(5),
        HostSlots(redis, 1, 5).enter(HOST),
    ):
        pass
