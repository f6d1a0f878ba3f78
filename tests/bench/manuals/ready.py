"""From a manual's bytes to READY, and where the time goes.

A manual is uploaded to the running stack, each time with other bytes behind its end, so that none was ever read
before. The worker tells how long it read; what is left is queue, storage and news. What pdfium needs for the bare
text is measured in the same run.
"""

import io
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import pypdfium2  # type: ignore[import-untyped]
from figures import Figure, below, median
from hsc.catalog.v1 import catalog_pb2, catalog_pb2_grpc
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc_local.stack import Running

PART = "A manual, from its bytes to READY"
BRAND = "bench"
_CHUNK = 256 * 1024
# What the goals are said of.
_LONG, _LONG_S = 280, 1.0


@dataclass(frozen=True)
class Way:
    """Seconds since the first byte was sent."""

    parsing: float
    ready: float
    # How long the worker read, whenever that was.
    reading: float


def measure(up: Running, files: list[Path], rounds: int) -> list[Figure]:
    """The median of some uploads of each file."""
    figures = []
    for file in files:
        data = file.read_bytes()
        pages, floor = _floor(data)
        with grpc.insecure_channel(up.address) as channel:
            ways = [_upload(channel, up, file.name, data) for _ in range(rounds)]
        ready = median(way.ready for way in ways)
        read_and_kept = median(way.ready - way.parsing for way in ways)
        what = f"{file.name} ({pages} pages)"
        goal = below(_LONG_S * max(pages, 300) / 300) if pages >= _LONG else None
        figures += [
            Figure(PART, f"{what}: bytes to READY", ready, "s", goal),
            Figure(PART, f"{what}: upload and queue", median(way.parsing for way in ways), "s"),
            Figure(PART, f"{what}: reading", median(way.reading for way in ways), "s"),
            Figure(PART, f"{what}: storage and news", median(w.ready - w.parsing - w.reading for w in ways), "s"),
            Figure(PART, f"{what}: pdfium's bare text, nothing kept", floor, "s"),
            Figure(PART, f"{what}: reading and storage, times that", read_and_kept / floor, "×", below(3)),
        ]
    return figures


def _floor(data: bytes) -> tuple[int, float]:
    """Pages, and the seconds of pdfium's own text extraction, nothing kept; the best of three."""

    def once() -> tuple[int, float]:
        began = time.perf_counter()
        pdf = pypdfium2.PdfDocument(data)
        for page in pdf:
            text = page.get_textpage()
            text.get_text_range()
            text.close()
            page.close()
        pages = len(pdf)
        pdf.close()
        return pages, time.perf_counter() - began

    return min((once() for _ in range(3)), key=lambda found: found[1])


def _seconds_read(up: Running) -> float:
    """All the time the worker has spent reading, by its own metric."""
    url = f"http://127.0.0.1:{up.ports['worker_metrics']}/metrics"
    with urllib.request.urlopen(url, timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    return float(next(line for line in lines if line.startswith("parse_seconds_sum")).split()[1])


def _upload(channel: grpc.Channel, up: Running, name: str, data: bytes) -> Way:
    admin = (("authorization", f"Bearer {up.admin_token}"),)
    product_id = f"bench-{uuid.uuid4().hex}"
    apply = catalog_pb2.ApplyCatalogRequest(
        brand=catalog_pb2.Brand(brand_id=BRAND, name="Bench"),
        products=[catalog_pb2.Product(product_id=product_id, name=product_id, brand_id=BRAND)],
        mode=catalog_pb2.IMPORT_MODE_MERGE,
        request_id=product_id,
    )
    catalog_pb2_grpc.CatalogServiceStub(channel).ApplyCatalog(apply, metadata=admin, timeout=15)
    stub = ingest_pb2_grpc.IngestServiceStub(channel)
    # Behind a PDF's end anything may stand.
    unseen = data + b"\n%" + product_id.encode()

    def parts() -> Iterator[ingest_pb2.UploadManualRequest]:
        header = ingest_pb2.UploadManualRequest.Header(
            product_id=product_id, role=catalog_pb2.DOCUMENT_ROLE_OWNERS, language="en", file_name=name
        )
        yield ingest_pb2.UploadManualRequest(header=header)
        stream = io.BytesIO(unseen)
        while chunk := stream.read(_CHUNK):
            yield ingest_pb2.UploadManualRequest(chunk=chunk)

    read_before = _seconds_read(up)
    began = time.perf_counter()
    stub.UploadManual(parts(), metadata=admin, timeout=60)
    parsing = 0.0
    for event in stub.WatchManual(ingest_pb2.WatchManualRequest(product_id=product_id), timeout=60):
        now = time.perf_counter() - began
        if event.state == ingest_pb2.MANUAL_STATE_FAILED:
            raise RuntimeError(f"{name} cannot be read: {event.reason} {event.error}")
        if event.state >= ingest_pb2.MANUAL_STATE_PARSING:
            parsing = parsing or now
        if event.state == ingest_pb2.MANUAL_STATE_READY:
            return Way(parsing, now, _seconds_read(up) - read_before)
    raise RuntimeError(f"{name} did not become ready")
