"""The shop's help desk: a web server that keeps what it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class HelpDesk:
    """`taken` is every document in order; `status` is what the desk answers."""

    def __init__(self) -> None:
        self.url = ""
        self.status = 201
        self.taken: list[dict[str, Any]] = []


@contextmanager
def open_desk() -> Iterator[HelpDesk]:
    """A help desk on a free port, in a thread of its own: the stack that is told its address starts without a loop."""
    desk = HelpDesk()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if desk.status < 300:
                desk.taken.append(told)
            self.send_response(desk.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the base's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        desk.url = f"http://127.0.0.1:{server.server_port}/tickets"
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield desk
        finally:
            server.shutdown()
            serving.join()
