"""One failure, through a real Prometheus and a real Alertmanager, to those who are called: one level after another."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from grpc import StatusCode
from hsc_rpc import metrics
from prometheus_client import start_http_server
from support.manifests import tool
from support.ports import free_port
from support.prometheus import MONITORING, RULES, answers, dump, load, program, prometheus
from support.wait import until_sync

# The route's waits, and what they are here.
SHORT = {"10s": "100ms", "5m": "1s", "15m": "4s", "30m": "8s"}
LABELS = ("hsc.catalog.v1.CatalogService", "GetProduct", "unary")


class Receiver(BaseHTTPRequestHandler):
    """Somebody's webhook; the path says whose."""

    heard: ClassVar[list[tuple[str, dict[str, Any]]]] = []

    def do_POST(self) -> None:
        Receiver.heard.append((self.path, json.loads(self.rfile.read(int(self.headers["content-length"])))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing to log."""


@contextmanager
def receiver() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def alertmanager(folder: Path, receiver_port: int) -> Iterator[int]:
    """The committed file, its addresses written in and its waits shortened."""
    config = load(MONITORING / "alertmanager" / "webhook.yaml")
    for each in config["receivers"]:
        for hook in each["webhook_configs"]:
            hook["url"] = f"http://127.0.0.1:{receiver_port}/{Path(hook.pop('url_file')).name}"
    for route in (config["route"], *config["route"]["routes"]):
        route |= {key: SHORT.get(route[key], route[key]) for key in ("group_wait", "group_interval") if key in route}
    port = free_port()
    with program(
        tool("prometheus-alertmanager", "apt install prometheus-alertmanager"),
        f"--config.file={dump(folder / 'alertmanager.yaml', config)}",
        f"--storage.path={folder / 'alerts'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
        log=folder / "alertmanager.log",
    ):
        until_sync(lambda: answers(f"http://127.0.0.1:{port}/-/ready"), timeout_s=60)
        yield port


def levels() -> list[str]:
    """Who heard of the failing calls, in order."""
    told = [path for path, said in Receiver.heard if said["commonLabels"]["alertname"] == "HighErrorRate"]
    return list(dict.fromkeys(told))


def test_an_injected_internal_reaches_one_level_after_the_other(tmp_path: Path) -> None:
    written = load(next(path for path in RULES if path.stem == "rules-alerts"))
    for group in written["groups"]:
        for rule in group["rules"]:
            rule.pop("for", None)
    rules = dump(tmp_path / "rules.yaml", written)
    served, thread = start_http_server(0, "127.0.0.1")
    metrics.HANDLED.labels(*LABELS, StatusCode.OK.name)
    failed = metrics.HANDLED.labels(*LABELS, StatusCode.INTERNAL.name)
    try:
        with (
            receiver() as port,
            alertmanager(tmp_path, port) as manager,
            prometheus(tmp_path / "prometheus", {"catalog": [served.server_port]}, "1s", manager, [rules]) as server,
        ):
            until_sync(lambda: server.query('up{job="catalog"} == 1'), timeout_s=30)
            assert levels() == []
            failed.inc(50)
            until_sync(lambda: len(levels()) == 3, timeout_s=60)
    finally:
        served.shutdown()
        served.server_close()
        thread.join()
    assert levels() == ["/level-1", "/level-2", "/level-3"]
    _, said = next(each for each in Receiver.heard if each[0] == "/level-1")
    assert all(alert["annotations"]["runbook_url"].startswith("docs/runbooks/") for alert in said["alerts"])
