"""A store is gone for a while: what users may notice of each."""

import asyncio
import re
import tempfile
import uuid
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from chaos.conftest import FAULT_S, House, nothing_wrong
from chaos.faults import gone, paused
from chaos.shelf import Shelf, shelf
from e2e.desk import Desk, catalog_of, read, refusal, write
from grpc import StatusCode, aio
from hsc.answer.v1 import answer_pb2
from hsc.catalog.v1 import catalog_pb2
from hsc_local.stack import Running
from redis import Redis
from support.wait import until

RECOVERED_S = 40
Fault = Callable[..., AbstractAsyncContextManager[None]]


def typing_failures(record_failed: dict[str, int]) -> list[str]:
    return [each for each in record_failed if each.startswith("TypeAhead")]


@pytest.mark.parametrize("fault", [gone, paused])
async def test_without_the_cache_it_may_be_slower_and_nothing_fails(house: House, fault: Fault) -> None:
    async with house.visited() as visitors:
        async with fault(house.up, "redis-cache"):
            await asyncio.sleep(FAULT_S)
        _empty_the_cache(house.up)
        record = await visitors.closed(f"cache-{fault.__name__}")
    nothing_wrong(record)
    assert record.failures == 0, record.as_table()
    assert set(record.outcomes) == {"ANSWERED"}


@pytest.mark.parametrize("fault", [gone, paused])
async def test_without_the_state_redis_typing_and_known_manuals_go_on(house: House, fault: Fault) -> None:
    async with shelf(house) as unread, house.visited() as visitors:
        async with fault(house.up, "redis"):
            resuming = answer_pb2.ResumeAnswerRequest(answer_id="0" * 32)
            failure = await refusal(unread.desk.answer.ResumeAnswer(resuming, timeout=10).read())
            assert failure.code is StatusCode.UNAVAILABLE, failure
            await _a_question_of_a_conversation_is_answered(house, unread.desk)
            await _a_change_of_the_catalogue_arrives(unread.desk, f"Swamp {fault.__name__}")
            await asyncio.sleep(FAULT_S)
        record = await visitors.closed(f"state-{fault.__name__}")
        nothing_wrong(record)
        assert typing_failures(record.failed) == [], record.as_table()
        assert set(record.outcomes) == {"ANSWERED"}, record.as_table()
        assert sum(record.outcomes.values()) == record.calls["Ask"], record.as_table()


async def test_a_job_accepted_while_the_queue_is_away_is_done_once_when_it_is_back(house: House) -> None:
    async with shelf(house) as unread:
        [product] = unread.products
        async with gone(house.up, "redis"):
            accepted = await _accepts(unread, product)
        if not accepted:
            await until(lambda: _accepts(unread, product), RECOVERED_S)
        await until(lambda: unread.is_ready(product), RECOVERED_S)
        assert unread.site.count(f"/{product}.pdf") == 1


async def test_without_postgresql_typing_goes_on_and_known_manuals_are_answered(house: House) -> None:
    async with shelf(house) as unread, house.visited() as visitors:
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
        record = await visitors.closed("postgres-gone")
        nothing_wrong(record)
        assert typing_failures(record.failed) == [], record.as_table()
        assert set(record.outcomes) == {"ANSWERED"}, record.as_table()
        assert sum(record.outcomes.values()) == record.calls["Ask"], record.as_table()
        await until(lambda: _accepts(unread, product), RECOVERED_S)
        await until(lambda: unread.is_ready(product), RECOVERED_S)


async def _a_question_of_a_conversation_is_answered(house: House, desk: Desk) -> None:
    """What was said before is not known now; what the manual says is."""
    question, known = next(iter(house.known.items()))
    request = answer_pb2.AskRequest(product_id=question.product_id, question=question.text, session_id=uuid.uuid4().hex)
    assert read([event async for event in desk.answer.Ask(request, timeout=20)]).text == known


async def _a_change_of_the_catalogue_arrives(desk: Desk, name: str) -> None:
    """Nobody can tell of it, so whoever needs it looks from time to time."""
    request = catalog_pb2.ApplyCatalogRequest(
        brand=catalog_pb2.Brand(brand_id="swamp"), products=[catalog_pb2.Product(product_id=name, name=name)]
    )
    await desk.catalog.ApplyCatalog(request, timeout=20, metadata=desk.admin)

    async def arrived() -> bool:
        return name in [each.product_id for each in await desk.predict(name)]

    await until(arrived, RECOVERED_S)


async def _accepts(unread: Shelf, product: str) -> bool:
    try:
        await unread.prefetch(product)
    except aio.AioRpcError as error:
        print(f"not accepted: {error.details()}")
        return False
    return True


def _empty_the_cache(up: Running) -> None:
    config = (up.home.root / "redis-cache" / "valkey.conf").read_text()
    found = re.search("^requirepass (.*)$", config, re.MULTILINE)
    assert found is not None
    with Redis(host="127.0.0.1", port=up.ports["redis_cache"], password=found[1]) as cache:
        cache.flushall()
