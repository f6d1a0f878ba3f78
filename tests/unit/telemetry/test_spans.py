"""Spans to a collector: a server of ours with OTEL_EXPORTER_OTLP_ENDPOINT, and a receiver of OTLP over HTTP."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
# A real server and its guard; the calls' span ids, as the log lines would have them, are printed.
SERVED = """
import asyncio, json, sys
import grpc
from grpc import aio
from hsc.status.v1 import status_pb2, status_pb2_grpc
from hsc_rpc.server import running
from hsc_rpc.settings import ServerSettings
from hsc_telemetry import context, logs

logs.setup("answer")
seen = []

class Status(status_pb2_grpc.StatusServiceServicer):
    async def GetStatus(self, request, context_):
        seen.append(context.current().trace.span_id)
        if len(seen) == 2:
            raise ValueError("never told")
        return status_pb2.GetStatusResponse()

async def wire(settings, server):
    server.add(status_pb2_grpc.add_StatusServiceServicer_to_server, Status(), "hsc.status.v1.StatusService")
    yield

async def main():
    from contextlib import asynccontextmanager
    settings = ServerSettings(host="127.0.0.1", port=0, metrics_port=0, drain_delay_s=0, hsc_admin_token="t" * 32)
    async with running("answer", settings, asynccontextmanager(wire)) as server:
        async with aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
            for flags in ("01", "01", "00"):
                metadata = [("traceparent", f"00-%s-%s-{flags}"), ("authorization", "Bearer " + "t" * 32)]
                try:
                    await status_pb2_grpc.StatusServiceStub(channel).GetStatus(
                        status_pb2.GetStatusRequest(), metadata=metadata)
                except grpc.RpcError:
                    pass
    print(json.dumps(seen), file=sys.stderr)

asyncio.run(main())
""" % (TRACE, PARENT)  # noqa: UP031 the program has braces of its own
MANY = """
import time
from hsc_telemetry import logs, spans
logs.setup("answer")
began = time.perf_counter()
for _ in range(10_000):
    spans.record("/a/b", 0.001, "OK", failed=False)
import os
spans.record("/the/last", 0.001, "OK", failed=False)
"""
IMPORTED = """
import sys
from hsc_telemetry import logs, spans
logs.setup("answer")
spans.record("/a/b", 0.001, "OK", failed=False)
print([name for name in sys.modules if name.startswith("opentelemetry")])
"""


class Collector(BaseHTTPRequestHandler):
    """Keeps what arrives at /v1/traces."""

    requests: ClassVar[list[trace_service_pb2.ExportTraceServiceRequest]] = []
    paths: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        Collector.paths.append(self.path)
        Collector.requests.append(trace_service_pb2.ExportTraceServiceRequest.FromString(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing to log."""


@pytest.fixture
def collector() -> Iterator[str]:
    Collector.requests.clear()
    Collector.paths.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )


def arrived() -> list[Any]:
    return [
        span
        for request in Collector.requests
        for of_one in request.resource_spans
        for scope in of_one.scope_spans
        for span in scope.spans
    ]


def attributes(pairs: Any) -> dict[str, str]:
    return {pair.key: pair.value.string_value for pair in pairs}


def test_a_call_is_a_span_below_its_callers_with_method_status_and_duration(collector: str) -> None:
    seen = json.loads(run(SERVED, OTEL_EXPORTER_OTLP_ENDPOINT=collector).stderr.splitlines()[-1])
    good, bad = sorted(arrived(), key=lambda span: int(span.start_time_unix_nano))
    assert set(Collector.paths) == {"/v1/traces"}
    assert attributes(Collector.requests[0].resource_spans[0].resource.attributes)["service.name"] == "answer"
    for span, span_id, code in ((good, seen[0], "OK"), (bad, seen[1], "INTERNAL")):
        assert span.name == "hsc.status.v1.StatusService/GetStatus"
        assert (span.trace_id.hex(), span.parent_span_id.hex(), span.span_id.hex()) == (TRACE, PARENT, span_id)
        assert attributes(span.attributes)["rpc.response.status_code"] == code
        assert 0 < span.end_time_unix_nano - span.start_time_unix_nano < 60e9
    assert (good.status.code, bad.status.code) == (0, 2)


def test_a_call_whose_caller_does_not_sample_is_no_span(collector: str) -> None:
    seen = json.loads(run(SERVED, OTEL_EXPORTER_OTLP_ENDPOINT=collector).stderr.splitlines()[-1])
    assert len(seen) == 3
    assert seen[2] not in {span.span_id.hex() for span in arrived()}


def test_they_travel_in_batches_and_the_last_ones_before_the_process_is_gone(collector: str) -> None:
    run(MANY, OTEL_EXPORTER_OTLP_ENDPOINT=collector)
    assert "the/last" in {span.name for span in arrived()}
    assert len(Collector.requests) < len(arrived()) / 50


def test_a_collector_that_does_not_answer_holds_nobody_up(collector: str) -> None:
    silent = ThreadingHTTPServer(("127.0.0.1", 0), Collector)  # it listens, and is never served
    try:
        done = run(
            MANY + "print(time.perf_counter() - began)",
            OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{silent.server_port}",
        )
    finally:
        silent.server_close()
    assert done.stderr == ""


def test_without_an_endpoint_nothing_is_loaded() -> None:
    assert run(IMPORTED, OTEL_EXPORTER_OTLP_ENDPOINT="").stdout.strip() == "[]"
