#!/app/bin/python
"""The health of a server in this container, for compose: 0 where it serves, else 1 and a line that says why.

/app/bin/healthy PORT               grpc.health.v1 on 127.0.0.1
/app/bin/healthy http://…/ready     an HTTP address that answers 200
/app/bin/healthy http://…/metrics worker_ready     and says there that this gauge is 1
"""

import sys
import urllib.request
from typing import Any

TIMEOUT_S = 2.0
MAX_BYTES = 4 * 1024 * 1024


def http(url: str, gauge: str = "") -> str:
    """Return what is wrong; empty when nothing is."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as response:  # noqa: S310 an address of compose.yaml
            if response.status != 200:
                return f"HTTP {response.status}"
            lines = response.read(MAX_BYTES).decode(errors="replace").splitlines()
            return "" if not gauge or f"{gauge} 1.0" in lines else f"{gauge} is not 1"
    except OSError as error:
        return str(error)


def grpc_health(port: int) -> str:
    """Return what is wrong; empty when nothing is."""
    import grpc
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        try:
            answer = stub.Check(health_pb2.HealthCheckRequest(), timeout=TIMEOUT_S)
        except grpc.RpcError as error:
            return str(error.code().name)
    status: int = answer.status
    return "" if status == health_pb2.HealthCheckResponse.SERVING else "NOT_SERVING"


def main(target: str, gauge: str = "") -> None:
    if wrong := grpc_health(int(target)) if target.isdecimal() else http(target, gauge):
        sys.exit(f"{target}: {wrong}")


if __name__ == "__main__":
    main(*sys.argv[1:])
