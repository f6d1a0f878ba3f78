from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from grpc import StatusCode
from hsc.audit.v1 import audit_pb2, audit_pb2_grpc
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc_audit import MIGRATIONS, SERVICE, AuditService, Chain
from hsc_ingest.audit import AllChains
from hsc_postgres import migrate, open_pool
from hsc_rpc import channels
from hsc_rpc.server import Server, running
from support.ingest import ADMIN, PlayedCatalog, refusal, server_settings
from support.postgres import Postgres

LIST = audit_pb2.ListEventsRequest
VERIFY = audit_pb2.VerifyRequest


@asynccontextmanager
async def auditing(name: str, url: str, others: dict[str, Any]) -> AsyncIterator[tuple[Chain, Server]]:
    """A service with a chain of its own; it asks the others."""
    await migrate(url, name, MIGRATIONS)
    async with open_pool(url, schema=name) as pool:
        chain = Chain(name, pool)

        @asynccontextmanager
        async def wire(_: Any, server: Server) -> AsyncIterator[None]:
            own = AuditService(chain)
            servicer = AllChains(name, own, others) if others else own
            server.add(audit_pb2_grpc.add_AuditServiceServicer_to_server, servicer, SERVICE)
            yield

        async with running("catalog", server_settings(), wire) as server:
            yield chain, server


@pytest.fixture
async def chains(
    postgres_server: Postgres,
) -> AsyncIterator[tuple[dict[str, Chain], audit_pb2_grpc.AuditServiceStub]]:
    """Three services with a chain each, and a stub of the one that asks the others."""
    url = postgres_server.create_database()
    async with (
        auditing("catalog", url, {}) as (catalog, first),
        auditing("answer", url, {}) as (answer, second),
        channels.connect(f"127.0.0.1:{first.port}") as to_catalog,
        channels.connect(f"127.0.0.1:{second.port}") as to_answer,
        auditing("ingest", url, {"catalog": to_catalog, "answer": to_answer}) as (ingest, third),
        channels.connect(f"127.0.0.1:{third.port}") as channel,
    ):
        stub = audit_pb2_grpc.AuditServiceStub(channel)
        yield {"ingest": ingest, "catalog": catalog, "answer": answer}, stub


async def test_the_events_of_all_chains_come_newest_first_page_by_page(
    chains: tuple[dict[str, Chain], audit_pb2_grpc.AuditServiceStub],
) -> None:
    by_name, stub = chains
    written = []
    for n in range(12):
        name = ("ingest", "catalog", "catalog", "answer")[n % 4]
        event = await by_name[name].append("Deed", "admin", f"subject-{n}", b"")
        written.append((name, event.sequence))
    for size in (1, 5, 12, 50):
        read = []
        request = LIST(page_size=size)
        while True:
            answer = await stub.ListEvents(request, metadata=ADMIN)
            # Whoever lists is listed too.
            read += [(event.service, event.sequence) for event in answer.events if event.kind == "Deed"]
            if not answer.next_page_token:
                break
            request.page_token = answer.next_page_token
        assert read == written[::-1]


async def test_the_events_of_one_service_can_be_asked_for(
    chains: tuple[dict[str, Chain], audit_pb2_grpc.AuditServiceStub],
) -> None:
    by_name, stub = chains
    for name in by_name:
        await by_name[name].append("Deed", "admin", name, b"")
    for name in by_name:
        answer = await stub.ListEvents(LIST(service=name), metadata=ADMIN)
        assert [event.service for event in answer.events] == [name]


async def test_every_chain_is_verified(
    chains: tuple[dict[str, Chain], audit_pb2_grpc.AuditServiceStub],
) -> None:
    by_name, stub = chains
    await by_name["answer"].append("Deed", "admin", "x", b"")
    verdicts = {chain.service: chain for chain in (await stub.Verify(VERIFY(), metadata=ADMIN)).chains}
    assert set(verdicts) == {"ingest", "catalog", "answer"}
    assert all(chain.intact for chain in verdicts.values())
    (one,) = (await stub.Verify(VERIFY(service="answer"), metadata=ADMIN)).chains
    # The deed, and the first look at it.
    assert (one.service, one.events) == ("answer", 2)


async def test_what_an_admin_does_to_ingest_is_written_down(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, ingest_server: Server
) -> None:
    await ingest.PurgeJobs(ingest_pb2.PurgeJobsRequest(), metadata=ADMIN)
    async with channels.connect(f"127.0.0.1:{ingest_server.port}") as channel:
        stub = audit_pb2_grpc.AuditServiceStub(channel)
        answer = await stub.ListEvents(LIST(service="ingest", page_size=1), metadata=ADMIN)
        assert [(event.kind, event.actor) for event in answer.events] == [("PurgeJobs", "admin")]
        assert (await refusal(stub.ListEvents(LIST()))).code is StatusCode.UNAUTHENTICATED
