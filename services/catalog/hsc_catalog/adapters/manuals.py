"""What ingest knows of documents, over gRPC."""

from grpc import aio
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc

from hsc_catalog.flows.ports import Standing

TIMEOUT_S = 20


class IngestManuals:
    """Raises AioRpcError, which the guard passes on."""

    def __init__(self, channel: aio.Channel) -> None:
        self._stub = ingest_pb2_grpc.IngestServiceStub(channel)

    async def standing(self) -> Standing:
        """Return what was fetched, what was read, and what was asked about."""
        reachable: set[str] = set()
        read: set[str] = set()
        asked: dict[str, int] = {}
        async for state in self._stub.ListDocumentStates(ingest_pb2.ListDocumentStatesRequest(), timeout=TIMEOUT_S):
            if state.reachable:
                reachable.add(state.product_id)
            if state.state == ingest_pb2.MANUAL_STATE_READY:
                read.add(state.product_id)
            if state.asked:
                asked[state.product_id] = state.asked
        return Standing(reachable, read, asked)
