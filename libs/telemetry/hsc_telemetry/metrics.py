"""Prometheus metrics of this process over HTTP. Each package declares its own, with prometheus-client."""

from dataclasses import dataclass
from threading import Thread
from wsgiref.simple_server import WSGIServer

from prometheus_client import start_http_server


@dataclass(frozen=True)
class MetricsServer:
    """Answers GET /metrics from a thread of its own."""

    _server: WSGIServer
    _thread: Thread

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.server_port

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def serve(port: int, host: str = "0.0.0.0") -> MetricsServer:  # noqa: S104 a container's only address
    """Serve the metrics; port 0 takes a free one. Raises OSError when the port is taken."""
    return MetricsServer(*start_http_server(port, host))
