"""Who shares an address takes turns, and nobody waits for ever."""

import asyncio

import pytest
from hsc_ingest.adapters.turns import AddressTurns
from hsc_redis import Flights, connect

URL = "https://maker.example/manual.pdf"


async def test_the_next_at_an_address_begins_when_the_one_before_has_ended(redis_url: str) -> None:
    order: list[str] = []
    async with connect(redis_url) as redis:
        turns = AddressTurns(Flights(redis, "test", ttl_s=5), 5)

        async def work(name: str) -> None:
            async with turns.turn(URL):
                order.append(f"{name} begins")
                async with turns.turn(f"{URL}?another"):
                    order.append(f"{name} ends")

        await asyncio.gather(work("a"), work("b"))
    first, second = order[0][0], order[2][0]
    assert order == [f"{first} begins", f"{first} ends", f"{second} begins", f"{second} ends"]


async def test_who_has_waited_long_enough_goes_on(redis_url: str) -> None:
    async with connect(redis_url) as redis:
        flights = Flights(redis, "test", ttl_s=5)
        first, second = AddressTurns(flights, 5), AddressTurns(flights, 5, patience_s=0.05)
        async with first.turn(URL), asyncio.timeout(5), second.turn(URL):
            pass


async def test_a_failure_ends_the_turn(redis_url: str) -> None:
    async with connect(redis_url) as redis:
        turns = AddressTurns(Flights(redis, "test", ttl_s=60), 60)
        with pytest.raises(RuntimeError):
            async with turns.turn(URL):
                raise RuntimeError
        async with asyncio.timeout(5), turns.turn(URL):
            pass


async def test_without_redis_nobody_waits() -> None:
    async with connect("redis://127.0.0.1:1/0", timeout_s=0.2) as redis, asyncio.timeout(5):
        turns = AddressTurns(Flights(redis, "test", ttl_s=5), 5)
        async with turns.turn(URL):
            pass
