"""What was accepted is done, once, whatever dies meanwhile."""

import asyncio

import pytest
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from support.ingest import PlayedCatalog, Worker, document, until_final
from support.pdf import make_pdf
from support.valkey import Valkey
from support.wait import until
from support.web import Web

PREFETCH = ingest_pb2.PrefetchManualRequest
MANUAL = make_pdf(["What was promised is done, whatever dies meanwhile."])


class Hanging:
    """A page that keeps its first reader waiting for ever, and gives the manual to the next."""

    def __init__(self, web: Web, path: str) -> None:
        self.hangs = asyncio.Event()
        self.url = web.raw(path, self._answer)

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(MANUAL))
        if not self.hangs.is_set():
            await writer.drain()
            self.hangs.set()
            await asyncio.Event().wait()
        writer.write(MANUAL)


async def test_a_worker_killed_in_the_middle_leaves_its_job_to_the_next(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, worker: Worker
) -> None:
    page = Hanging(web, "/killed.pdf")
    catalog.add("p/killed", document("d/killed", page.url))
    await ingest.PrefetchManual(PREFETCH(product_id="p/killed"))
    await page.hangs.wait()
    worker.kill()
    worker.start()
    last = (await until_final(ingest, "p/killed"))["d/killed"]
    assert last.state == ingest_pb2.MANUAL_STATE_READY
    assert web.count("/killed.pdf") == 2


async def test_a_worker_told_to_stop_puts_its_job_back(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, worker: Worker
) -> None:
    page = Hanging(web, "/stopped.pdf")
    catalog.add("p/stopped", document("d/stopped", page.url))
    await ingest.PrefetchManual(PREFETCH(product_id="p/stopped"))
    await page.hangs.wait()
    assert await asyncio.to_thread(worker.stop) == 0
    worker.start()
    last = (await until_final(ingest, "p/stopped"))["d/stopped"]
    assert last.state == ingest_pb2.MANUAL_STATE_READY
    assert web.count("/stopped.pdf") == 2


async def test_a_queue_that_lost_everything_is_filled_again(
    ingest: ingest_pb2_grpc.IngestServiceStub,
    catalog: PlayedCatalog,
    web: Web,
    worker: Worker,
    queue_valkey: Valkey,
) -> None:
    worker.kill()
    catalog.add("p/flushed", document("d/flushed", web.page("/flushed.pdf", MANUAL + b"\n%")))
    await ingest.PrefetchManual(PREFETCH(product_id="p/flushed"))
    queue_valkey.flush()
    worker.start()
    last = (await until_final(ingest, "p/flushed"))["d/flushed"]
    assert last.state == ingest_pb2.MANUAL_STATE_READY
    assert web.count("/flushed.pdf") == 1


async def test_two_workers_do_a_job_once(
    ingest: ingest_pb2_grpc.IngestServiceStub,
    catalog: PlayedCatalog,
    web: Web,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    second = Worker({**environment, "WORKER_METRICS_PORT": "0"}, tmp_path_factory.mktemp("second") / "log")
    second.start()
    try:
        await until(lambda: second.listening, timeout_s=90)
        for n in range(20):
            url = web.page(f"/shared{n}.pdf", make_pdf([f"Manual {n}, read by one of two workers."]))
            catalog.add(f"p/shared{n}", document(f"d/shared{n}", url))
        await asyncio.gather(*(ingest.PrefetchManual(PREFETCH(product_id=f"p/shared{n}")) for n in range(20)))
        await asyncio.gather(*(until_final(ingest, f"p/shared{n}") for n in range(20)))
        assert [web.count(f"/shared{n}.pdf") for n in range(20)] == [1] * 20
        assert await asyncio.to_thread(second.stop) == 0, second.log
    finally:
        second.kill()


async def test_what_is_asked_while_redis_is_away_is_done_when_it_is_back(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, queue_valkey: Valkey
) -> None:
    url = web.page("/away.pdf", make_pdf(["Nobody rang, and yet it was read."]))
    catalog.add("p/away", document("d/away", url))
    queue_valkey.stop()
    try:
        request = PREFETCH(product_id="p/away", session_id="patient")
        answer = await ingest.PrefetchManual(request, timeout=20)
    finally:
        queue_valkey.start()
    assert answer.state == ingest_pb2.MANUAL_STATE_QUEUED
    assert (await until_final(ingest, "p/away"))["d/away"].state == ingest_pb2.MANUAL_STATE_READY
