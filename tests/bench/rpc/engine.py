"""The engine without its service: the same index, made from the same catalogue."""

from contextlib import aclosing

from grpc import aio
from hsc_prediction.adapters.catalog import GrpcCatalog
from hsc_prediction.domain.index import Index

LIMIT = 5


async def index_of(catalog: int) -> Index:
    """The index of what the catalogue on this port streams."""
    products = []
    async with (
        aio.insecure_channel(f"127.0.0.1:{catalog}") as channel,
        aclosing(GrpcCatalog(channel).changes(0)) as changes,
    ):
        async for change in changes:
            if change.upserted is not None:
                products.append(change.upserted)
            if change.complete:
                break
    return Index.build(products)
