"""The whole system under some load, watched by a real Prometheus: what dashboards and alerts ask for is there."""

import asyncio
import json
import os
import re
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner
from e2e.desk import at, refusal
from hsc.answer.v1 import answer_pb2
from hsc.catalog.v1 import catalog_pb2
from hsc.prediction.v1 import prediction_pb2
from hsc_cli.commands.slo import slo
from hsc_local.postgres import Postgres
from hsc_local.stack import Running, running
from support.folders import open_folder
from support.manifests import tool
from support.ports import free_port
from support.prometheus import CLUSTER, Prometheus, alerts, panels, program, prometheus, rules, selectors
from support.wait import until

SEED = {
    "websockets": "websocket_active_connections",
    "p95": "histogram_quantile(0.95, prediction_latency_seconds)",
    "hit rate": "rate(cache_hits_total[5m]) / (rate(cache_hits_total[5m]) + rate(cache_misses_total[5m])) * 100",
    "error rate": 'rate(http_requests_total{status=~"5.."}[5m]) * 100',
    "pod memory": "container_memory_usage_bytes / container_spec_memory_limit_bytes * 100",
}
JOBS = ("catalog", "prediction", "answer", "ingest", "worker", "wsbridge")
# A machine of tests may be full and slow, and nobody backs its stack up.
MAY_FIRE = {"NodeMemory", "KeystrokesBurnBudgetFast", "KeystrokesBurnBudgetSlow", "BackupUnproven", "BackupMissing"}


class Model(BaseHTTPRequestHandler):
    """A model that says what no passage says: its sentence is dropped, its tokens are counted."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        said = json.dumps({"sentence": "Press any key.", "passage": 1, "quote": "Press any key."}) + "\n"
        parts = [
            {"choices": [{"index": 0, "delta": {"content": said}, "finish_reason": None}]},
            {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
            {"choices": [], "usage": {"prompt_tokens": 900, "completion_tokens": 20}},
        ]
        body = "".join(f"data: {json.dumps(part)}\n\n" for part in parts) + "data: [DONE]\n\n"
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Nothing to log."""


@contextmanager
def model() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def exporters(up: Running, folder: Path) -> Iterator[dict[str, list[int]]]:
    """Debian's exporters on the stack's stores and on this machine."""
    home = up.home
    password = re.search(r"requirepass (\S+)", (home.root / "redis" / "valkey.conf").read_text())
    assert password is not None
    ports = {name: free_port() for name in ("postgres", "redis", "redis-cache", "node")}
    socket = Postgres(home).url.partition("host=")[2]
    source = {"DATA_SOURCE_NAME": f"host={socket} user=postgres dbname=postgres sslmode=disable"}
    with ExitStack() as stack:
        for name, command, environment in (
            ("postgres", "prometheus-postgres-exporter", source),
            ("redis", "prometheus-redis-exporter", {"REDIS_ADDR": f"127.0.0.1:{up.ports['redis']}"}),
            ("redis-cache", "prometheus-redis-exporter", {"REDIS_ADDR": f"127.0.0.1:{up.ports['redis_cache']}"}),
            ("node", "prometheus-node-exporter", {}),
        ):
            stack.enter_context(
                program(
                    tool(command, f"apt install {command}"),
                    f"--web.listen-address=127.0.0.1:{ports[name]}",
                    log=folder / f"{name}.log",
                    environment={**os.environ, "REDIS_PASSWORD": password[1], **environment},
                )
            )
        yield {name: [port] for name, port in ports.items()}


async def visit(up: Running, number: int) -> None:
    """Somebody types, locks, asks twice, and thumbs nothing."""
    async with at(up) as desk, desk.typing() as typing:
        for end in range(3, len("how do i reset the vireo 61") + 1, 4):
            await typing.type("how do i reset the vireo 61"[:end])
        request = prediction_pb2.ReportTimingsRequest(session_id=typing.session_id, keystroke_to_paint_ms=[12, 30])
        await desk.prediction.ReportTimings(request, timeout=10)
        question = f"How do I reset to factory settings, {number // 2}?"
        ask = answer_pb2.AskRequest(session_id=uuid.uuid4().hex, product_id="ardlen-vireo-61", question=question)
        async for _ in desk.answer.Ask(ask, timeout=60):
            pass
        await refusal(desk.catalog.GetProduct(catalog_pb2.GetProductRequest(product_id="no such"), timeout=10))


@pytest.fixture(scope="module")
def watched() -> Iterator[Prometheus]:
    with open_folder() as folder, model() as url:
        settings = {
            "HSC_MODEL": "openai",
            "OPENAI_BASE_URL": url,
            "OPENAI_MODEL": "local",
            "MODEL_INPUT_USD_PER_MILLION": "1",
            "MODEL_OUTPUT_USD_PER_MILLION": "1",
        }
        with running(folder / "home", environment=settings) as up, exporters(up, folder) as stores:
            ours = {job: [up.ports[f"{job}_metrics"]] for job in JOBS} | {"envoy": [up.ports["envoy_stats"]]}
            with prometheus(folder / "prometheus", ours | stores) as server:
                asyncio.run(load(up, server))
                yield server


async def load(up: Running, server: Prometheus) -> None:
    """Until every job was asked, what is counted moved between two scrapes, and the rules were evaluated on it."""
    for number in range(4):
        await visit(up, number)
    await until(lambda: {each["metric"]["job"] for each in server.query("up == 1")} >= {*JOBS, "envoy", "node"}, 30)
    for number in range(4, 8):
        await visit(up, number)
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    await until(lambda: missing(server, recorded) == [], 20)


def missing(server: Prometheus, queries: Iterable[str]) -> list[str]:
    return sorted(query for query in queries if not server.query(query))


def test_every_query_of_every_panel_returns_data(watched: Prometheus) -> None:
    asked = [(place, query) for place, query in panels() if not CLUSTER.search(query)]
    assert [(place, query) for place, query in asked if not watched.query(query)] == []


def test_what_every_alert_selects_is_there(watched: Prometheus) -> None:
    wanted = {each for alert in alerts().values() for each in selectors(alert["expr"])}
    wanted = {each for each in wanted if not CLUSTER.match(each)}
    assert len(wanted) > 20
    assert missing(watched, wanted) == []


@pytest.mark.parametrize("name", [name for name in SEED if name != "pod memory"])
def test_the_queries_people_know_return_data_as_they_stand(watched: Prometheus, name: str) -> None:
    assert watched.query(SEED[name])


def test_no_rule_fails_and_no_alert_fires_for_a_system_that_is_well(watched: Prometheus) -> None:
    groups = watched.get("rules")["groups"]
    assert [rule["name"] for group in groups for rule in group["rules"] if rule["health"] == "err"] == []
    firing = {each["labels"]["alertname"] for each in watched.get("alerts")["alerts"] if each["state"] == "firing"}
    assert firing <= MAY_FIRE


def test_hsc_slo_knows_every_figure(watched: Prometheus) -> None:
    result = CliRunner().invoke(slo, ["--prometheus", watched.url, "--window", "5m", "--json"])
    figures = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(figures) == 7
    assert [each["name"] for each in figures if each["value"] is None] == []
    assert result.exit_code == (0 if all(each["met"] for each in figures) else 1)
