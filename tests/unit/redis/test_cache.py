import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from hsc_redis import TwoLevelCache, connect
from hsc_redis.lru import OVERHEAD
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from redis.asyncio import Redis
from support.valkey import Valkey
from support.wait import until


class Source:
    """Loads a value and counts how often."""

    def __init__(self, value: bytes | None = b"value") -> None:
        self.value = value
        self.loads = 0
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self) -> bytes | None:
        self.loads += 1
        await self.open.wait()
        return self.value


@pytest.fixture
async def l2(redis_cache_url: str) -> AsyncIterator[Redis]:
    async with connect(redis_cache_url) as client:
        yield client


def a_cache(l2: Redis | None, *, name: str = "test", ttl_s: float = 60) -> TwoLevelCache:
    return TwoLevelCache(name, l2, max_bytes=100_000, ttl_s=ttl_s)


async def test_a_value_is_loaded_once(l2: Redis) -> None:
    cache, source = a_cache(l2), Source()
    assert [await cache.get_or_load("k", source) for _ in range(3)] == [b"value"] * 3
    assert source.loads == 1


async def test_those_who_ask_together_share_one_load(l2: Redis) -> None:
    cache, source = a_cache(l2), Source()
    assert await asyncio.gather(*(cache.get_or_load("k", source) for _ in range(50))) == [b"value"] * 50
    assert source.loads == 1


async def test_another_process_finds_the_value_in_l2(l2: Redis) -> None:
    source = Source()
    await a_cache(l2).get_or_load("k", source)
    assert await a_cache(l2).get_or_load("k", source) == b"value"
    assert source.loads == 1


async def test_l2_forgets_after_the_ttl(l2: Redis) -> None:
    await a_cache(l2, ttl_s=30).put("k", b"value")
    assert 29_000 < await l2.pttl("cache:test:k") <= 30_000


async def test_a_removed_value_is_loaded_again(l2: Redis) -> None:
    cache, source = a_cache(l2), Source()
    await cache.get_or_load("k", source)
    await cache.remove("k")
    await cache.get_or_load("k", source)
    assert source.loads == 2


async def test_nothing_is_passed_on_and_not_kept(l2: Redis) -> None:
    cache, source = a_cache(l2), Source(None)
    assert await cache.get_or_load("k", source) is None
    source.value = b"now"
    assert await cache.get_or_load("k", source) == b"now"


async def test_a_failed_load_fails_for_all_who_wait_and_is_tried_again(l2: Redis) -> None:
    cache = a_cache(l2)

    async def broken() -> bytes:
        raise LookupError

    results = await asyncio.gather(*(cache.get_or_load("k", broken) for _ in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [LookupError] * 3
    assert await cache.get_or_load("k", Source()) == b"value"


async def test_one_who_stops_waiting_leaves_the_value_to_the_others(l2: Redis) -> None:
    cache, source = a_cache(l2), Source()
    source.open.clear()
    first = asyncio.create_task(cache.get_or_load("k", source))
    second = asyncio.create_task(cache.get_or_load("k", source))
    await asyncio.sleep(0)
    first.cancel()
    source.open.set()
    assert await second == b"value"
    assert source.loads == 1


STEPS = st.tuples(st.sampled_from(("get", "put", "remove", "empty L2")), st.integers(0, 1), st.sampled_from("abcdef"))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=30))
async def test_whatever_is_kept_forgotten_and_lost_a_key_never_gets_the_value_of_another(
    l2: Redis, steps: list[tuple[str, int, str]]
) -> None:
    # Two processes whose L1 holds two of the values.
    processes = [TwoLevelCache("fuzz", l2, max_bytes=2 * (OVERHEAD + 60), ttl_s=60) for _ in range(2)]
    await l2.flushall()
    for step, process, key in steps:
        cache, value = processes[process], key.encode() * 50
        if step == "get":
            assert await cache.get_or_load(key, Source(value)) == value
        elif step == "put":
            await cache.put(key, value)
            assert cache.peek(key) == value
        elif step == "remove":
            await cache.remove(key)
            assert cache.peek(key) is None
        else:
            await l2.flushall()


Fault = Callable[[Valkey], None]


@pytest.mark.parametrize(
    ("fault", "mend"), [(Valkey.stop, Valkey.start), (Valkey.pause, Valkey.resume)], ids=["gone", "hanging"]
)
async def test_without_l2_nothing_fails_and_it_comes_back(own_valkey: Valkey, fault: Fault, mend: Fault) -> None:
    async with connect(own_valkey.url) as l2:
        cache, source = a_cache(l2), Source()
        await cache.get_or_load("before", source)
        fault(own_valkey)
        assert await cache.get_or_load("before", source) == b"value"
        assert await cache.get_or_load("during", source) == b"value"
        mend(own_valkey)

        async def written() -> bool:
            await cache.put("after", b"value")
            return bool(await l2.exists("cache:test:after"))

        await until(written)


async def test_hits_misses_and_evictions_are_counted(l2: Redis) -> None:
    cache = TwoLevelCache("counted", l2, max_bytes=2_000, ttl_s=60)
    for number in range(10):
        await cache.get_or_load(str(number), Source(b"x" * 500))
    await cache.get_or_load("9", Source())
    await cache.get_or_load("0", Source())

    def counted(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, {"cache": "counted", **labels}) or 0

    assert counted("cache_hits_total", layer="l1") == 1
    assert counted("cache_misses_total", layer="l1") == 11
    assert counted("cache_hits_total", layer="l2") == 1
    assert counted("cache_misses_total", layer="l2") == 10
    assert counted("cache_evictions_total") == 9
    assert 0 < counted("cache_bytes") <= 2_000
