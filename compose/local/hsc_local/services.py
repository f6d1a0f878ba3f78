"""Our own processes: how each is started and how its health is asked."""

import os
import sys
from collections.abc import Callable, Mapping

from hsc_rpc.edge import EdgeSettings
from hsc_rpc.settings import load
from hsc_wsbridge.edge import asking, write

from hsc_local import envoy
from hsc_local.health import grpc_serving, http_ok
from hsc_local.home import Home
from hsc_local.ports import LOOPBACK, Ports, replicas_of
from hsc_local.supervisor import Ready, Spec

GRPC = ("catalog", "prediction", "answer", "ingest")
DEVELOPMENT_PAGE = "http://localhost:5173"


def environment(
    home: Home, ports: Ports, *, database_url: str, redis_url: str, redis_cache_url: str, token: str
) -> dict[str, str]:
    """What every process of ours gets on top of the caller's environment."""
    given = dict(os.environ)
    # One process a service: nobody balances, so nobody has to look away first. Else Envoy asks once a second.
    drain_delay_s = "0.1" if len(replicas_of("catalog", ports)) == 1 else "1.2"
    allow = [part for part in given.get("HSC_FETCH_ALLOW", "").split(",") if part.strip()]
    return given | {
        "HOST": LOOPBACK,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "REDIS_CACHE_URL": redis_cache_url,
        "BLOB_URL": home.blobs.as_uri(),
        "HSC_HOME": str(home.root),
        "HSC_ADMIN_TOKEN": token,
        # The samples' manuals are fetched like any other, through the gateway.
        "HSC_FETCH_ALLOW": ",".join([*allow, f"{LOOPBACK}:{ports['gateway']}"]),
        "HSC_ALLOWED_ORIGINS": given.get("HSC_ALLOWED_ORIGINS") or DEVELOPMENT_PAGE,
        # An address that is given stays: a proxy's, where the network between the services is under test.
        **{key: given.get(key) or _addresses(name, ports) for name in GRPC if (key := f"{name.upper()}_ADDRESS")},
        "DRAIN_DELAY_S": given.get("DRAIN_DELAY_S") or drain_delay_s,
        "PYTHONUNBUFFERED": "1",
    }


def specs(ports: Ports, base: Mapping[str, str]) -> list[Spec]:
    """The services, the worker and the bridge, each as often as it has ports; and the page's server."""

    def python(name: str, module: str, ready: Ready, **variables: object) -> Spec:
        own = {key: str(value) for key, value in variables.items()}
        return Spec(name, (sys.executable, "-m", module), ready, {**base, **own})

    def server(name: str, module: str, ready: Callable[[int], Ready]) -> list[Spec]:
        return [
            python(each, module, ready(port), PORT=port, METRICS_PORT=_metrics(each, ports))
            for each in replicas_of(name, ports)
            for port in [_port(each, ports)]
        ]

    workers = [
        python(each, "hsc_ingest.worker", http_ok(port, "/metrics"), WORKER_METRICS_PORT=port)
        for each in replicas_of("worker", ports)
        for port in [_metrics(each, ports)]
    ]
    return [
        *(spec for name in GRPC for spec in server(name, f"hsc_{name}.main", grpc_serving)),
        *workers,
        *server("wsbridge", "hsc_wsbridge.main", lambda port: http_ok(port, "/ready")),
        python("web", "hsc_local.web", http_ok(ports["web"], "/health"), PORT=ports["web"]),
    ]


def gateway(home: Home, ports: Ports, base: Mapping[str, str]) -> Spec:
    """Envoy, with its configuration written to HSC_HOME."""
    config = home.root / "envoy.json"
    doors = envoy.Doors(ports["gateway"], ports["envoy_stats"], ports["envoy_admin"])
    endpoints = {name: [_port(each, ports) for each in replicas_of(name, ports)] for name in (*GRPC, "wsbridge")}
    endpoints["web"] = [ports["web"]]
    origins = [each.strip() for each in base["HSC_ALLOWED_ORIGINS"].split(",") if each.strip()]
    ours = envoy.rewritten(envoy.load(), doors, endpoints, origins)
    write(config, asking(ours, load(EdgeSettings)))
    return Spec(
        name="envoy",
        command=envoy.command(config),
        ready=http_ok(ports["gateway"], "/ready"),
        environment={"PATH": os.environ.get("PATH", "")},
    )


def _port(replica: str, ports: Ports) -> int:
    return ports[replica.replace("-", "_")]


def _metrics(replica: str, ports: Ports) -> int:
    return ports[f"{replica.replace('-', '_')}_metrics"]


def _addresses(name: str, ports: Ports) -> str:
    return ",".join(f"{LOOPBACK}:{_port(each, ports)}" for each in replicas_of(name, ports))
