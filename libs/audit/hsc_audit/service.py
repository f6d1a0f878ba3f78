"""hsc.audit.v1.AuditService over the chain of one service."""

from typing import Any

from hsc.audit.v1 import audit_pb2, audit_pb2_grpc
from hsc_rpc import pages
from hsc_rpc.errors import Violation, invalid
from hsc_rpc.guard import CALLER

from hsc_audit.chain import Chain, Event

SERVICE = audit_pb2.DESCRIPTOR.services_by_name["AuditService"].full_name


class AuditService(audit_pb2_grpc.AuditServiceServicer):
    """Knows its own service's events; a request for another service's finds none. Whoever looked stands there too."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    async def ListEvents(self, request: audit_pb2.ListEventsRequest, context: Any) -> audit_pb2.ListEventsResponse:
        """Events, newest first."""
        if request.service not in ("", self._chain.service):
            return audit_pb2.ListEventsResponse()
        size = pages.size(request.page_size)
        events = await self._chain.list(size + 1, before=_before(request.page_token))
        await self._chain.append("ListEvents", CALLER.get().subject, "", request.page_token.encode())
        return audit_pb2.ListEventsResponse(
            events=[_message(self._chain.service, event) for event in events[:size]],
            next_page_token=pages.token(events[size - 1].sequence) if len(events) > size else "",
        )

    async def Verify(self, request: audit_pb2.VerifyRequest, context: Any) -> audit_pb2.VerifyResponse:
        """Walk the chain."""
        if request.service not in ("", self._chain.service):
            return audit_pb2.VerifyResponse()
        verdict = await self._chain.verify()
        await self._chain.append("Verify", CALLER.get().subject, "", b"")
        chain = audit_pb2.Chain(
            service=self._chain.service,
            events=verdict.events,
            intact=verdict.intact,
            first_broken_sequence=verdict.first_broken,
        )
        return audit_pb2.VerifyResponse(chains=[chain])


def _before(page_token: str) -> int | None:
    (before,) = pages.after(page_token, 1) or (None,)
    if before is None or (isinstance(before, int) and 0 < before < 2**63):
        return before
    raise invalid(Violation("page_token", "is not one that this list gave"))


def _message(service: str, event: Event) -> audit_pb2.Event:
    message = audit_pb2.Event(service=service, **{name: value for name, value in vars(event).items() if name != "at"})
    message.at.FromDatetime(event.at)
    return message
