"""AuditService over the chains of all services: ingest's own, and those it asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from grpc import aio
from hsc.audit.v1 import audit_pb2, audit_pb2_grpc
from hsc_audit import AuditService
from hsc_rpc import pages

# Older than the first event: a chain that has been read to its end.
_END = 1


class AllChains(audit_pb2_grpc.AuditServiceServicer):
    """Passes the caller's own token on: each service checks it itself."""

    def __init__(self, own_name: str, own: AuditService, others: Mapping[str, aio.Channel]) -> None:
        self._own_name = own_name
        self._own = own
        self._others = {name: audit_pb2_grpc.AuditServiceStub(channel) for name, channel in others.items()}

    async def ListEvents(self, request: audit_pb2.ListEventsRequest, context: Any) -> audit_pb2.ListEventsResponse:
        """Newest first. The token of a page over all chains holds how far each of them was read."""
        if request.service:
            return await self._list(request, context)
        names = (self._own_name, *self._others)
        size = pages.size(request.page_size)
        before = dict(zip(names, pages.after(request.page_token, len(names)) or [0] * len(names), strict=True))
        answers = await asyncio.gather(*(self._list_before(name, before[name], size, context) for name in names))
        found = sorted(
            (event for answer in answers for event in answer.events),
            key=lambda event: (event.at.ToNanoseconds(), event.service, event.sequence),
            reverse=True,
        )
        for event in found[:size]:
            before[event.service] = event.sequence
        more = len(found) > size or any(answer.next_page_token for answer in answers)
        return audit_pb2.ListEventsResponse(
            events=found[:size], next_page_token=pages.token(*(before[name] for name in names)) if more else ""
        )

    async def Verify(self, request: audit_pb2.VerifyRequest, context: Any) -> audit_pb2.VerifyResponse:
        """Walk each chain."""
        own = await self._own.Verify(request, context)
        others = [stub for name, stub in self._others.items() if request.service in ("", name)]
        answers = await asyncio.gather(*(stub.Verify(request, metadata=_token(context)) for stub in others))
        return audit_pb2.VerifyResponse(chains=[chain for answer in (own, *answers) for chain in answer.chains])

    async def _list_before(self, name: str, before: pages.Key, size: int, context: Any) -> audit_pb2.ListEventsResponse:
        if before == _END:
            return audit_pb2.ListEventsResponse()
        token = pages.token(before) if before else ""
        request = audit_pb2.ListEventsRequest(service=name, page_size=size, page_token=token)
        return await self._list(request, context)

    async def _list(self, request: audit_pb2.ListEventsRequest, context: Any) -> audit_pb2.ListEventsResponse:
        if (stub := self._others.get(request.service)) is None:
            return await self._own.ListEvents(request, context)
        answer: audit_pb2.ListEventsResponse = await stub.ListEvents(request, metadata=_token(context))
        return answer


def _token(context: Any) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, value in context.invocation_metadata() or () if key == "authorization")
