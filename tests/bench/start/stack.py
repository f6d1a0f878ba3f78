"""From the command to ready, and from a service's process to SERVING.

A service is measured alone: the running stack's process is ended, and its supervisor starts the next one.
"""

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
from figures import Figure, below, median
from grpc_health.v1 import health_pb2, health_pb2_grpc
from hsc_local.stack import Running, running
from start.imports import keeping_bytecode

PART = "Start"
SERVICES = ("catalog", "prediction", "answer", "ingest")
_PATIENCE_S = 30.0
_LOOK_EVERY_S = 0.01


@contextmanager
def started(home: Path, took: list[float]) -> Iterator[Running]:
    """A stack of this home; the seconds until it was ready are added to `took`."""
    environment = {
        # Thousands of texts are typed: nothing is asked for on the web for them.
        "PREFETCH_PRODUCTS": "0",
        **keeping_bytecode(home.with_name("bytecode")),
    }
    began = time.monotonic()
    with running(home, environment=environment) as up:
        took.append(time.monotonic() - began)
        yield up


def services(up: Running, rounds: int) -> list[Figure]:
    """The median of some starts of each service."""
    return [
        Figure(
            PART,
            f"{name}: process to SERVING, alone",
            median(_restart(up, name) for _ in range(rounds)),
            "s",
            below(2.0),
        )
        for name in SERVICES
    ]


def _restart(up: Running, name: str) -> float:
    """Seconds from the birth of the next process to SERVING."""
    before = up.pid(name)
    os.kill(before, signal.SIGTERM)
    deadline = time.time() + _PATIENCE_S
    while up.pid(name) == before and time.time() < deadline:
        time.sleep(_LOOK_EVERY_S)
    while not _serving(up.ports[name]):
        if time.time() > deadline:
            raise TimeoutError(f"{name} does not serve after {_PATIENCE_S:.0f} s")
        time.sleep(_LOOK_EVERY_S)
    return time.time() - float(up.home.listed_children()[name]["created"])


def _serving(port: int) -> bool:
    # A bare connection first: asking a closed port by gRPC costs the core that the start needs.
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        try:
            answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=1)
        except grpc.RpcError:
            return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)
