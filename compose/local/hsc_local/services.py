"""Our own processes: how each is started and how its health is asked."""

import os
import sys
from collections.abc import Mapping

from hsc_local import envoy
from hsc_local.health import grpc_serving, http_ok
from hsc_local.home import Home
from hsc_local.ports import LOOPBACK, Ports
from hsc_local.supervisor import Spec

GRPC = ("catalog", "prediction", "answer", "ingest")
DEVELOPMENT_PAGE = "http://localhost:5173"


def environment(
    home: Home, ports: Ports, *, database_url: str, redis_url: str, redis_cache_url: str, token: str
) -> dict[str, str]:
    """What every process of ours gets on top of the caller's environment."""
    given = dict(os.environ)
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
        **{f"{name.upper()}_ADDRESS": f"{LOOPBACK}:{ports[name]}" for name in GRPC},
        # Nobody balances here, so nobody has to look away first.
        "DRAIN_DELAY_S": given.get("DRAIN_DELAY_S") or "0.1",
        "PYTHONUNBUFFERED": "1",
    }


def specs(ports: Ports, base: Mapping[str, str]) -> list[Spec]:
    """The services, the worker, the bridge and the page's server."""

    def python(name: str, module: str, ready: str = "", **variables: object) -> Spec:
        own = {key: str(value) for key, value in variables.items()}
        return Spec(
            name=name,
            command=(sys.executable, "-m", module),
            ready=http_ok(int(own.get("WORKER_METRICS_PORT") or own["PORT"]), ready)
            if ready
            else grpc_serving(ports[name]),
            environment={**base, **own},
        )

    return [
        *(python(name, f"hsc_{name}.main", PORT=ports[name], METRICS_PORT=ports[f"{name}_metrics"]) for name in GRPC),
        python("worker", "hsc_ingest.worker", ready="/metrics", WORKER_METRICS_PORT=ports["worker_metrics"]),
        python(
            "wsbridge",
            "hsc_wsbridge.main",
            ready="/ready",
            PORT=ports["wsbridge"],
            METRICS_PORT=ports["wsbridge_metrics"],
        ),
        python("web", "hsc_local.web", ready="/health", PORT=ports["web"]),
    ]


def gateway(home: Home, ports: Ports, base: Mapping[str, str]) -> Spec:
    """Envoy, with its configuration written to HSC_HOME."""
    config = home.root / "envoy.json"
    doors = envoy.Doors(ports["gateway"], ports["envoy_stats"], ports["envoy_admin"])
    endpoints = {name: [ports[name]] for name in (*GRPC, "wsbridge", "web")}
    origins = [each.strip() for each in base["HSC_ALLOWED_ORIGINS"].split(",") if each.strip()]
    envoy.write(config, envoy.rewritten(envoy.load(), doors, endpoints, origins))
    return Spec(
        name="envoy",
        command=envoy.command(config),
        ready=http_ok(ports["gateway"], "/ready"),
        environment={"PATH": os.environ.get("PATH", "")},
    )
