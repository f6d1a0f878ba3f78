"""Which port belongs to whom, and whether it can be had."""

import json
import random
import socket
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

import psutil

LOOPBACK = "127.0.0.1"
USUAL_GATEWAY = 8000

# In the order in which the others follow HSC_PORT when that is not the usual one.
USUAL = {
    "gateway": USUAL_GATEWAY,
    "catalog": 50051,
    "prediction": 50052,
    "answer": 50053,
    "ingest": 50054,
    "wsbridge": 8090,
    "web": 8080,
    "catalog_metrics": 9101,
    "prediction_metrics": 9102,
    "answer_metrics": 9103,
    "ingest_metrics": 9104,
    "worker_metrics": 9105,
    "wsbridge_metrics": 9106,
    "envoy_stats": 9107,
    "envoy_admin": 9901,
    "redis": 6390,
    "redis_cache": 6391,
}

# What may run several times. With HSC_REPLICAS=2 the second has the ports `catalog_2`, `catalog_2_metrics` ….
REPLICATED = ("catalog", "prediction", "answer", "ingest", "worker", "wsbridge")
_MOST_REPLICAS = 9
_APART = 10

# Below what Linux gives to outgoing connections: one of those could sit on the port of a process that starts again.
_FREE = range(12_000, 32_000)

Ports = Mapping[str, int]


class PortBusy(Exception):
    """Somebody listens there already; the text says who, as far as we may know."""


def plan(gateway: int, replicas: int = 1) -> Ports:
    """The usual ports, or `gateway` and those that follow it. Port 0 takes any that are free now.

    Raises ValueError where the last one would not be a port, or there would be no or too many replicas.
    """
    if not 0 < replicas <= _MOST_REPLICAS:
        raise ValueError(f"HSC_REPLICAS must be 1–{_MOST_REPLICAS}, not {replicas}")
    usual = USUAL | _further(replicas)
    if gateway == USUAL_GATEWAY:
        return usual
    if gateway == 0:
        return dict(zip(usual, free(len(usual)), strict=True))
    if not 0 < gateway <= 65535 - len(usual):
        raise ValueError(f"HSC_PORT must be 1–{65535 - len(usual)}, not {gateway}: the other ports follow it")
    return {name: gateway + offset for offset, name in enumerate(usual)}


def replicas_of(name: str, ports: Ports) -> list[str]:
    """The replicas of a service, as the ports and the processes name them: `catalog`, `catalog-2` …"""
    key = f"{name}_metrics"
    numbers = [n for n in range(2, _MOST_REPLICAS + 1) if f"{name}_{n}_metrics" in ports]
    return [name, *(f"{name}-{n}" for n in numbers)] if key in ports else []


def _further(replicas: int) -> dict[str, int]:
    return {
        f"{name}_{number}{suffix}": USUAL[name + suffix] + _APART * (number - 1)
        for number in range(2, replicas + 1)
        for name in REPLICATED
        for suffix in ("", "_metrics")
        if name + suffix in USUAL
    }


def free(count: int) -> list[int]:
    """Ports that nobody listens on now, all different; which ones is chance."""
    ports = (port for port in random.sample(_FREE, len(_FREE)) if _is_free(port))
    return list(islice(ports, count))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def check(ports: Ports) -> None:
    """Raises PortBusy for the first port that cannot be listened on."""
    for name, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError as error:
                raise PortBusy(
                    f"port {port} ({name}) is taken{_holder(port)}; stop that, or choose other ports with HSC_PORT"
                    f" ({error.strerror})"
                ) from None


def write(ports: Ports, path: Path) -> None:
    path.write_text(json.dumps(dict(ports), indent=2) + "\n")


def read(path: Path) -> Ports:
    """Raises OSError or ValueError where there is no such file, or it is not ours."""
    ports = json.loads(path.read_text())
    if not isinstance(ports, dict) or not USUAL.keys() <= ports.keys():
        raise ValueError(f"{path} does not list the ports of a stack")
    return {str(name): int(port) for name, port in ports.items()}


def _holder(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            address = connection.laddr
            if connection.status == psutil.CONN_LISTEN and connection.pid and address and address.port == port:
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        pass
    return ""
