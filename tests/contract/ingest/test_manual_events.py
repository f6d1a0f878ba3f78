"""What is told on the channel `manual.<product_id>`: prediction puts it into the typing stream."""

import asyncio

from google.protobuf import json_format
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc.prediction.v1 import prediction_pb2
from hsc_redis import RESYNC, Resync, connect, open_pubsub
from support.ingest import PlayedCatalog, document
from support.pdf import make_pdf
from support.valkey import Valkey
from support.web import Web

PREFETCH = ingest_pb2.PrefetchManualRequest
READY, FAILED = ingest_pb2.MANUAL_STATE_READY, ingest_pb2.MANUAL_STATE_FAILED


async def told_until_final(url: str, product_id: str, ready: asyncio.Event) -> list[prediction_pb2.ManualEvent]:
    told = []
    async with connect(url) as redis, open_pubsub(redis) as pubsub, pubsub.subscribe(f"manual.{product_id}") as events:
        assert await anext(events) is RESYNC
        ready.set()
        async for event in events:
            assert not isinstance(event, Resync)
            message = prediction_pb2.ManualEvent()
            told.append(json_format.ParseDict(dict(event), message, ignore_unknown_fields=True))
            if message.state in (READY, FAILED):
                break
    return told


async def test_the_events_are_those_of_the_document_wanted_first(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, queue_valkey: Valkey
) -> None:
    catalog.add(
        "p/told",
        document("d/told/1", web.url("/none.pdf")),
        document("d/told/2", web.page("/two.pdf", make_pdf(["The second is as good as the first."]))),
    )
    listening = asyncio.Event()
    hearing = asyncio.create_task(told_until_final(queue_valkey.url, "p/told", listening))
    await listening.wait()
    await ingest.PrefetchManual(PREFETCH(product_id="p/told"))
    told = await asyncio.wait_for(hearing, 30)
    assert {event.product_id for event in told} == {"p/told"}
    assert told[0].state == ingest_pb2.MANUAL_STATE_QUEUED
    assert (told[-1].state, told[-1].pages) == (READY, 1), "one that failed gives way to the next"


async def test_a_manual_that_cannot_be_had_is_told_with_reason_and_advice(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, queue_valkey: Valkey
) -> None:
    catalog.add("p/told2", document("d/told2", web.url("/none.pdf")))
    listening = asyncio.Event()
    hearing = asyncio.create_task(told_until_final(queue_valkey.url, "p/told2", listening))
    await listening.wait()
    await ingest.PrefetchManual(PREFETCH(product_id="p/told2"))
    last = (await asyncio.wait_for(hearing, 30))[-1]
    assert (last.state, last.reason) == (FAILED, "NOT_FOUND")
    assert "upload" in last.error
