import asyncio
from collections.abc import AsyncIterator

import pytest
from hsc_redis import UNAVAILABLE, Flights, connect
from redis.asyncio import Redis
from support.ports import free_port
from support.wait import until


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with connect(redis_url) as client:
        yield client


async def test_of_many_who_begin_one_flies(redis: Redis) -> None:
    flights = [Flights(redis, "read", ttl_s=60) for _ in range(20)]
    tokens = await asyncio.gather(*(flight.begin("td-17") for flight in flights))
    assert len([token for token in tokens if token]) == 1


async def test_the_next_may_begin_after_the_end(redis: Redis) -> None:
    flights = Flights(redis, "read", ttl_s=60)
    token = await flights.begin("td-17")
    assert token
    assert await flights.under_way("td-17")
    assert await flights.end("td-17", token)
    assert not await flights.under_way("td-17")
    assert await flights.begin("td-17")


async def test_only_its_owner_ends_or_prolongs_a_flight(redis: Redis) -> None:
    flights = Flights(redis, "read", ttl_s=60)
    token = await flights.begin("td-17")
    assert token
    assert not await flights.end("td-17", "another")
    assert not await flights.renew("td-17", "another")
    assert await flights.renew("td-17", token)
    assert await flights.under_way("td-17")


async def test_a_flight_whose_owner_died_ends_by_itself(redis: Redis) -> None:
    flights = Flights(redis, "read", ttl_s=0.05)
    old = await flights.begin("td-17")
    assert old
    await until(lambda: flights.begin("td-17"))
    assert not await flights.end("td-17", old)


async def test_without_redis_the_error_says_unavailable() -> None:
    async with connect(f"redis://127.0.0.1:{free_port()}/0", timeout_s=0.2) as redis:
        with pytest.raises(UNAVAILABLE):
            await Flights(redis, "read", ttl_s=60).begin("td-17")
