"""observability.yaml and logs.yaml, held against the system they watch and the files they mount."""

import json
from typing import Any

import pytest
from hsc_local.ports import USUAL
from ruamel.yaml import YAML
from support.manifests import K8S, ROOT
from support.prometheus import MONITORING, load


def read(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(ROOT / "compose" / name)
    return loaded


SYSTEM, WATCHING, LOGS = (read(name)["services"] for name in ("compose.yaml", "observability.yaml", "logs.yaml"))
PRIVILEGED = {"cadvisor"}


def names(service: str, of: dict[str, Any]) -> set[str]:
    """The names by which a service is found."""
    networks = of.get("networks")
    return {service} | (set(networks["inner"].get("aliases", [])) if isinstance(networks, dict) else set())


def test_what_prometheus_asks_is_there_on_its_port() -> None:
    everybody = SYSTEM | WATCHING
    known = {name for service, of in everybody.items() for name in names(service, of)} | {"envoy-metrics"}
    assert WATCHING["prometheus"]["links"] == ["envoy:envoy-metrics"]
    for job in load(MONITORING / "prometheus" / "prometheus.yaml")["scrape_configs"]:
        for asked in job.get("dns_sd_configs", []):
            # Only Kubernetes has this one.
            assert set(asked["names"]) <= known | {"kube-state-metrics"}, job["job_name"]
            if (usual := USUAL.get(f"{job['job_name']}_metrics")) is not None:
                assert asked["port"] == usual
    jobs = load(MONITORING / "prometheus" / "prometheus.yaml")["scrape_configs"]
    edge = next(job for job in jobs if job["job_name"] == "envoy")
    assert edge["dns_sd_configs"][0]["port"] == USUAL["envoy_stats"]


@pytest.mark.parametrize(("file", "services"), [("observability", WATCHING), ("logs", LOGS)])
def test_they_start_only_when_asked_for_bounded_and_without_privileges(file: str, services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["profiles"] == [file], name
        assert service["mem_limit"], name
        assert service["cpus"], name
        assert service["cap_drop"] == ["ALL"] or name in PRIVILEGED, name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
        assert not service["image"].endswith(":latest"), name


def test_the_ports_people_know() -> None:
    published = {name: of["ports"] for name, of in (WATCHING | LOGS).items() if "ports" in of}
    assert published == {
        "prometheus": ["127.0.0.1:9090:9090"],
        "alertmanager": ["127.0.0.1:9093:9093"],
        "grafana": ["127.0.0.1:3000:3000"],
        "kibana": ["127.0.0.1:5601:5601"],
    }


def test_every_file_they_mount_is_there() -> None:
    for name, service in (WATCHING | LOGS).items():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert not source.startswith(".") or (ROOT / "compose" / source).exists(), f"{name}: {source}"


def test_every_id_of_a_log_line_is_a_field_to_search_by() -> None:
    template = json.loads((K8S / "components" / "logging" / "index-template.json").read_text())
    fields = template["template"]["mappings"]["properties"]
    for name in ("trace_id", "span_id", "request_id", "session_id", "product_id", "service", "level"):
        assert fields[name] == {"type": "keyword"}


def test_the_saved_search_is_by_request_id_over_our_lines() -> None:
    lines = (K8S / "components" / "logging" / "saved-search.ndjson").read_text().splitlines()
    view, search = map(json.loads, lines)
    assert view["attributes"]["title"] == "hsc-jit-*"
    assert search["references"][0]["id"] == view["id"]
    source = json.loads(search["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])
    assert "request_id" in source["query"]["query"]
