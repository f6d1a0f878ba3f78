"""compose.yaml, held against Envoy's configuration, the settings and the rules for containers."""

import re
import runpy
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from hsc_local.envoy import load
from hsc_local.ports import USUAL
from hsc_rpc.edge import EdgeSettings
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[3]
FILE = ROOT / "compose" / "compose.yaml"
TEXT = FILE.read_text()
COMPOSE: dict[str, Any] = YAML(typ="safe", pure=True).load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PYTHON = ("catalog", "prediction", "answer", "ingest", "worker", "wsbridge")
OURS = (*PYTHON, "web", "envoy", "settings", "edge", "tools")
ONCE = {"settings", "edge"}
CALLERS = {name.upper() for name in EdgeSettings.model_fields}
SECRETS = runpy.run_path(str(ROOT / "scripts" / "environment.py"))["SECRETS"]


def answering(status: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing to log."""

    return Handler


def test_every_upstream_of_envoy_is_a_service() -> None:
    for cluster in load()["static_resources"]["clusters"]:
        endpoint = cluster["load_assignment"]["endpoints"][0]["lb_endpoints"][0]["endpoint"]
        address = endpoint["address"]["socket_address"]
        if cluster["name"] != "admin":
            assert address["address"] in SERVICES
            assert address["port_value"] == USUAL[address["address"]]


def test_every_container_is_hardened_and_limited() -> None:
    for name, service in SERVICES.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["pids_limit"], name
        assert name == "settings" or (service["mem_limit"] and service["cpus"]), name


def test_what_we_build_runs_as_nobody_in_particular() -> None:
    assert {SERVICES[name]["user"] for name in OURS} == {"65532:65532"}


def test_no_image_is_the_latest() -> None:
    for name, service in SERVICES.items():
        tag = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", service["image"]).rpartition("/")[2].partition(":")[2]
        assert tag not in ("", "latest"), name


def test_every_server_is_asked_for_its_health_where_it_listens() -> None:
    for name in ("catalog", "prediction", "answer", "ingest"):
        assert SERVICES[name]["healthcheck"]["test"] == ["CMD", "/app/bin/healthy", str(USUAL[name])]
    assert f":{USUAL['wsbridge']}/ready" in SERVICES["wsbridge"]["healthcheck"]["test"][-1]
    *_, address, gauge = SERVICES["worker"]["healthcheck"]["test"]
    assert f":{USUAL['worker_metrics']}/metrics" in address
    assert gauge == "worker_ready"


def test_every_server_of_the_core_is_asked_for_its_health() -> None:
    core = {name for name, service in SERVICES.items() if not service.get("profiles")} - ONCE
    assert {name for name in core if "healthcheck" not in SERVICES[name]} == set()


def test_the_page_is_asked_for_its_health_in_words_that_a_server_understands() -> None:
    """The very command, against a server that answers 200, and one that answers 503."""
    found = []
    for status in (200, 503):
        server = HTTPServer(("127.0.0.1", 0), answering(status))
        thread = Thread(target=server.serve_forever)
        thread.start()
        _, *command = SERVICES["web"]["healthcheck"]["test"]
        command[-1] = command[-1].replace("/8080", f"/{server.server_port}")
        found.append(subprocess.run(command, check=False, capture_output=True, timeout=20).returncode)
        server.shutdown()
        server.server_close()
        thread.join()
    assert found == [0, 1]


def test_the_tools_start_only_when_asked_for_and_their_image_is_the_commands() -> None:
    tools = SERVICES["tools"]
    assert tools["profiles"] == ["tools"]
    assert tools["build"]["dockerfile"] == "cli/Dockerfile"
    assert {name for name, service in SERVICES.items() if service.get("profiles")} == {"tools"}
    assert tools["environment"].keys() >= {"DATABASE_URL", "REDIS_URL", "BLOB_URL", "HSC_BACKUP_TO"}


def test_errors_and_spans_are_told_to_every_service_and_leave_by_one_file() -> None:
    for name in PYTHON:
        assert SERVICES[name]["environment"].keys() >= {"SENTRY_DSN", "OTEL_EXPORTER_OTLP_ENDPOINT"}, name
    out = YAML(typ="safe", pure=True).load(FILE.with_name("reporting.yaml"))["services"]
    assert out == {name: {"networks": ["outside"]} for name in PYTHON}


def test_who_waits_for_a_server_waits_for_its_health() -> None:
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            checked = "healthcheck" in SERVICES[other]
            expected = "service_healthy" if checked else ("service_completed_successfully", "service_started")
            assert how["condition"] in expected, f"{name} waits for {other}"


def test_nothing_starts_before_the_secrets_were_looked_at() -> None:
    def waits(name: str) -> bool:
        before = SERVICES[name].get("depends_on", {})
        return "settings" in before or any(waits(other) for other in before)

    assert SERVICES["settings"]["environment"].keys() == set(SECRETS)
    without = {name for name in SERVICES if not waits(name)} - {*ONCE, "web"}
    assert without == set()


def test_a_missing_secret_ends_the_start() -> None:
    for name in SECRETS:
        uses = re.findall(r"\$\{" + name + r"[^}]*\}", TEXT)
        assert uses
        assert set(uses) == {f"${{{name}:?run ./setup-dev.sh}}"}


def test_every_variable_of_ours_is_a_setting() -> None:
    settings = (ROOT / "docs" / "settings.md").read_text()
    for name in PYTHON:
        for variable in SERVICES[name]["environment"]:
            assert f"| `{variable}` |" in settings, f"{name}: {variable}"


def test_only_envoy_is_open_and_only_on_this_machine_unless_told_otherwise() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {
        "envoy": ["${HSC_BIND:-127.0.0.1}:${HSC_PORT:-8000}:8000"],
    }


def test_stores_have_no_way_out() -> None:
    assert COMPOSE["networks"]["inner"]["internal"] is True
    for name in ("postgres", "redis", "redis-cache", "catalog", "prediction", "ingest", "web"):
        assert SERVICES[name]["networks"] == ["inner"], name


def test_envoy_and_the_bridge_ask_callers_for_the_same() -> None:
    """Else sockets would stay open where calls are asked, or the other way round."""
    told = [
        {key: value for key, value in SERVICES[name]["environment"].items() if key in CALLERS}
        for name in ("edge", "envoy", "wsbridge")
    ]
    assert told[0].keys() == CALLERS
    assert told[0] == told[1] == told[2]
    mounted = [{each for each in SERVICES[name]["volumes"] if "/callers/" in each} for name in ("edge", "wsbridge")]
    assert mounted[0] == mounted[1] != set()


def test_envoy_reads_what_was_written_for_it() -> None:
    written = SERVICES["edge"]["entrypoint"][-1]
    assert SERVICES["envoy"]["command"][:2] == ["--config-path", written]
    assert SERVICES["envoy"]["depends_on"]["edge"] == {"condition": "service_completed_successfully"}
    assert "edge:/edge" in SERVICES["edge"]["volumes"]
    assert "edge:/edge:ro" in SERVICES["envoy"]["volumes"]


def test_every_mounted_file_is_there() -> None:
    for name, service in SERVICES.items():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            if source.startswith("."):
                assert (FILE.parent / source).exists(), f"{name}: {source}"


def test_a_named_volume_is_declared() -> None:
    for name, service in SERVICES.items():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source[0] in ".$" or source in COMPOSE["volumes"], name


def test_the_stores_are_those_of_kubernetes() -> None:
    for name in ("postgres", "redis", "redis-cache"):
        manifest = (ROOT / "k8s" / "base" / "stores" / f"{name}.yaml").read_text()
        image = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", SERVICES[name]["image"])
        assert f"image: {image}\n" in manifest
