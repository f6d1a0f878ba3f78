"""The catalogue over gRPC."""

from collections.abc import AsyncIterator

import grpc
from grpc import aio
from hsc.catalog.v1 import catalog_pb2, catalog_pb2_grpc

from hsc_prediction.domain.product import Product
from hsc_prediction.flows.follow import CatalogDown, Change


class GrpcCatalog:
    """Reads catalog.StreamProducts."""

    def __init__(self, channel: aio.Channel) -> None:
        self._stub = catalog_pb2_grpc.CatalogServiceStub(channel)

    async def changes(self, after_revision: int) -> AsyncIterator[Change]:
        """The snapshot if the revision is no longer kept, then every change; raises CatalogDown."""
        call = self._stub.StreamProducts(catalog_pb2.StreamProductsRequest(after_revision=after_revision))
        try:
            async for message in call:
                yield _change(message)
        except aio.AioRpcError as error:
            raise CatalogDown(f"catalog: {error.code().name}") from None
        finally:
            call.cancel()
        raise CatalogDown(f"catalog: {grpc.StatusCode.OK.name}, the stream ended")


def _change(message: catalog_pb2.StreamProductsResponse) -> Change:
    kind = message.WhichOneof("change")
    return Change(
        revision=message.revision,
        starts_snapshot=message.snapshot_start,
        upserted=_product(message.upserted) if kind == "upserted" else None,
        removed=message.removed_product_id if kind == "removed_product_id" else None,
        complete=kind == "snapshot_complete" and message.snapshot_complete,
    )


def _product(message: catalog_pb2.Product) -> Product:
    return Product(
        message.product_id,
        message.name,
        message.brand_id,
        message.brand_name,
        message.category,
        message.sku,
        message.url,
        message.image_url,
    )
