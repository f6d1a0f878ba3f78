"""Errors to Sentry: a process with SENTRY_DSN, and a server that takes its envelopes."""

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

PROGRAM = """
import logging
from hsc_telemetry import context, logs
logs.setup("answer")
context.bind(session_id="s" * 32, product_id="vireo-61")
log = logging.getLogger("work")
log.info("all is well")
log.warning("so-so")
password = "a local variable"
try:
    raise ValueError("no way to postgresql://hsc:hunter2hunter2@db/hsc")
except ValueError:
    log.exception("it failed with Bearer abc.def.ghi")
"""


class Sentry(BaseHTTPRequestHandler):
    """Takes envelopes: a header line, then a header and a payload an item."""

    events: ClassVar[list[dict[str, Any]]] = []
    raw: ClassVar[list[bytes]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        Sentry.raw.append(body)
        lines = body.splitlines()
        Sentry.events += [
            json.loads(payload)
            for header, payload in zip(lines[1::2], lines[2::2], strict=False)
            if json.loads(header)["type"] == "event"
        ]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing to log."""


@pytest.fixture
def dsn() -> Iterator[str]:
    Sentry.events.clear()
    Sentry.raw.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Sentry)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://publickey@127.0.0.1:{server.server_port}/1"
    server.shutdown()
    server.server_close()
    thread.join()


def run(**environment: str) -> None:
    variables = {**os.environ, "HSC_ADMIN_TOKEN": "token-of-the-admin", **environment}
    subprocess.run([sys.executable, "-c", PROGRAM], env=variables, check=True, capture_output=True, timeout=60)


def test_an_error_arrives_with_its_service_and_ids_and_nothing_else_does(dsn: str) -> None:
    run(SENTRY_DSN=dsn)
    assert len(Sentry.events) == 1
    event = Sentry.events[0]
    assert event["level"] == "error"
    assert event["exception"]["values"][0]["type"] == "ValueError"
    assert event["tags"]["service"] == "answer"
    assert event["tags"]["product_id"] == "vireo-61"


def test_no_secret_no_variable_and_no_session_leaves(dsn: str) -> None:
    run(SENTRY_DSN=dsn)
    said = b"".join(Sentry.raw)
    assert b"it failed" in said
    for secret in (b"hunter2hunter2", b"abc.def.ghi", b"a local variable", b"s" * 32):
        assert secret not in said


def test_without_a_dsn_nothing_is_sent(dsn: str) -> None:
    run(SENTRY_DSN="")
    assert Sentry.raw == []
