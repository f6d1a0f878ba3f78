"""The services as the gateway offers them: stubs, deadlines, the admin's credentials where they are needed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from grpc import aio
from hsc.answer.v1 import answer_pb2_grpc
from hsc.audit.v1 import audit_pb2_grpc
from hsc.catalog.v1 import catalog_pb2, catalog_pb2_grpc
from hsc.ingest.v1 import ingest_pb2_grpc
from hsc.prediction.v1 import prediction_pb2, prediction_pb2_grpc
from hsc.status.v1 import status_pb2_grpc
from hsc_rpc.channels import connect
from hsc_rpc.errors import Failure, not_found

from hsc_cli.failures import NOT_FOUND, failures_of_calls
from hsc_cli.place import Place

# Seconds. No call may wait for ever, however the network fails.
QUICK_S = 15.0
ANSWER_S = 180.0
MANUAL_S = 900.0
IMPORT_S = 3600.0


class Client:
    """One channel to the gateway and a stub for each service behind it."""

    def __init__(self, place: Place, channel: aio.Channel) -> None:
        self.place = place
        self.catalog = catalog_pb2_grpc.CatalogServiceStub(channel)
        self.prediction = prediction_pb2_grpc.PredictionServiceStub(channel)
        self.ingest = ingest_pb2_grpc.IngestServiceStub(channel)
        self.answer = answer_pb2_grpc.AnswerServiceStub(channel)
        self.audit = audit_pb2_grpc.AuditServiceStub(channel)
        self.status = status_pb2_grpc.StatusServiceStub(channel)

    def as_admin(self) -> list[tuple[str, str]]:
        """Return the metadata of an admin's call. The token goes nowhere else."""
        return [("authorization", f"Bearer {self.place.admin_token()}")]

    async def product(self, named: str) -> catalog_pb2.Product:
        """Return the product of this id, or the one that this name certainly means.

        Never a guess: where several could be meant, raises a Failure that lists them.
        """
        try:
            with failures_of_calls():
                found = await self.catalog.GetProduct(catalog_pb2.GetProductRequest(product_id=named), timeout=QUICK_S)
            return found.product
        except Failure as failure:
            if failure.code is not NOT_FOUND:
                raise
        predicted = await self.prediction.Predict(prediction_pb2.PredictRequest(text=named, limit=5), timeout=QUICK_S)
        best = predicted.predictions[0] if predicted.predictions else None
        if best is None or not best.locked:
            candidates = "".join(f"\n  {p.product_id}  {p.name}" for p in predicted.predictions)
            hint = f"; did you mean one of these?{candidates}" if candidates else ""
            raise not_found("PRODUCT_UNKNOWN", f"no product has the id or the certain name {named!r}{hint}")
        found = await self.catalog.GetProduct(
            catalog_pb2.GetProductRequest(product_id=best.product_id), timeout=QUICK_S
        )
        return found.product


@asynccontextmanager
async def connected(place: Place) -> AsyncIterator[Client]:
    """Open a client for as long as the context lasts."""
    channel = connect(place.address, place.credentials(), place.tls())
    try:
        yield Client(place, channel)
    finally:
        await channel.close()
