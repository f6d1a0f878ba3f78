import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hsc.audit.v1 import audit_pb2
from hsc_audit import MIGRATIONS, AuditService, Chain
from hsc_postgres import migrate, open_pool
from hsc_rpc import pages
from hsc_rpc.edge import admin_paths
from hsc_rpc.errors import Failure
from support.postgres import Postgres

CONTEXT = None
ROOT = Path(__file__).parents[3]


@pytest.fixture
async def service(postgres_server: Postgres, postgres_url: str) -> AsyncIterator[AuditService]:
    postgres_server.drop_schema(postgres_url, "shop")
    await migrate(postgres_url, "shop", MIGRATIONS)
    async with open_pool(postgres_url, schema="shop") as pool:
        chain = Chain("catalog", pool)
        for number in range(1, 4):
            await chain.append("ApplyCatalog", "admin", f"brand-{number}", b"")
        yield AuditService(chain)


async def test_events_come_in_pages(service: AuditService) -> None:
    first = await service.ListEvents(audit_pb2.ListEventsRequest(page_size=2), CONTEXT)
    assert [(event.service, event.sequence, event.subject) for event in first.events] == [
        ("catalog", 3, "brand-3"),
        ("catalog", 2, "brand-2"),
    ]
    last = await service.ListEvents(audit_pb2.ListEventsRequest(page_size=2, page_token=first.next_page_token), CONTEXT)
    assert [event.sequence for event in last.events] == [1]
    assert last.next_page_token == ""


@pytest.mark.parametrize("token", ["made up", pages.token("text"), pages.token(-1), pages.token(2**63)])
async def test_a_made_up_page_token_is_refused(service: AuditService, token: str) -> None:
    with pytest.raises(Failure, match="page_token"):
        await service.ListEvents(audit_pb2.ListEventsRequest(page_token=token), CONTEXT)


async def test_the_chain_is_verified(service: AuditService) -> None:
    (chain,) = (await service.Verify(audit_pb2.VerifyRequest(), CONTEXT)).chains
    assert (chain.service, chain.events, chain.intact, chain.first_broken_sequence) == ("catalog", 3, True, 0)


async def test_another_services_chain_is_not_here(service: AuditService) -> None:
    assert not (await service.Verify(audit_pb2.VerifyRequest(service="answer"), CONTEXT)).chains
    assert not (await service.ListEvents(audit_pb2.ListEventsRequest(service="answer"), CONTEXT)).events


async def test_whoever_looks_is_recorded_too(service: AuditService) -> None:
    await service.ListEvents(audit_pb2.ListEventsRequest(), CONTEXT)
    await service.Verify(audit_pb2.VerifyRequest(), CONTEXT)
    seen = await service.ListEvents(audit_pb2.ListEventsRequest(page_size=2), CONTEXT)
    assert [event.kind for event in seen.events] == ["Verify", "ListEvents"]


@pytest.mark.parametrize("path", admin_paths())
def test_every_method_of_an_admin_writes_its_name_into_the_chain(path: str) -> None:
    """A new one that does not is found here; what each writes, its service's own tests say."""
    sources = [file.read_text() for folder in ("services", "libs/audit") for file in (ROOT / folder).rglob("*.py")]
    name = path.rpartition("/")[2]
    assert any(re.search(rf'(append|audited|audit|record)\(\s*"{name}"', source) for source in sources)
