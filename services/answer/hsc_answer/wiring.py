"""What the answer service is made of, and how it is connected."""

import os
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.resources import files

import hsc_audit
import psycopg
from hsc.answer.v1 import answer_pb2_grpc
from hsc.audit.v1 import audit_pb2_grpc
from hsc_postgres import DatabaseUnavailable, migrate, open_pool
from hsc_redis.cache import TwoLevelCache
from hsc_redis.client import connect as connect_redis
from hsc_redis.flights import Flights
from hsc_redis.pubsub import open_pubsub
from hsc_rpc.channels import connect
from hsc_rpc.errors import Failure, unavailable, unstorable
from hsc_rpc.pressure import Pressure, Stage
from hsc_rpc.server import Server

from hsc_answer.adapters import embedding, helpdesk
from hsc_answer.adapters.answers import FLIGHT_S, CachedAnswers
from hsc_answer.adapters.catalog import GrpcCatalog
from hsc_answer.adapters.journal import RedisJournal
from hsc_answer.adapters.library import IndexLibrary
from hsc_answer.adapters.manuals import GrpcManuals
from hsc_answer.adapters.marks import RedisMarks
from hsc_answer.adapters.models import opened as models
from hsc_answer.adapters.popularity import EventPopularity
from hsc_answer.adapters.receipts import Receipts
from hsc_answer.adapters.sessions import RedisSessions
from hsc_answer.config import Settings
from hsc_answer.flows.ask import Ask
from hsc_answer.flows.circuit import Circuit
from hsc_answer.flows.compose import Compose
from hsc_answer.flows.conversation import Conversation
from hsc_answer.flows.find import Find
from hsc_answer.flows.handover import HandOver
from hsc_answer.flows.ports import Writer
from hsc_answer.flows.rate import Rate
from hsc_answer.flows.read import Read
from hsc_answer.flows.resolution import Resolution
from hsc_answer.flows.search import Search
from hsc_answer.flows.writing import Model, Patience, Writing
from hsc_answer.service import AnswerService

SCHEMA = "answer"


def translate(error: BaseException) -> Failure | None:
    """Say in the contract's words what the database says in its own."""
    if isinstance(error, DatabaseUnavailable):
        return unavailable("DATABASE_UNAVAILABLE", "Answers that were kept cannot be read right now.")
    if isinstance(error, psycopg.DataError):
        return unstorable()
    return None


def writing(settings: Settings, writer: Writer | None, pressure: Pressure) -> Writing:
    """Write by the model, where there is one; extractive while there is too much to do."""
    if writer is None:
        return Writing()
    patience = Patience(settings.model_first_sentence_s, settings.model_sentence_s, settings.model_answer_s)
    circuit = Circuit(
        writer.name,
        settings.model_failures,
        settings.model_rest_s,
        overloaded=lambda: pressure.sheds(Stage.MODEL),
    )
    return Writing(Model(writer, patience, circuit))


@contextmanager
def finding(settings: Settings) -> Iterator[Find]:
    """Rank by words, and by meaning where a sentence model is configured; one that does not run ends the process."""
    try:
        with embedding.opened(settings.hsc_embedding_model, settings.embedding_cache_bytes) as meaning:
            yield Find(meaning)
    except embedding.EmbeddingUnusable as fault:
        sys.exit(f"setting HSC_EMBEDDING_MODEL: {fault}")


@asynccontextmanager
async def wire(settings: Settings, server: Server) -> AsyncIterator[None]:
    """Open everything, serve, close everything; what can be wrong with a setting first."""
    with finding(settings) as find:
        await migrate(settings.database_url, SCHEMA, files("hsc_answer") / "migrations", hsc_audit.MIGRATIONS)
        async with serving(settings, server, find):
            yield


@asynccontextmanager
async def serving(settings: Settings, server: Server, find: Find) -> AsyncIterator[None]:
    """Connect to everything, and serve."""
    async with (
        open_pool(settings.database_url, schema=SCHEMA) as pool,
        connect_redis(settings.redis_url) as redis,
        connect_redis(settings.redis_cache_url) as cache_redis,
        open_pubsub(redis) as pubsub,
        connect(settings.catalog_address) as catalog_channel,
        connect(settings.ingest_address) as ingest_channel,
        models.opened(settings) as writer,
        helpdesk.opened(settings) as desk,
    ):
        catalog = GrpcCatalog(catalog_channel)
        manuals = GrpcManuals(ingest_channel)
        library = IndexLibrary(manuals, settings.index_cache_bytes)
        sessions = RedisSessions(redis, settings.session_ttl_s)
        journal = RedisJournal(redis, settings.journal_ttl_s)
        chain = hsc_audit.Chain(server.name, pool)
        receipts = Receipts(pool, chain, redis, settings.journal_ttl_s, f"{socket.gethostname()}:{os.getpid()}")
        resolution = Resolution(RedisMarks(redis, "answer.unresolved", settings.session_ttl_s))
        cache = TwoLevelCache(
            "answers", cache_redis, max_bytes=settings.answer_cache_bytes, ttl_s=settings.answer_ttl_s
        )
        # What is written without a model is written faster than shared.
        flights = Flights(redis, "answer", ttl_s=FLIGHT_S) if writer else None
        compose = Compose(
            manuals,
            library,
            sessions,
            CachedAnswers(cache, flights, settings.model_shared_wait_s),
            EventPopularity(pubsub),
            writing(settings, writer, server.pressure),
            settings.wait_for_manual_s,
            find,
        )
        ask = Ask(catalog, compose, journal, sessions, receipts, resolution, linger_s=settings.linger_s)
        service = AnswerService(
            ask,
            Read(ask, journal, receipts),
            Search(catalog, manuals, library, find),
            Conversation(sessions, journal, receipts),
            receipts,
            Rate(receipts, resolution),
            HandOver(receipts, sessions, desk, resolution),
        )
        server.add(answer_pb2_grpc.add_AnswerServiceServicer_to_server, service, "hsc.answer.v1.AnswerService")
        server.add(audit_pb2_grpc.add_AuditServiceServicer_to_server, hsc_audit.AuditService(chain), hsc_audit.SERVICE)
        async with receipts.writing_behind():
            try:
                yield
            finally:
                await ask.close()
