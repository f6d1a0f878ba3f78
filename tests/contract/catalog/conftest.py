"""The catalogue service on tables of each test's own."""

from collections.abc import AsyncIterator

import pytest
from grpc import aio
from hsc.ingest.v1 import ingest_pb2_grpc
from support.catalog import House, Replica
from support.postgres import Postgres


@pytest.fixture
async def house(postgres_server: Postgres, postgres_url: str, redis_url: str) -> AsyncIterator[House]:
    postgres_server.drop_schema(postgres_url, "catalog")
    house = House(postgres_url, redis_url)
    server = aio.server()
    ingest_pb2_grpc.add_IngestServiceServicer_to_server(house.ingest, server)
    house.ingest_address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    yield house
    await server.stop(0)


@pytest.fixture
async def catalog(house: House) -> AsyncIterator[Replica]:
    async with house.replica() as replica:
        yield replica
