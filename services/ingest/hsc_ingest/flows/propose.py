"""Looking for a product's manual on its maker's own site. What is found is proposed to a person, never attached."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections import deque
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from hsc.catalog.v1 import catalog_pb2
from hsc.ingest.v1 import ingest_pb2

from hsc_ingest.adapters.fetch import Fetched, Fetcher, FetchFailure
from hsc_ingest.adapters.makers import Maker, Makers
from hsc_ingest.adapters.parsing.links import links_of
from hsc_ingest.adapters.parsing.sniff import HTML, PDF, sniff
from hsc_ingest.domain.manual import ReadingError
from hsc_ingest.domain.proposals import (
    Link,
    Model,
    Proposal,
    model_of,
    proposal,
    ranked,
    speaks_of_a_manual,
    worth_following,
)
from hsc_ingest.flows.ports import Catalog

log = logging.getLogger(__name__)

# One request after the other: a maker's site is a guest house, not a data source.
_MOST_REQUESTS = 12
_PATIENCE_S = 45.0
_DEEPEST = 2
_MOST_HTML = 2 * 1024 * 1024
_MOST_PROPOSALS = 20


class _Stop(NamedTuple):
    """An address to look at: how it was found, and how many pages after the table's."""

    link: Link
    depth: int
    source: str


class Looks(Protocol):
    """Asks a worker to look: servers do not reach the outside."""

    async def ask(self, product_id: str) -> ingest_pb2.ProposeDocumentsResponse: ...


class ProposeDocuments:
    """What the server does: an unknown product is said at once, and a brand without a row asks nobody."""

    def __init__(self, catalog: Catalog, makers: Makers, looks: Looks) -> None:
        self._catalog = catalog
        self._makers = makers
        self._looks = looks

    async def __call__(self, product_id: str) -> ingest_pb2.ProposeDocumentsResponse:
        """The likeliest first. Raises Failure: PRODUCT_UNKNOWN, NO_WORKER."""
        product = await self._catalog.product(product_id)
        if self._makers.of(product.brand_id, product.brand_name) is None:
            return ingest_pb2.ProposeDocumentsResponse()
        return await self._looks.ask(product_id)


class LookAround:
    """What a worker does: follows the maker's row of the table, a dozen requests at most, all through the fetcher."""

    def __init__(self, catalog: Catalog, fetcher: Fetcher, makers: Makers) -> None:
        self._catalog = catalog
        self._fetcher = fetcher
        self._makers = makers

    async def __call__(self, product_id: str) -> list[Proposal]:
        """The likeliest first; none where the table does not know the brand. Raises Failure: PRODUCT_UNKNOWN."""
        product = await self._catalog.product(product_id)
        maker = self._makers.of(product.brand_id, product.brand_name)
        if maker is None:
            return []
        model = model_of(product.name, product.brand_name or product.brand_id)
        search = _Search(maker, model, self._fetcher)
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await search.run()
        except TimeoutError:
            log.info("a maker's site is slow: proposed is what was found so far", extra={"product_id": product_id})
        attached = _addresses(product)
        return [each for each in ranked(search.found) if each.url not in attached][:_MOST_PROPOSALS]


def _addresses(product: catalog_pb2.Product) -> set[str]:
    return {url for document in product.documents for url in (document.url, document.backup_url)}


class _Search:
    """One look around a maker's site."""

    def __init__(self, maker: Maker, model: Model, fetcher: Fetcher) -> None:
        self.found: list[Proposal] = []
        self._maker = maker
        self._model = model
        self._fetcher = fetcher
        addresses = [address for page in maker.pages for address in model.spelt(page)]
        self._stops = deque(_Stop(Link(address, ""), 0, "") for address in addresses)
        self._seen = set(addresses)

    async def run(self) -> None:
        for _ in range(_MOST_REQUESTS):
            if not self._stops:
                return
            stop = self._stops.popleft()
            try:
                await self._look(stop)
            except FetchFailure as failure:
                log.info("nothing at a maker's address", extra={"url": stop.link.url, "reason": failure.reason})

    async def _look(self, stop: _Stop) -> None:
        with tempfile.TemporaryDirectory(prefix="hsc-propose-") as folder:
            fetched = await self._fetcher.fetch(stop.link.url, Path(folder) / "page")
            if not isinstance(fetched, Fetched) or not self._is_the_makers(fetched.url):
                return
            kind, data = await asyncio.to_thread(_content, fetched.path)
        if kind == PDF:
            self._propose(stop.link, on_its_page=True, source=stop.source or stop.link.url, is_pdf=True)
        elif kind == HTML:
            links = await asyncio.to_thread(links_of, data, fetched.url)
            self._follow(stop, fetched.url, links)

    def _follow(self, stop: _Stop, url: str, links: list[Link]) -> None:
        # Where an address has led elsewhere (a home page instead of "no such product"), it is not the product's page.
        on_its_page = self._model.named_in(Link(url, "").path)
        links = [link for link in links if self._is_the_makers(link.url)]
        found = [self._propose(link, on_its_page=on_its_page, source=url, is_pdf=True) for link in links if link.is_pdf]
        if stop.depth and not any(found) and speaks_of_a_manual(stop.link):
            self._propose(stop.link, on_its_page=False, source=stop.source, is_pdf=False)
        if stop.depth < _DEEPEST:
            for link in links:
                if link.url not in self._seen and worth_following(link, self._model, on_its_page=on_its_page):
                    self._seen.add(link.url)
                    self._stops.append(_Stop(link, stop.depth + 1, url))

    def _propose(self, link: Link, *, on_its_page: bool, source: str, is_pdf: bool) -> bool:
        one = proposal(link, self._model, on_its_page=on_its_page, source=source, is_pdf=is_pdf)
        if one is not None:
            self.found.append(one)
        return one is not None

    def _is_the_makers(self, url: str) -> bool:
        return self._maker.has(urlsplit(url).hostname or "")


def _content(path: Path) -> tuple[str, bytes]:
    with path.open("rb") as file:
        data = file.read(_MOST_HTML)
    try:
        return sniff(data[:4096]), data
    except ReadingError:
        return "", b""
