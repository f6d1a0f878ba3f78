"""The one place that builds the service and connects its parts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources

import hsc_audit
import psycopg
from hsc.audit.v1 import audit_pb2_grpc
from hsc.catalog.v1 import catalog_pb2, catalog_pb2_grpc
from hsc.status.v1 import status_pb2, status_pb2_grpc
from hsc_postgres import DatabaseUnavailable, migrate, open_pool
from hsc_redis import client, open_pubsub
from hsc_rpc import status
from hsc_rpc.channels import connect
from hsc_rpc.errors import Failure, unavailable, unstorable
from hsc_rpc.server import Server

from hsc_catalog.adapters.manuals import IngestManuals
from hsc_catalog.adapters.news import PubSubNews
from hsc_catalog.adapters.postgres import PostgresStore
from hsc_catalog.config import Settings
from hsc_catalog.flows.apply import Apply
from hsc_catalog.flows.attach import Attach
from hsc_catalog.flows.coverage import Coverage
from hsc_catalog.flows.follow import Follow
from hsc_catalog.service import CatalogService

SCHEMA = "catalog"
SERVICE = catalog_pb2.DESCRIPTOR.services_by_name["CatalogService"].full_name


def translate(error: BaseException) -> Failure | None:
    """Say in the contract's words what the database says in its own."""
    if isinstance(error, DatabaseUnavailable):
        return unavailable("DATABASE_UNAVAILABLE", "The catalogue cannot be read right now; try again in a second.")
    if isinstance(error, psycopg.DataError):
        return unstorable()
    return None


@asynccontextmanager
async def wire(settings: Settings, server: Server) -> AsyncIterator[None]:
    """Open what the service needs, serve, and close it again."""
    own = resources.files("hsc_catalog") / "migrations"
    await migrate(settings.database_url, SCHEMA, own, hsc_audit.MIGRATIONS)
    async with (
        open_pool(settings.database_url, schema=SCHEMA) as pool,
        client.connect(settings.redis_url) as redis,
        open_pubsub(redis) as pubsub,
        connect(settings.ingest_address) as ingest,
    ):
        chain = hsc_audit.Chain(server.name, pool)
        store = PostgresStore(pool, chain, settings.kept_revisions)
        news = PubSubNews(pubsub, settings.poll_s)
        service = CatalogService(
            store,
            Apply(store, news),
            Attach(store, news),
            Follow(store, news),
            Coverage(store, IngestManuals(ingest)),
        )

        async def fill(response: status_pb2.GetStatusResponse) -> None:
            response.catalog_revision = (await store.head()).revision
            response.products = await store.count_products()

        server.add(catalog_pb2_grpc.add_CatalogServiceServicer_to_server, service, SERVICE)
        server.add(audit_pb2_grpc.add_AuditServiceServicer_to_server, hsc_audit.AuditService(chain), hsc_audit.SERVICE)
        server.add(
            status_pb2_grpc.add_StatusServiceServicer_to_server,
            status.StatusService(server.name, server.health, fill),
            status.SERVICE,
        )
        yield
