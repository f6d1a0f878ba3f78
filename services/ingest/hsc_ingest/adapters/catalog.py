"""The catalogue service, over gRPC."""

from __future__ import annotations

from collections.abc import Sequence

from grpc import aio
from hsc.catalog.v1 import catalog_pb2, catalog_pb2_grpc
from hsc_rpc.errors import from_call

from hsc_ingest.flows.model import Wanted

_READ_S = 3.0
_WRITE_S = 60.0


class CatalogClient:
    """Raises hsc_rpc's Failure with the catalogue's own reason. `admin_token` is this service's, for writes."""

    def __init__(self, channel: aio.Channel, admin_token: str) -> None:
        self._stub = catalog_pb2_grpc.CatalogServiceStub(channel)
        self._admin = (("authorization", f"Bearer {admin_token}"),)

    async def documents(self, product_id: str) -> list[Wanted]:
        """A product's documents, which may be none."""
        return [_wanted(product_id, document) for document in (await self.product(product_id)).documents]

    async def product(self, product_id: str) -> catalog_pb2.Product:
        try:
            response: catalog_pb2.GetProductResponse = await self._stub.GetProduct(
                catalog_pb2.GetProductRequest(product_id=product_id), timeout=_READ_S
            )
        except aio.AioRpcError as error:
            raise from_call(error) from None
        return response.product

    async def attach(self, product_id: str, *, type_: int, role: int, language: str, url: str) -> Wanted:
        request = catalog_pb2.AttachDocumentRequest(product_id=product_id, language=language, url=url)
        request.type = catalog_pb2.DocumentType.ValueType(type_)
        request.role = catalog_pb2.DocumentRole.ValueType(role)
        try:
            response = await self._stub.AttachDocument(request, timeout=_WRITE_S, metadata=self._admin)
        except aio.AioRpcError as error:
            raise from_call(error) from None
        return _wanted(product_id, response.document)

    async def apply(
        self, brand: catalog_pb2.Brand, products: Sequence[catalog_pb2.Product], mode: int, request_id: str
    ) -> catalog_pb2.ApplyCatalogResponse:
        request = catalog_pb2.ApplyCatalogRequest(brand=brand, products=products, request_id=request_id)
        request.mode = catalog_pb2.ImportMode.ValueType(mode)
        try:
            response: catalog_pb2.ApplyCatalogResponse = await self._stub.ApplyCatalog(
                request, timeout=_WRITE_S, metadata=self._admin
            )
        except aio.AioRpcError as error:
            raise from_call(error) from None
        return response


def _wanted(product_id: str, document: catalog_pb2.Document) -> Wanted:
    return Wanted(
        document_id=document.document_id,
        product_id=product_id,
        type=document.type,
        role=document.role,
        language=document.language,
        url=document.url,
        backup_url=document.backup_url,
    )
