"""The only place that builds and connects things, for both doors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files

import hsc_audit
import psycopg
from dramatiq.brokers.redis import RedisBroker
from hsc.audit.v1 import audit_pb2_grpc
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc.status.v1 import status_pb2_grpc
from hsc_audit import AuditService, Chain
from hsc_blobs import BlobStore, BlobsUnavailable
from hsc_postgres import DatabaseUnavailable, Pool, migrate, open_pool
from hsc_redis import UNAVAILABLE, Flights, connect, open_pubsub
from hsc_rpc import channels, status
from hsc_rpc.background import background
from hsc_rpc.errors import Failure, unavailable, unstorable
from hsc_rpc.server import Server
from redis.asyncio import Redis

from hsc_ingest.adapters import backups
from hsc_ingest.adapters.catalog import CatalogClient
from hsc_ingest.adapters.documents import Documents
from hsc_ingest.adapters.events import DocumentEvents
from hsc_ingest.adapters.fetch import Fetcher
from hsc_ingest.adapters.imports import Imports
from hsc_ingest.adapters.jobs import Jobs
from hsc_ingest.adapters.looks import LookDesk, Looks
from hsc_ingest.adapters.makers import Makers
from hsc_ingest.adapters.manuals import Manuals
from hsc_ingest.adapters.parsing import ManualParser
from hsc_ingest.adapters.prefetches import Outcomes, SessionBudget
from hsc_ingest.adapters.queue import JobQueue, broker
from hsc_ingest.adapters.readiness import Ping, watched
from hsc_ingest.adapters.slots import HostSlots
from hsc_ingest.adapters.turns import AddressTurns
from hsc_ingest.audit import AllChains
from hsc_ingest.config import IngestSettings
from hsc_ingest.flows.housekeeping import Housekeeping
from hsc_ingest.flows.import_catalog import ImportCatalog
from hsc_ingest.flows.jobs import JobRunner
from hsc_ingest.flows.maintain import Maintenance
from hsc_ingest.flows.manuals import ReadManuals
from hsc_ingest.flows.model import JobKind
from hsc_ingest.flows.operate import ForgetJobs, OperateJobs
from hsc_ingest.flows.prefetch import Prefetch, Watch
from hsc_ingest.flows.propose import LookAround, ProposeDocuments
from hsc_ingest.flows.read import ReadDocument
from hsc_ingest.flows.upload import AcceptImport, UploadManual
from hsc_ingest.service import Flows, IngestService
from hsc_ingest.status import FillStatus

SCHEMA = "ingest"
SERVICE = ingest_pb2.DESCRIPTOR.services_by_name["IngestService"].full_name


def translate(error: BaseException) -> Failure | None:
    """What our adapters raise when PostgreSQL or Redis is away."""
    if isinstance(error, DatabaseUnavailable):
        return unavailable("DATABASE_UNAVAILABLE", "The database does not answer; try again in a second.")
    if isinstance(error, UNAVAILABLE):
        return unavailable("QUEUE_UNAVAILABLE", "The queue does not answer; try again in a second.")
    if isinstance(error, BlobsUnavailable):
        return unavailable("STORE_UNAVAILABLE", "The store of manuals does not answer; try again in a second.")
    if isinstance(error, psycopg.DataError):
        return unstorable()
    return None


@dataclass(frozen=True, slots=True)
class _Parts:
    """What both doors need."""

    pool: Pool
    redis: Redis
    documents: Documents
    manuals: Manuals
    jobs: Jobs
    imports: Imports
    blobs: BlobStore
    queue: JobQueue
    events: DocumentEvents
    budget: SessionBudget
    outcomes: Outcomes
    catalog: CatalogClient
    fetcher: Fetcher
    forget: ForgetJobs
    housekeeping: Housekeeping


@asynccontextmanager
async def _parts(settings: IngestSettings, redis_broker: RedisBroker) -> AsyncIterator[_Parts]:
    await migrate(settings.database_url, SCHEMA, files("hsc_ingest") / "migrations", hsc_audit.MIGRATIONS)
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(open_pool(settings.database_url, schema=SCHEMA))
        redis = await stack.enter_async_context(connect(settings.redis_url))
        pubsub = await stack.enter_async_context(open_pubsub(redis))
        channel = await stack.enter_async_context(channels.connect(settings.catalog_address))
        token = settings.hsc_admin_token
        documents, jobs, imports = Documents(pool), Jobs(pool), Imports(pool)
        blobs = BlobStore.from_url(settings.blob_url)
        forget = ForgetJobs(jobs, imports, blobs)
        slots = HostSlots(redis, settings.hsc_fetch_per_host, settings.job_lease_s)
        yield _Parts(
            pool,
            redis,
            documents,
            Manuals(pool),
            jobs,
            imports,
            blobs,
            JobQueue(redis_broker),
            DocumentEvents(pubsub, documents),
            SessionBudget(redis, settings.prefetch_budget),
            Outcomes(redis),
            CatalogClient(channel, token.get_secret_value() if token else ""),
            Fetcher(settings.address_policy, settings.fetch_limits, file_root=settings.hsc_file_root, slots=slots),
            forget,
            Housekeeping(jobs, documents, imports, blobs, forget, recheck_after_s=settings.recheck_after_s),
        )


@asynccontextmanager
async def wire_server(settings: IngestSettings, server: Server) -> AsyncIterator[None]:
    """IngestService, on a server that is about to start."""
    redis_broker = broker(settings.redis_url)
    async with (
        _parts(settings, redis_broker) as parts,
        channels.connect(settings.catalog_address) as catalog,
        channels.connect(settings.prediction_address) as prediction,
        channels.connect(settings.answer_address) as answer,
    ):
        chain = Chain("ingest", parts.pool)
        flows = Flows(
            prefetch=Prefetch(
                parts.catalog,
                parts.documents,
                parts.fetcher,
                parts.queue,
                parts.events,
                parts.budget,
                parts.outcomes,
                settings.prefetch_patience_s,
            ),
            watch=Watch(parts.catalog, parts.documents, parts.events, settings.prefetch_patience_s),
            manuals=ReadManuals(parts.catalog, parts.documents, parts.manuals, parts.blobs, parts.outcomes),
            upload=UploadManual(parts.catalog, parts.documents, parts.blobs, parts.queue, parts.events),
            accept_import=AcceptImport(parts.imports, parts.blobs, parts.queue),
            jobs=OperateJobs(parts.jobs, parts.imports, parts.documents, parts.queue, parts.events, parts.forget),
            propose=ProposeDocuments(parts.catalog, Makers.load(settings.hsc_makers), Looks(parts.redis, redis_broker)),
            housekeeping=parts.housekeeping,
            documents=parts.documents,
        )
        server.add(ingest_pb2_grpc.add_IngestServiceServicer_to_server, IngestService(flows, chain), SERVICE)
        chains = AllChains("ingest", AuditService(chain), {"catalog": catalog, "answer": answer})
        server.add(audit_pb2_grpc.add_AuditServiceServicer_to_server, chains, hsc_audit.SERVICE)
        others = {"catalog": catalog, "prediction": prediction, "answer": answer}
        fill = FillStatus(parts.jobs, parts.documents, parts.outcomes, others)
        service = status.StatusService("ingest", server.health, fill)
        server.add(status_pb2_grpc.add_StatusServiceServicer_to_server, service, status.SERVICE)
        # Not Redis: without it prefetches come late, while what was read is searched and shown as ever.
        pings: dict[str, Ping] = {"database": parts.pool.ping}
        async with watched(server.health, pings):
            yield


@asynccontextmanager
async def wire_worker(settings: IngestSettings, redis_broker: RedisBroker) -> AsyncIterator[tuple[JobRunner, LookDesk]]:
    """What runs jobs and what looks around, with maintenance going on beside them."""
    async with _parts(settings, redis_broker) as parts, ManualParser() as parser:
        policy = settings.job_policy
        turns = AddressTurns(Flights(parts.redis, "address", ttl_s=policy.lease_s), policy.lease_s)
        read = ReadDocument(
            parts.documents,
            parts.manuals,
            parts.blobs,
            parts.fetcher,
            parser,
            parts.events,
            turns,
            parts.outcomes,
            policy,
        )
        imports = ImportCatalog(parts.imports, parts.blobs, parts.catalog)
        runner = JobRunner(parts.jobs, {JobKind.READ: read, JobKind.IMPORT: imports}, policy)
        maintenance = Maintenance(
            parts.jobs,
            parts.documents,
            parts.queue,
            parts.outcomes,
            parts.housekeeping,
            every_s=settings.sweep_every_s,
        )
        await parser.warm()
        async with (
            background(maintenance.run(), "maintenance"),
            background(backups.follow(parts.redis, every_s=30), "backups"),
        ):
            look = LookAround(parts.catalog, parts.fetcher, Makers.load(settings.hsc_makers))
            yield runner, LookDesk(parts.redis, look)
