import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from hsc_redis import RESYNC, PubSub, connect, open_pubsub
from support.valkey import Valkey
from support.wait import until


@pytest.fixture
async def here(redis_url: str) -> AsyncIterator[PubSub]:
    async with connect(redis_url) as redis, open_pubsub(redis) as pubsub:
        yield pubsub


@pytest.fixture
async def elsewhere(redis_url: str) -> AsyncIterator[PubSub]:
    async with connect(redis_url) as redis, open_pubsub(redis) as pubsub:
        yield pubsub


async def test_an_event_reaches_every_reader_of_its_channel(here: PubSub, elsewhere: PubSub) -> None:
    async with here.subscribe("a") as first, here.subscribe("a") as second, here.subscribe("b") as other:
        for subscription in (first, second, other):
            assert await subscription.get(5) is RESYNC
        assert await elsewhere.publish("a", {"revision": 7})
        assert [await first.get(5), await second.get(5)] == [{"revision": 7}] * 2
        await elsewhere.publish("b", {"last": True})
        assert await other.get(5) == {"last": True}


async def test_the_first_thing_that_comes_is_resync_and_from_then_on_nothing_is_missed(
    here: PubSub, elsewhere: PubSub
) -> None:
    for round_number in range(20):
        async with here.subscribe("a") as events:
            assert await events.get(5) is RESYNC
            await elsewhere.publish("a", {"round": round_number})
            assert await events.get(5) == {"round": round_number}


async def test_a_second_reader_of_a_channel_is_told_to_resync_too(here: PubSub, elsewhere: PubSub) -> None:
    async with here.subscribe("a") as first:
        assert await first.get(5) is RESYNC
        async with here.subscribe("a") as second:
            assert await second.get(5) is RESYNC
        await elsewhere.publish("a", {"still": "heard"})
        assert await first.get(5) == {"still": "heard"}


async def test_a_reader_that_does_not_keep_up_resyncs_instead(here: PubSub, elsewhere: PubSub) -> None:
    async with here.subscribe("a", max_events=3) as slow, here.subscribe("a") as quick:
        assert await slow.get(5) is RESYNC
        assert await quick.get(5) is RESYNC
        for number in range(5):
            await elsewhere.publish("a", {"number": number})
        assert [await quick.get(5) for _ in range(5)] == [{"number": number} for number in range(5)]
        assert [await slow.get(5), await slow.get(5)] == [RESYNC, {"number": 4}]


async def test_an_event_that_is_not_json_is_left_out(here: PubSub, redis_url: str) -> None:
    async with here.subscribe("a") as events, connect(redis_url) as redis:
        assert await events.get(5) is RESYNC
        await redis.publish("a", b"\xff{")
        await redis.publish("a", b'{"good": 1}')
        assert await events.get(5) == {"good": 1}


async def test_waiting_for_an_event_ends(here: PubSub) -> None:
    async with here.subscribe("a") as events:
        assert await events.get(5) is RESYNC
        assert await events.get(0.01) is None


async def test_a_channel_without_readers_is_left(here: PubSub, redis_url: str) -> None:
    async with connect(redis_url) as redis:
        async with here.subscribe("left") as events:
            assert await events.get(5) is RESYNC
            assert await redis.pubsub_numsub("left") == [(b"left", 1)]

        async def nobody() -> bool:
            return bool(await redis.pubsub_numsub("left") == [(b"left", 0)])

        await until(nobody)


async def test_after_an_outage_readers_resync_and_hear_again(own_valkey: Valkey) -> None:
    async with connect(own_valkey.url) as redis, open_pubsub(redis) as pubsub, pubsub.subscribe("a") as events:
        assert await events.get(5) is RESYNC
        own_valkey.stop()
        assert not await pubsub.publish("a", {"lost": True})
        own_valkey.start()
        assert await events.get(10) is RESYNC
        assert await pubsub.publish("a", {"back": True})
        assert await events.get(5) == {"back": True}


async def test_listening_may_begin_before_redis_is_there(own_valkey: Valkey) -> None:
    own_valkey.stop()
    async with connect(own_valkey.url) as redis, open_pubsub(redis) as pubsub, pubsub.subscribe("a") as events:
        assert await events.get(0.05) is None
        own_valkey.start()
        assert await events.get(10) is RESYNC


async def test_a_connection_that_only_hangs_is_given_up(own_valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hsc_redis.pubsub.SILENCE_S", 0.1)
    async with connect(own_valkey.url) as redis, open_pubsub(redis) as pubsub, pubsub.subscribe("a") as events:
        assert await events.get(5) is RESYNC
        own_valkey.pause()
        await until(lambda: pubsub._wire is None)
        own_valkey.resume()
        assert await events.get(10) is RESYNC


async def test_listeners_may_come_and_go_all_at_once(here: PubSub, elsewhere: PubSub) -> None:
    async def listen(number: int) -> None:
        async with here.subscribe(f"channel-{number % 7}") as events:
            assert await events.get(10) is RESYNC

    async with here.subscribe("stays") as stays:
        assert await stays.get(5) is RESYNC
        await asyncio.gather(*(listen(number) for number in range(200)))
        await elsewhere.publish("stays", {"here": True})
        assert await stays.get(5) == {"here": True}


async def test_an_outage_is_logged_once(
    own_valkey: Valkey, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("hsc_redis.pubsub.RECONNECT_S", 0.01)
    caplog.set_level(logging.DEBUG, "hsc_redis.pubsub")
    async with connect(own_valkey.url) as redis, open_pubsub(redis) as pubsub, pubsub.subscribe("a") as events:
        assert await events.get(5) is RESYNC
        own_valkey.stop()
        await until(lambda: len(caplog.records) >= 3)
    assert [record.levelno for record in caplog.records].count(logging.WARNING) == 1
