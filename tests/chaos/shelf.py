"""Manuals that nobody has read yet, on a maker's web site, and products that have them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from chaos.conftest import House
from e2e.desk import READY, Desk, at, catalog_of, write
from hsc.ingest.v1 import ingest_pb2
from support.pdf import make_pdf
from support.web import Web, serve

_NUMBER = count(1)
LINES = ("Turn the dial until the lamp is green.", "Hold SHIFT and PLAY for six seconds.") * 12


def pdf(title: str, pages: int = 1) -> bytes:
    """A manual of so many pages, each full."""
    return make_pdf(*([f"# {title}, part {page}", *LINES] for page in range(1, pages + 1)))


@dataclass
class Shelf:
    """Products of one brand of its own, by id; nothing of them was fetched."""

    desk: Desk
    site: Web
    products: list[str]

    async def prefetch(self, product_id: str) -> None:
        """Ask for a product's manual, once."""
        await self.desk.ingest.PrefetchManual(ingest_pb2.PrefetchManualRequest(product_id=product_id), timeout=10)

    async def state(self, product_id: str) -> ingest_pb2.WatchManualResponse:
        """The state of its one document now."""
        call = self.desk.ingest.WatchManual(ingest_pb2.WatchManualRequest(product_id=product_id), timeout=10)
        try:
            return await anext(aiter(call))
        finally:
            call.cancel()

    async def is_ready(self, product_id: str) -> bool:
        """Whether its manual is READY, as one manual with one revision."""
        if (await self.state(product_id)).state != READY:
            return False
        request = ingest_pb2.ListManualsRequest(product_id=product_id)
        listed = (await self.desk.ingest.ListManuals(request, timeout=10)).manuals
        assert [manual.revision for manual in listed] == [1], listed
        return True


@asynccontextmanager
async def shelf(house: House, products: int = 1, *, pages: int = 1) -> AsyncIterator[Shelf]:
    """So many new products, imported, each with a manual of so many pages on a site of its own."""
    brand = f"quagmire{next(_NUMBER)}"
    ids = [f"{brand}-{number}" for number in range(products)]
    async with serve() as site, at(house.up) as desk:
        urls = {
            each: site.page(f"/{each}.pdf", pdf(each.title(), pages), Content_Type="application/pdf") for each in ids
        }
        listed = [
            {"id": each, "name": each.title(), "documentation": {"type": "pdf", "url": url}}
            for each, url in urls.items()
        ]
        with TemporaryDirectory() as folder:
            ran = await desk.hsc("import", write(Path(folder, f"{brand}.json"), catalog_of(brand, *listed)))
        assert ran.code == 0, ran.err
        yield Shelf(desk, site, ids)
