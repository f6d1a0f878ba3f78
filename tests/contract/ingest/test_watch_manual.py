import asyncio
from typing import Any

import redis
from grpc import StatusCode
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from support.ingest import PlayedCatalog, document, refused_stream
from support.pdf import make_pdf
from support.valkey import Valkey
from support.wait import until
from support.web import Web

PREFETCH = ingest_pb2.PrefetchManualRequest
WATCH = ingest_pb2.WatchManualRequest
MANUAL = make_pdf(["Press the value encoder to store the patch you have edited."])


class SlowPage:
    """A manual whose second half comes when the test says so."""

    def __init__(self, web: Web, path: str, body: bytes) -> None:
        self.half_sent = asyncio.Event()
        self.go_on = asyncio.Event()
        self._body = body
        self.url = web.raw(path, self._answer)

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        half = len(self._body) // 2
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(self._body) + self._body[:half])
        await writer.drain()
        self.half_sent.set()
        await self.go_on.wait()
        writer.write(self._body[half:])


async def _all(stream: Any) -> list[ingest_pb2.WatchManualResponse]:
    return [message async for message in stream]


async def test_the_way_of_a_manual_is_told_step_by_step_until_it_is_ready(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    page = SlowPage(web, "/way.pdf", MANUAL + b"\n% " + b"x" * 5000)
    catalog.add("p/way", document("d/way", page.url))
    await ingest.PrefetchManual(PREFETCH(product_id="p/way"))
    told = []
    async for message in ingest.WatchManual(WATCH(product_id="p/way"), timeout=20):
        told.append(message)
        if message.state == ingest_pb2.MANUAL_STATE_FETCHING and message.bytes:
            page.go_on.set()
    states = [message.state for message in told]
    assert states == sorted(states)
    assert states[-1] == ingest_pb2.MANUAL_STATE_READY
    assert ingest_pb2.MANUAL_STATE_FETCHING in states
    assert (told[-1].pages, told[-1].bytes) == (1, len(MANUAL) + 5003)
    assert told[-1].manual_id
    assert told[-1].preferred


async def test_who_comes_late_still_learns_how_it_ended(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    catalog.add("p/late", document("d/late", web.page("/late.pdf", MANUAL)))
    await ingest.PrefetchManual(PREFETCH(product_id="p/late"))
    first = [m async for m in ingest.WatchManual(WATCH(product_id="p/late"), timeout=20)]
    second = [m async for m in ingest.WatchManual(WATCH(product_id="p/late"), timeout=20)]
    assert second == [first[-1]]


async def test_who_watches_before_anybody_asked_hears_it_begin(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, queue_valkey: Valkey
) -> None:
    catalog.add("p/early", document("d/early", web.page("/early.pdf", MANUAL)))
    watching = ingest.WatchManual(WATCH(product_id="p/early"), timeout=20)
    told = asyncio.create_task(_all(watching))
    with redis.Redis.from_url(queue_valkey.url) as client:
        await until(lambda: client.pubsub_numsub("documents.p/early")[0][1])
    await ingest.PrefetchManual(PREFETCH(product_id="p/early"))
    assert (await told)[-1].state == ingest_pb2.MANUAL_STATE_READY


async def test_the_stream_goes_on_until_every_document_is_final(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    page = SlowPage(web, "/slow.pdf", MANUAL)
    catalog.add("p/two", document("d/fast", web.url("/none.pdf")), document("d/slow", page.url))
    await ingest.PrefetchManual(PREFETCH(product_id="p/two"))
    last = {}
    async for message in ingest.WatchManual(WATCH(product_id="p/two"), timeout=20):
        last[message.document_id] = message
        if message.state == ingest_pb2.MANUAL_STATE_FAILED:
            page.go_on.set()
    assert last["d/fast"].state == ingest_pb2.MANUAL_STATE_FAILED
    assert not last["d/fast"].preferred
    assert last["d/slow"].state == ingest_pb2.MANUAL_STATE_READY
    assert last["d/slow"].preferred


async def test_an_unknown_product_is_not_found(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    failure = await refused_stream(ingest.WatchManual(WATCH(product_id="p/none"), timeout=20))
    assert (failure.code, failure.reason) == (StatusCode.NOT_FOUND, "PRODUCT_UNKNOWN")


async def test_a_product_without_a_document_says_so(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    failure = await refused_stream(ingest.WatchManual(WATCH(product_id=catalog.add("p/bare2")), timeout=20))
    assert (failure.code, failure.reason) == (StatusCode.FAILED_PRECONDITION, "NO_DOCUMENT")
