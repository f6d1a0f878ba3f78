"""Two replicas' presences over one Redis."""

import time

import pytest
from hsc_prediction import metrics
from hsc_prediction.adapters.presence import KEY, Presence
from hsc_redis import connect
from hsc_rpc.background import background
from support.wait import until


@pytest.fixture(autouse=True)
def nobody() -> None:
    metrics.USERS_ONLINE.set(-1)


def said() -> float:
    return float(metrics.USERS_ONLINE._value.get())


async def test_a_session_on_two_replicas_is_one_person(redis_url: str) -> None:
    async with connect(redis_url) as redis:
        here, there = Presence(redis, every_s=0.05), Presence(redis, every_s=0.05)
        here.enter("ann")
        there.enter("ann")
        there.enter("ben")
        there.enter("")
        async with background(here.run(), "here"), background(there.run(), "there"):
            await until(lambda: said() == 3)


async def test_who_left_long_ago_is_gone_and_no_session_id_is_stored(redis_url: str) -> None:
    async with connect(redis_url) as redis:
        await redis.zadd(KEY, {"somebody": 1.0})
        presence = Presence(redis, every_s=0.05)
        presence.leave(presence.enter("ann"))
        presence.enter("ben")
        async with background(presence.run(), "here"):
            await until(lambda: said() == 1)
        names = [name.decode() for name in await redis.zrange(KEY, 0, -1)]
        assert len(names) == 1
        assert "ben" not in names


async def test_a_replica_whose_clock_is_an_hour_ahead_sends_nobody_away(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connect(redis_url) as redis:
        elsewhere = round(time.time())
        monkeypatch.setattr(time, "time", lambda: elsewhere + 3600.0)
        await redis.zadd(KEY, {"ann": elsewhere})
        presence = Presence(redis, every_s=0.05)
        presence.enter("ben")
        async with background(presence.run(), "here"):
            await until(lambda: said() >= 0)
        assert said() == 2


async def test_without_redis_those_here_are_counted() -> None:
    async with connect("redis://127.0.0.1:1/0", timeout_s=0.2) as redis:
        presence = Presence(redis, every_s=0.05)
        presence.enter("ann")
        async with background(presence.run(), "here"):
            await until(lambda: said() == 1)
