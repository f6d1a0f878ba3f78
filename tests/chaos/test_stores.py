"""A store is gone for a while: what users may notice of each."""

import asyncio
import re
import tempfile
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from chaos.conftest import FAULT_S, House, bearable, nothing_wrong
from chaos.faults import gone, paused
from chaos.shelf import shelf
from e2e.desk import catalog_of, refusal, write
from grpc import StatusCode
from hsc.answer.v1 import answer_pb2
from hsc_local.stack import Running
from redis import Redis
from support.wait import until

RECOVERED_S = 40
Fault = Callable[..., AbstractAsyncContextManager[None]]


def typing_failures(record_failed: dict[str, int]) -> list[str]:
    return [each for each in record_failed if each.startswith("TypeAhead")]


@pytest.mark.parametrize("fault", [gone, paused])
async def test_without_the_cache_it_may_be_slower_and_nothing_fails(house: House, fault: Fault) -> None:
    async with house.visited(FAULT_S + 2) as visitors:
        async with fault(house.up, "redis-cache"):
            await asyncio.sleep(FAULT_S)
        _empty_the_cache(house.up)
        record = await visitors.gone(f"cache-{fault.__name__}")
    bearable(record)
    assert set(record.outcomes) == {"ANSWERED"}


@pytest.mark.parametrize("fault", [gone, paused])
async def test_without_the_state_redis_typing_and_known_manuals_go_on(house: House, fault: Fault) -> None:
    async with shelf(house) as unread, house.visited(FAULT_S + 2) as visitors:
        async with fault(house.up, "redis"):
            resuming = answer_pb2.ResumeAnswerRequest(answer_id="0" * 32)
            failure = await refusal(_drained(unread.desk.answer.ResumeAnswer(resuming, timeout=10)))
            assert failure.code is StatusCode.UNAVAILABLE, failure
            await asyncio.sleep(FAULT_S)
        record = await visitors.gone(f"state-{fault.__name__}")
        nothing_wrong(record)
        assert typing_failures(record.failed) == [], record.as_table()
        assert set(record.outcomes) == {"ANSWERED"}, record.as_table()
        assert sum(record.outcomes.values()) == record.calls["Ask"], record.as_table()


async def test_a_job_accepted_while_the_queue_is_away_is_done_once_when_it_is_back(house: House) -> None:
    async with shelf(house) as unread:
        [product] = unread.products
        async with gone(house.up, "redis"):
            try:
                await unread.prefetch(product)
            except Exception as error:
                print(f"not accepted: {error}")
                accepted = False
            else:
                accepted = True
        if not accepted:
            await until(lambda: _accepts(unread.prefetch, product), RECOVERED_S)
        await until(lambda: unread.is_ready(product), RECOVERED_S)
        assert unread.site.count(f"/{product}.pdf") == 1


async def test_without_postgresql_typing_goes_on_and_known_manuals_are_answered(house: House) -> None:
    async with shelf(house) as unread, house.visited(FAULT_S + 2) as visitors:
        [product] = unread.products
        async with gone(house.up, "postgres"):
            failure = await refusal(unread.prefetch(product))
            assert (failure.code, failure.retry_after_s is not None) == (StatusCode.UNAVAILABLE, True), failure
            with tempfile.TemporaryDirectory() as folder:
                file = write(Path(folder, "late.json"), catalog_of("late", {"id": "late-1", "name": "Late 1"}))
                ran = await unread.desk.hsc("import", file)
            assert ran.code != 0
            assert re.search("try again", ran.err, re.IGNORECASE), ran.err
            await asyncio.sleep(FAULT_S)
        record = await visitors.gone("postgres-gone")
        nothing_wrong(record)
        assert typing_failures(record.failed) == [], record.as_table()
        assert set(record.outcomes) == {"ANSWERED"}, record.as_table()
        assert sum(record.outcomes.values()) == record.calls["Ask"], record.as_table()
        await until(lambda: _accepts(unread.prefetch, product), RECOVERED_S)
        await until(lambda: unread.is_ready(product), RECOVERED_S)


async def _accepts(ask: Callable[[str], object], product: str) -> bool:
    try:
        await ask(product)  # type: ignore[misc]
    except Exception:
        return False
    return True


async def _drained(call: object) -> None:
    async for _ in call:  # type: ignore[attr-defined]
        pass


def _empty_the_cache(up: Running) -> None:
    config = (up.home.root / "redis-cache" / "valkey.conf").read_text()
    found = re.search("^requirepass (.*)$", config, re.MULTILINE)
    assert found is not None
    with Redis(host="127.0.0.1", port=up.ports["redis_cache"], password=found[1]) as cache:
        cache.flushall()
