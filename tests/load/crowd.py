"""Visitors by their plan, all at once, over one client; bounded in number and time."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from urllib.parse import urlsplit

import aiohttp
import grpc
from hsc.catalog.v1 import catalog_pb2, catalog_pb2_grpc
from load.people import Product, Question, Visit
from load.record import Record
from load.visitor import House, truth, visit

MOST_VISITS = 200_000
LEAVING_S = 40.0
LEARNING_S = 240.0
# Not the one a flood comes from: what the gateway lets one address do is not theirs to share.
ADDRESS = "127.0.0.2"


class Crowd:
    """A running crowd; `record` grows while it runs."""

    def __init__(self, house: House, visits: "Mapping[asyncio.Task[None], Visit]") -> None:
        self.record = house.record
        self._house = house
        self._visits = dict(visits)

    @property
    def now_s(self) -> float:
        """Seconds since the first could come."""
        return time.perf_counter() - self._house.began

    async def gone(self, last_comes_s: float) -> Record:
        """Wait until the last has left; whoever does not leave in time has failed."""
        _, late = await asyncio.wait(self._visits, timeout=max(0.0, last_comes_s - self.now_s) + LEAVING_S)
        for task in late:
            task.cancel()
        results = await asyncio.gather(*self._visits, return_exceptions=True)
        for result in results:
            if isinstance(result, asyncio.CancelledError):
                self.record.call("visit", failed="a visit that did not end")
            elif isinstance(result, BaseException):
                raise result
        return self.record

    async def closed(self) -> Record:
        """Let nobody come any more, and wait until those who are there have left."""
        now = self.now_s
        for task, plan in list(self._visits.items()):
            if plan.comes_s > now:
                task.cancel()
                del self._visits[task]
        return await self.gone(max(plan.leaves_s for plan in self._visits.values()))


@asynccontextmanager
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    """An HTTP client that opens as many connections as there are visitors."""
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=5)
    connector = aiohttp.TCPConnector(limit=0, local_addr=(ADDRESS, 0))
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        yield session


@contextmanager
def uncollected() -> Iterator[None]:
    """What is there now is not walked by the collector meanwhile: every visitor would wait for it."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@asynccontextmanager
async def crowd(url: str, plan: Sequence[Visit], known: Mapping[Question, str]) -> AsyncIterator[Crowd]:
    """The visitors of the plan; those who are still there at the end are sent away.

    Raises ValueError for a place that is not this machine, and for more visits than anybody meant.
    """
    if urlsplit(url).hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ValueError(f"load goes to this machine alone, not to {url}")
    if len(plan) > MOST_VISITS:
        raise ValueError(f"{len(plan)} visits are more than {MOST_VISITS}")
    async with client() as session:
        house = House(url, session, Record(), time.perf_counter(), known)
        tasks = {asyncio.create_task(visit(house, each), name="visit"): each for each in plan}
        try:
            with uncollected():
                yield Crowd(house, tasks)
        finally:
            for task in tasks:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks, return_exceptions=True)


async def truths(url: str, questions: Sequence[Question]) -> dict[Question, str]:
    """What each question is answered now; those that are not answered are left out."""
    async with client() as session:
        async with asyncio.timeout(LEARNING_S):
            told = {question: await truth(url, session, question) for question in questions}
    return {question: text for question, text in told.items() if text}


def products(address: str) -> list[Product]:
    """The catalogue behind a gateway."""
    found: list[Product] = []
    with grpc.insecure_channel(address) as channel:
        stub = catalog_pb2_grpc.CatalogServiceStub(channel)
        token = ""
        while True:
            page = stub.ListProducts(catalog_pb2.ListProductsRequest(page_size=1000, page_token=token), timeout=15)
            found += [Product(product.product_id, product.name) for product in page.products]
            if not (token := page.next_page_token):
                return found
