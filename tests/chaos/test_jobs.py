"""Workers die, disks fill, makers' servers vanish: every manual is READY in the end, once."""

import asyncio
import os
import signal

import pytest
from chaos.conftest import LONG, House
from chaos.faults import full_disk, serving
from chaos.shelf import Shelf, pdf, shelf
from e2e.desk import FAILED
from hsc.ingest.v1 import ingest_pb2
from support.wait import until

TIMES = 10 if LONG else 2
PAGES = 400
READY_S = 120
WORKERS = ("worker", "worker-2")


async def test_workers_killed_while_they_read_lose_no_manual_and_make_none_twice(house: House) -> None:
    async with shelf(house, TIMES, pages=PAGES) as unread:
        for product in unread.products:
            await unread.prefetch(product)
            await until(lambda product=product: _is_read(unread, product), READY_S)  # type: ignore[misc]
            for worker in WORKERS:
                os.kill(house.up.pid(worker), signal.SIGKILL)
            for worker in WORKERS:
                await serving(house.up, worker)
        for product in unread.products:
            await until(lambda product=product: unread.is_ready(product), READY_S)  # type: ignore[misc]


async def test_a_disk_that_is_full_loses_no_manual(house: House) -> None:
    async with shelf(house, pages=PAGES) as unread:
        [product] = unread.products
        async with full_disk(house.up.home.blobs) as is_full:
            if not is_full:
                pytest.skip("needs the right to mount a file system")
            await unread.prefetch(product)
            await until(lambda: _has_tried(unread, product), READY_S)
        await unread.prefetch(product)
        await until(lambda: unread.is_ready(product), READY_S)


async def test_a_manual_whose_server_dies_midway_fails_with_a_reason_and_is_read_when_it_is_back(house: House) -> None:
    async with shelf(house) as unread:
        [product] = unread.products

        async def dies(writer: asyncio.StreamWriter) -> None:
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 100000\r\n\r\n%PDF-1.4\n"
            )
            await writer.drain()
            writer.transport.abort()

        unread.site.raw(f"/{product}.pdf", dies)
        await unread.prefetch(product)
        await until(lambda: unread.site.count(f"/{product}.pdf"), READY_S)
        state = await unread.state(product)
        assert state.state != ingest_pb2.MANUAL_STATE_READY
        unread.site.page(f"/{product}.pdf", pdf(product.title()), Content_Type="application/pdf")

        async def read() -> bool:
            if (await unread.state(product)).state == FAILED:
                await unread.prefetch(product)
            return await unread.is_ready(product)

        await until(read, READY_S)


async def _is_read(unread: Shelf, product: str) -> bool:
    """Whether a worker is in the middle of it."""
    state = (await unread.state(product)).state
    assert state not in (ingest_pb2.MANUAL_STATE_READY, FAILED), "it was read before anybody could be killed"
    return state == ingest_pb2.MANUAL_STATE_PARSING


async def _has_tried(unread: Shelf, product: str) -> bool:
    state = await unread.state(product)
    return unread.site.count(f"/{product}.pdf") > 0 and state.state != ingest_pb2.MANUAL_STATE_FETCHING
