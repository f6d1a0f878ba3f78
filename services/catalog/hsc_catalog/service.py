"""protobuf ⇄ flows."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from hsc.catalog.v1 import catalog_pb2 as pb
from hsc.catalog.v1 import catalog_pb2_grpc
from hsc_rpc import pages
from hsc_rpc.drain import open_ended
from hsc_rpc.errors import Violation, invalid
from hsc_rpc.guard import CALLER, sheddable
from hsc_rpc.pressure import Stage

from hsc_catalog import messages
from hsc_catalog.adapters.postgres import Context, PostgresStore
from hsc_catalog.adapters.recall import Recall
from hsc_catalog.domain.diff import Mode
from hsc_catalog.domain.product import Document
from hsc_catalog.flows.apply import Apply
from hsc_catalog.flows.attach import Attach, product_unknown
from hsc_catalog.flows.coverage import Coverage
from hsc_catalog.flows.follow import Complete, Follow, Removed, Step, Upserted
from hsc_catalog.flows.ports import Shown


class CatalogService(catalog_pb2_grpc.CatalogServiceServicer):
    """hsc.catalog.v1.CatalogService; requests arrive validated."""

    def __init__(self, store: PostgresStore, apply: Apply, attach: Attach, follow: Follow, coverage: Coverage) -> None:
        self._store = store
        self._apply = apply
        self._attach = attach
        self._follow = follow
        self._coverage = coverage
        self._products = Recall[Shown]()
        self._contexts = Recall[Context]()

    async def GetProduct(self, request: pb.GetProductRequest, context: Any) -> pb.GetProductResponse:
        """One product."""
        shown = await self._products(request.product_id, self._store.product)
        if shown is None:
            raise product_unknown(request.product_id)
        return pb.GetProductResponse(product=messages.product(shown))

    async def GetProductContext(
        self, request: pb.GetProductContextRequest, context: Any
    ) -> pb.GetProductContextResponse:
        """One product, its brand, its related products."""
        found = await self._contexts(request.product_id, self._store.context)
        if found is None:
            raise product_unknown(request.product_id)
        related = [
            pb.Related(type=relationship.type, label=relationship.label, product=messages.product(shown))
            for relationship, shown in found.related
        ]
        return pb.GetProductContextResponse(
            product=messages.product(found.shown), brand=messages.brand(found.brand), related=related
        )

    @sheddable(Stage.EXTRAS)
    async def ListProducts(self, request: pb.ListProductsRequest, context: Any) -> pb.ListProductsResponse:
        """Products, page by page."""
        size = pages.size(request.page_size)
        filters = (request.brand_id, request.category)
        after = _after(request.page_token, filters)
        found = await self._store.list_products(*filters, after, size + 1)
        more = pages.token(*filters, found[size - 1].product.product_id) if len(found) > size else ""
        return pb.ListProductsResponse(products=map(messages.product, found[:size]), next_page_token=more)

    @sheddable(Stage.EXTRAS)
    async def ListBrands(self, request: pb.ListBrandsRequest, context: Any) -> pb.ListBrandsResponse:
        """Brands, page by page."""
        size = pages.size(request.page_size)
        found = await self._store.list_brands(_after(request.page_token, ()), size + 1)
        more = pages.token(found[size - 1].brand_id) if len(found) > size else ""
        return pb.ListBrandsResponse(brands=map(messages.brand, found[:size]), next_page_token=more)

    @open_ended
    async def StreamProducts(
        self, request: pb.StreamProductsRequest, context: Any
    ) -> AsyncIterator[pb.StreamProductsResponse]:
        """The catalogue, then every change."""
        restarted = False
        async with aclosing(self._follow(request.after_revision)) as steps:
            async for step in steps:
                message = _change(step)
                if message is None:
                    restarted = True
                    continue
                message.snapshot_start, restarted = restarted, False
                yield message

    async def ApplyCatalog(self, request: pb.ApplyCatalogRequest, context: Any) -> pb.ApplyCatalogResponse:
        """One brand's catalogue, atomically."""
        request_id = request.request_id
        request.ClearField("request_id")
        payload = request.SerializeToString(deterministic=True)
        said = messages.catalogue(request)
        applied = await self._apply(said, Mode(request.mode), request_id, payload, CALLER.get().subject)
        return pb.ApplyCatalogResponse(
            revision=applied.revision, added=applied.added, updated=applied.updated, removed=applied.removed
        )

    async def AttachDocument(self, request: pb.AttachDocumentRequest, context: Any) -> pb.AttachDocumentResponse:
        """A document for a product."""
        document = await self._attach(
            request.product_id,
            Document("", request.type, request.role, request.language, request.url),
            request.SerializeToString(deterministic=True),
            CALLER.get().subject,
        )
        return pb.AttachDocumentResponse(document=messages.document(document))

    @sheddable(Stage.EXTRAS)
    async def ReportCoverage(
        self, request: pb.ReportCoverageRequest, context: Any
    ) -> AsyncIterator[pb.ReportCoverageResponse]:
        """One message a brand."""
        for row in await self._coverage(request.brand_id):
            yield pb.ReportCoverageResponse(
                brand_id=row.brand_id,
                brand_name=row.brand_name,
                products=row.products,
                with_document=row.with_document,
                reachable=row.reachable,
                read=row.read,
                missing=row.products - row.with_document,
                asked=row.asked,
                wanted=[pb.WantedManual(**each._asdict()) for each in row.wanted],
            )


def _change(step: Step) -> pb.StreamProductsResponse | None:
    match step:
        case Upserted(revision, shown):
            return pb.StreamProductsResponse(revision=revision, upserted=messages.product(shown))
        case Removed(revision, product_id):
            return pb.StreamProductsResponse(revision=revision, removed_product_id=product_id)
        case Complete(revision):
            return pb.StreamProductsResponse(revision=revision, snapshot_complete=True)
        case _:
            return None


def _after(page_token: str, filters: tuple[str, ...]) -> str:
    """Return the id after which a page begins. A token holds for the filters it was given with."""
    key = pages.after(page_token, len(filters) + 1)
    if key is None:
        return ""
    *said, last = key
    if tuple(said) != filters:
        raise invalid(Violation("page_token", "belongs to a list with other filters; begin again without a token"))
    if not isinstance(last, str):
        raise invalid(Violation("page_token", "is not one that this list gave"))
    return last
