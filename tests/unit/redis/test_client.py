"""The client counts what it could not do."""

import pytest
from hsc_redis import UNAVAILABLE, connect
from prometheus_client import REGISTRY
from redis.exceptions import ResponseError
from support.ports import free_port


def counted(kind: str) -> float:
    return REGISTRY.get_sample_value("redis_client_errors_total", {"kind": kind}) or 0


async def test_a_server_that_is_away_is_counted_once_a_command() -> None:
    before = counted("unavailable"), counted("refused")
    async with connect(f"redis://127.0.0.1:{free_port()}/0") as redis:
        with pytest.raises(UNAVAILABLE):
            await redis.get("key")
    assert (counted("unavailable"), counted("refused")) == (before[0] + 1, before[1])


async def test_a_command_that_is_refused_is_counted_as_such(redis_url: str) -> None:
    before = counted("unavailable"), counted("refused")
    async with connect(redis_url) as redis:
        await redis.set("key", "a word")
        with pytest.raises(ResponseError):
            await redis.incr("key")
    assert (counted("unavailable"), counted("refused")) == (before[0], before[1] + 1)
