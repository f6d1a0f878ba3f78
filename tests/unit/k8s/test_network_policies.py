"""The arrows of the design, and no other."""

from ipaddress import ip_network

import pytest
from support.manifests import Manifest, of_kind, workloads

PORTS = {
    "catalog": 50051, "prediction": 50052, "answer": 50053, "ingest": 50054, "wsbridge": 8090, "web": 8080,
    "postgres": 5432, "redis": 6379, "redis-cache": 6379,
}  # fmt: skip
CALLS = {
    "envoy": {"catalog", "prediction", "answer", "ingest", "wsbridge", "web"},
    "wsbridge": {"prediction", "answer", "ingest"},
    "prediction": {"catalog", "ingest", "redis"},
    "catalog": {"ingest", "postgres", "redis"},
    "answer": {"catalog", "ingest", "postgres", "redis", "redis-cache"},
    "ingest": {"catalog", "prediction", "answer", "postgres", "redis"},
    "worker": {"catalog", "postgres", "redis"},
}
ARROWS = {(caller, called, PORTS[called]) for caller, all_called in CALLS.items() for called in all_called}
LOCAL = "overlays/local"


def policies(overlay: str = LOCAL) -> dict[str, Manifest]:
    return of_kind(overlay, "NetworkPolicy")


def names(peers: list[Manifest]) -> list[str]:
    return [
        peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"]
        for peer in peers
        if "podSelector" in peer and "namespaceSelector" not in peer
    ]


def arrows(direction: str) -> set[tuple[str, str, int]]:
    found = set()
    side = "to" if direction == "egress" else "from"
    for name, policy in policies().items():
        for rule in policy["spec"].get(direction, []):
            for other in names(rule.get(side, [])):
                for port in rule["ports"]:
                    pair = (name, other) if direction == "egress" else (other, name)
                    found.add((*pair, port["port"]))
    return found


def test_who_calls_may_call() -> None:
    assert arrows("egress") == ARROWS


def test_who_is_called_lets_its_callers_in_and_prometheus_to_its_metrics() -> None:
    metrics = {arrow for arrow in arrows("ingress") if arrow[0] == "prometheus"}
    assert arrows("ingress") - metrics == ARROWS
    for _, name, port in metrics:
        [container] = workloads(LOCAL)[name]["spec"]["template"]["spec"]["containers"]
        assert port == next(each["containerPort"] for each in container["ports"] if each["name"] == "metrics")


def test_what_no_policy_allows_is_denied() -> None:
    default = policies()["default-deny"]["spec"]
    assert default["podSelector"] == {}
    assert default["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in default
    assert [port["port"] for rule in default["egress"] for port in rule["ports"]] == [53, 53]


def test_every_workload_has_its_policy() -> None:
    assert policies().keys() - {"default-deny"} == workloads(LOCAL).keys()


def test_only_the_worker_reaches_the_outside_and_nothing_that_is_private() -> None:
    blocks = {
        name: [peer["ipBlock"] for rule in policy["spec"].get("egress", []) for peer in rule["to"] if "ipBlock" in peer]
        for name, policy in policies().items()
    }
    assert [name for name, listed in blocks.items() if listed] == ["worker"]
    [block] = blocks["worker"]
    closed = [ip_network(each) for each in block["except"]]
    for private in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.169.254/32"):
        assert any(ip_network(private).subnet_of(each) for each in closed), private  # type: ignore[arg-type]


def test_only_the_door_is_open_to_everybody() -> None:
    open_to_all = [
        (name, port["port"])
        for name, policy in policies().items()
        for rule in policy["spec"].get("ingress", [])
        if "from" not in rule
        for port in rule["ports"]
    ]
    assert open_to_all == [("envoy", 8000)]


@pytest.mark.parametrize("name", ["managed-postgres", "managed-redis", "managed-blobs"])
def test_in_production_the_managed_stores_are_reached_by_those_who_use_them(name: str) -> None:
    stores = {"managed-postgres": "postgres", "managed-redis": "redis"}
    spec = policies("overlays/production")[name]["spec"]
    [chosen] = spec["podSelector"]["matchExpressions"]
    wanted = {caller for caller, called in CALLS.items() if stores.get(name) in called} or {"ingest", "worker"}
    assert set(chosen["values"]) == wanted
