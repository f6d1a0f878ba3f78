"""What ingest knows of documents, over gRPC."""

from grpc import aio
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc

TIMEOUT_S = 20


class IngestManuals:
    """Raises AioRpcError, which the guard passes on."""

    def __init__(self, channel: aio.Channel) -> None:
        self._stub = ingest_pb2_grpc.IngestServiceStub(channel)

    async def states(self) -> tuple[set[str], set[str]]:
        """Return the products of which a document could be fetched, and those of which one was read."""
        reachable, read = set(), set()
        async for state in self._stub.ListDocumentStates(ingest_pb2.ListDocumentStatesRequest(), timeout=TIMEOUT_S):
            if state.reachable:
                reachable.add(state.product_id)
            if state.state == ingest_pb2.MANUAL_STATE_READY:
                read.add(state.product_id)
        return reachable, read
