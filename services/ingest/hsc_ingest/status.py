"""StatusService for the operator's page: what ingest knows, and what the other services say of themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from grpc import aio
from hsc.status.v1 import status_pb2, status_pb2_grpc

from hsc_ingest.adapters.documents import Documents
from hsc_ingest.adapters.jobs import Jobs
from hsc_ingest.adapters.prefetches import Outcomes

_PATIENCE_S = 1.0


class FillStatus:
    """Completes the answer that hsc_rpc's StatusService began."""

    def __init__(self, jobs: Jobs, documents: Documents, outcomes: Outcomes, others: Mapping[str, aio.Channel]) -> None:
        self._jobs = jobs
        self._documents = documents
        self._outcomes = outcomes
        self._others = {name: status_pb2_grpc.StatusServiceStub(channel) for name, channel in others.items()}

    async def __call__(self, response: status_pb2.GetStatusResponse) -> None:
        response.queue_depth, response.oldest_job_seconds, response.dead_letters = await self._jobs.backlog()
        response.manuals_ready = await self._documents.count_ready()
        response.prefetch.CopyFrom(await self._outcomes.totals())
        for said in await asyncio.gather(*(self._ask(name) for name in self._others)):
            response.services.extend(said.services)
            response.caches.extend(said.caches)
            response.catalog_revision = max(response.catalog_revision, said.catalog_revision)
            response.products = max(response.products, said.products)

    async def _ask(self, name: str) -> status_pb2.GetStatusResponse:
        try:
            said: status_pb2.GetStatusResponse = await self._others[name].GetStatus(
                status_pb2.GetStatusRequest(), timeout=_PATIENCE_S
            )
        except aio.AioRpcError as error:
            absent = status_pb2.ServiceStatus(name=name, detail=f"does not answer: {error.code().name}")
            return status_pb2.GetStatusResponse(services=[absent])
        return said
