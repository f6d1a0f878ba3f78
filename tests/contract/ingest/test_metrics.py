"""The names dashboards and alerts are written against."""

import asyncio
import urllib.request

from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from prometheus_client.parser import text_string_to_metric_families
from support.ingest import PlayedCatalog, document, until_final
from support.pdf import make_pdf
from support.wait import until
from support.web import Web


async def worker_samples(environment: dict[str, str]) -> dict[str, float]:
    """Each sample of the worker's metrics by its name, labels summed up."""
    url = f"http://127.0.0.1:{environment['WORKER_METRICS_PORT']}/metrics"

    def read() -> str:
        with urllib.request.urlopen(url, timeout=10) as response:
            text: str = response.read().decode()
            return text

    samples: dict[str, float] = {}
    for family in text_string_to_metric_families(await asyncio.to_thread(read)):
        for sample in family.samples:
            samples[sample.name] = samples.get(sample.name, 0) + sample.value
    return samples


async def test_the_worker_measures_what_it_fetches_reads_and_fails_at(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, environment: dict[str, str]
) -> None:
    before = await worker_samples(environment)
    body = make_pdf(["Every byte of this manual is counted."])
    catalog.add("p/m", document("d/m/1", web.page("/1.pdf", body)), document("d/m/2", web.url("/2.pdf")))
    await ingest.PrefetchManual(ingest_pb2.PrefetchManualRequest(product_id="p/m"))
    await until_final(ingest, "p/m")
    after = await worker_samples(environment)
    grown = {name: after[name] - before.get(name, 0) for name in after}
    assert grown["fetched_bytes_total"] == len(body)
    assert grown["fetch_seconds_count"] == 2
    assert grown["parse_seconds_count"] == 1
    assert grown["document_failures_total"] == 1


async def test_the_worker_tells_how_much_waits_and_how_much_was_given_up(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, environment: dict[str, str]
) -> None:
    catalog.add("p/dead", document("d/dead", web.url("/dead.pdf")))
    await ingest.PrefetchManual(ingest_pb2.PrefetchManualRequest(product_id="p/dead"))
    await until_final(ingest, "p/dead")

    async def counted() -> bool:
        return (await worker_samples(environment))["dead_letters"] >= 1

    await until(counted)
    assert {"queue_depth", "queue_oldest_seconds", "event_loop_lag_seconds_count"} <= set(
        await worker_samples(environment)
    )


async def test_the_worker_tells_when_it_takes_jobs(
    ingest: ingest_pb2_grpc.IngestServiceStub, environment: dict[str, str]
) -> None:
    async def ready() -> bool:
        return (await worker_samples(environment)).get("worker_ready") == 1

    await until(ready, timeout_s=30)
