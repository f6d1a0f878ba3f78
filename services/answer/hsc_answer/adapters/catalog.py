"""The catalogue, over gRPC. What was known a moment ago serves while the catalogue does not answer."""

import time
from collections import OrderedDict

from grpc import StatusCode, aio
from hsc.catalog.v1 import catalog_pb2, catalog_pb2_grpc

from hsc_answer.flows.ports import Product

FRESH_S = 5.0
KEPT = 5_000
TIMEOUT_S = 3.0
PASSING = {StatusCode.UNAVAILABLE, StatusCode.DEADLINE_EXCEEDED, StatusCode.RESOURCE_EXHAUSTED}


class GrpcCatalog:
    """Asks the catalogue for a product in its context."""

    def __init__(self, channel: aio.Channel) -> None:
        self._stub = catalog_pb2_grpc.CatalogServiceStub(channel)
        self._known: OrderedDict[str, tuple[float, Product]] = OrderedDict()

    async def product(self, product_id: str) -> Product:
        """Return the product; the catalogue's own failure says when it is unknown."""
        known = self._known.get(product_id)
        if known and time.monotonic() - known[0] < FRESH_S:
            return known[1]
        request = catalog_pb2.GetProductContextRequest(product_id=product_id)
        try:
            context = await self._stub.GetProductContext(request, timeout=TIMEOUT_S)
        except aio.AioRpcError as error:
            if known and error.code() in PASSING:
                return known[1]
            raise
        product = Product(product_id, context.product.name, context.product.brand_name, context)
        self._known[product_id] = time.monotonic(), product
        self._known.move_to_end(product_id)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return product
