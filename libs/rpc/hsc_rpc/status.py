"""hsc.status.v1: every server tells of itself; ingest asks them all for the operator's page."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Any

from hsc.status.v1 import status_pb2, status_pb2_grpc
from prometheus_client import REGISTRY

from hsc_rpc.health import Health

SERVICE = "hsc.status.v1.StatusService"
Fill = Callable[[status_pb2.GetStatusResponse], Awaitable[None]]


async def _nothing_more(_: status_pb2.GetStatusResponse) -> None:
    return None


class StatusService(status_pb2_grpc.StatusServiceServicer):
    """This server's version, health and caches; `fill` adds what only the service knows."""

    def __init__(self, name: str, health: Health, fill: Fill = _nothing_more) -> None:
        self._name = name
        self._health = health
        self._fill = fill

    async def GetStatus(self, request: Any, context: Any) -> status_pb2.GetStatusResponse:  # noqa: ARG002
        own = status_pb2.ServiceStatus(
            name=self._name,
            version=version(f"hsc-{self._name}"),
            serving=self._health.serving,
            detail=self._health.detail,
        )
        response = status_pb2.GetStatusResponse(services=[own], caches=caches())
        await self._fill(response)
        return response


def caches() -> list[status_pb2.CacheStatus]:
    """Return the hits and misses of this process' caches, read where Prometheus reads them."""
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for family in REGISTRY.collect():
        if family.name not in ("cache_hits", "cache_misses"):
            continue
        for sample in family.samples:
            if sample.name.endswith("_total"):
                key = sample.labels["cache"], sample.labels["layer"]
                counts[key][family.name.removeprefix("cache_")] = int(sample.value)
    return [
        status_pb2.CacheStatus(cache=cache, layer=layer, hits=found.get("hits", 0), misses=found.get("misses", 0))
        for (cache, layer), found in sorted(counts.items())
    ]
