"""Spans to an OTLP collector, where OTEL_EXPORTER_OTLP_ENDPOINT is set: one for each call that was served.

The ids are those of `tracing`, so a span stands where `traceparent` and the log lines say. Only ended spans are handed
over: to a bounded queue, which a thread of its own sends off in batches. Whoever is not heard costs spans, never calls.
"""

import atexit
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from hsc_telemetry import context, tracing

# What a collector that does not answer may cost: so much memory, and so much of the time to stop.
QUEUED = 2_048
BATCH = 256
EVERY_S = 1.0
ANSWER_S = 2.0
LAST_S = 0.5


class Record(Protocol):
    """Takes a call that was served: its full method, how long it took, its status, whether we are to blame."""

    def __call__(self, method: str, took_s: float, code: str, *, failed: bool) -> None: ...


def _nothing(method: str, took_s: float, code: str, *, failed: bool) -> None:
    """Nobody listens."""


_record: Record = _nothing


def record(method: str, took_s: float, code: str, *, failed: bool) -> None:
    """Tell of a call that has ended in this task, `took_s` after it began."""
    _record(method, took_s, code, failed=failed)


@contextmanager
def recorded(method: str) -> Iterator[None]:
    """Tell of what is done in this context, which fails by an exception."""
    began, failed = time.perf_counter(), True
    try:
        yield
        failed = False
    finally:
        record(method, time.perf_counter() - began, "INTERNAL" if failed else "OK", failed=failed)


def begin(service: str) -> None:
    """Send spans from now on. Without OTEL_EXPORTER_OTLP_ENDPOINT nothing is loaded and nothing is sent."""
    global _record
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        _record = _exporting(service)


def _exporting(service: str) -> Record:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.trace import SpanContext, SpanKind, TraceFlags
    from opentelemetry.trace.status import Status, StatusCode

    # What it says when nobody answers would fill the log; that nothing arrives is seen where it should.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    exporter = OTLPSpanExporter(timeout=ANSWER_S)
    queue = BatchSpanProcessor(
        exporter, max_queue_size=QUEUED, max_export_batch_size=BATCH, schedule_delay_millis=EVERY_S * 1000
    )
    resource = Resource({"service.name": service, "service.namespace": "hsc-jit"})
    good, bad = Status(StatusCode.UNSET), Status(StatusCode.ERROR)

    def place(trace: tracing.Trace, span_id: str) -> SpanContext:
        flags = TraceFlags(TraceFlags.SAMPLED if trace.sampled else TraceFlags.DEFAULT)
        return SpanContext(
            int(trace.trace_id, 16), int(span_id, 16), is_remote=span_id != trace.span_id, trace_flags=flags
        )

    def export(method: str, took_s: float, code: str, *, failed: bool) -> None:
        ids = context.current()
        trace = ids.trace or tracing.begin()
        ended = time.time_ns()
        full_name = method.lstrip("/")
        queue.on_end(
            ReadableSpan(
                full_name,
                place(trace, trace.span_id),
                parent=place(trace, trace.parent_id) if trace.parent_id else None,
                resource=resource,
                kind=SpanKind.SERVER,
                attributes={
                    "rpc.system": "grpc",
                    "rpc.method": full_name,
                    "rpc.response.status_code": code,
                    "request_id": ids.request_id,
                },
                status=bad if failed else good,
                start_time=ended - round(took_s * 1e9),
                end_time=ended,
            )
        )

    def end() -> None:
        # Its own end takes no time limit, and would wait for whom nobody hears.
        queue._batch_processor.shutdown(round(LAST_S * 1000))

    atexit.register(end)
    return export
