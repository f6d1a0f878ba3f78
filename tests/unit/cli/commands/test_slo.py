"""`hsc slo` against a server that speaks Prometheus's query API."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from hsc_cli.commands.slo import GOALS, Goal, slo


class Api(BaseHTTPRequestHandler):
    """Answers each goal's query with its bound, unless a test says otherwise; None is no data."""

    values: ClassVar[dict[str, float | None]] = {}

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)["query"][0]
        goal = next(goal for goal in GOALS if goal.query.replace("$window", "1d") == query)
        value = Api.values.get(goal.name, goal.bound)
        result = [] if value is None else [{"metric": {}, "value": [0, str(value)]}]
        body = json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing to log."""


@pytest.fixture
def url() -> Iterator[str]:
    Api.values = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_seven_figures_at_their_bounds_are_a_success(url: str) -> None:
    result = CliRunner().invoke(slo, ["--prometheus", url])
    assert result.exit_code == 0
    assert result.stdout.count("met") == 7


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.name)
def test_one_that_fails_fails_all(url: str, goal: Goal) -> None:
    Api.values = {goal.name: goal.bound + (-1 if goal.least else 1)}
    result = CliRunner().invoke(slo, ["--prometheus", url, "--json"])
    assert result.exit_code == 1
    assert [json.loads(line)["name"] for line in result.stdout.splitlines() if '"met": false' in line] == [goal.name]


def test_what_is_not_known_is_no_success(url: str) -> None:
    Api.values = {"uptime": None}
    result = CliRunner().invoke(slo, ["--prometheus", url])
    assert result.exit_code == 1
    assert "no data" in result.stdout


@pytest.mark.parametrize("where", ["http://127.0.0.1:1", "file:///etc/passwd"])
def test_without_prometheus_it_says_where_to_look(where: str) -> None:
    result = CliRunner().invoke(slo, ["--prometheus", where])
    assert result.exit_code == 3
    assert "--prometheus" in result.stderr
