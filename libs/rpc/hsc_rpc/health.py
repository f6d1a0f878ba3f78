"""grpc.health.v1, for probes and load balancers: per service, "" for the whole server, and `live`, which only says that
the server answers: no condition touches it.
"""

import asyncio

from grpc_health.v1 import health_pb2
from grpc_health.v1._async import HealthServicer
from prometheus_client import Gauge

SERVING = Gauge("service_serving", "1 while the server says SERVING.", ("service",))
CONDITION = Gauge("service_condition", "1 while a condition of readiness holds.", ("service", "condition"))
# What a liveness probe asks for.
LIVE = "live"


class Health:
    """SERVING while every named condition holds and the server does not drain."""

    def __init__(self, name: str) -> None:
        self.servicer = HealthServicer()
        self._name = name
        self._services: list[str] = [""]
        self._unmet: dict[str, str] = {"start": "starting"}
        self._changes: set[asyncio.Task[None]] = set()
        SERVING.labels(name).set(0)

    async def watch_over(self, services: list[str]) -> None:
        """Take the services that share this health; they begin as NOT_SERVING."""
        self._services = ["", *services]
        await self.servicer.set(LIVE, health_pb2.HealthCheckResponse.SERVING)
        await self._tell()

    async def met(self, condition: str) -> None:
        """A condition holds now."""
        CONDITION.labels(self._name, condition).set(1)
        if self._unmet.pop(condition, None) is not None:
            await self._tell()

    async def unmet(self, condition: str, why: str) -> None:
        """A condition no longer holds; `why` is for a person."""
        CONDITION.labels(self._name, condition).set(0)
        known = self._unmet.get(condition)
        self._unmet[condition] = why
        if known is None:
            await self._tell()

    @property
    def serving(self) -> bool:
        """Whether every condition holds."""
        return not self._unmet

    @property
    def detail(self) -> str:
        """Why it does not serve; empty while it does."""
        return "; ".join(f"{condition}: {why}" for condition, why in self._unmet.items())

    async def _tell(self) -> None:
        status = health_pb2.HealthCheckResponse
        now = status.SERVING if self.serving else status.NOT_SERVING
        SERVING.labels(self._name).set(self.serving)
        for service in self._services:
            await self.servicer.set(service, now)
