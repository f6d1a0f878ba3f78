import asyncio
import hashlib
from collections.abc import AsyncIterator

import psycopg
import pytest
from hsc_audit import MIGRATIONS, Chain
from hsc_postgres import Pool, migrate, open_pool
from support.postgres import Postgres


@pytest.fixture
async def url(postgres_server: Postgres, postgres_url: str) -> str:
    postgres_server.drop_schema(postgres_url, "shop")
    await migrate(postgres_url, "shop", MIGRATIONS)
    return postgres_url


@pytest.fixture
async def pool(url: str) -> AsyncIterator[Pool]:
    async with open_pool(url, schema="shop") as pool:
        yield pool


@pytest.fixture
async def chain(pool: Pool) -> Chain:
    chain = Chain("catalog", pool)
    for number in range(1, 6):
        await chain.append("ApplyCatalog", "admin", f"brand-{number}", b"data")
    return chain


def tamper(url: str, statement: str) -> None:
    """Do what only the owner of the database can do."""
    with psycopg.connect(url) as connection:
        connection.execute("SET search_path = shop")
        connection.execute("ALTER TABLE audit_events DISABLE TRIGGER append_only")
        connection.execute(statement.encode())
        connection.execute("ALTER TABLE audit_events ENABLE TRIGGER append_only")


async def test_an_untouched_chain_is_intact(chain: Chain) -> None:
    verdict = await chain.verify()
    assert (verdict.events, verdict.intact) == (5, True)


async def test_an_empty_chain_is_intact(pool: Pool) -> None:
    assert (await Chain("catalog", pool).verify()).intact


@pytest.mark.parametrize(
    ("statement", "first_broken"),
    [
        ("UPDATE audit_events SET actor = 'somebody else' WHERE sequence = 3", 3),
        ("UPDATE audit_events SET subject = 'another' WHERE sequence = 1", 1),
        ("UPDATE audit_events SET at = at + interval '1 microsecond' WHERE sequence = 2", 2),
        ("UPDATE audit_events SET data_sha256 = 'other' WHERE sequence = 5", 5),
        ("DELETE FROM audit_events WHERE sequence = 2", 2),
        ("DELETE FROM audit_events WHERE sequence = 1", 1),
        ("UPDATE audit_events SET hash = 'made up' WHERE sequence = 4", 4),
    ],
)
async def test_the_first_broken_link_is_named(chain: Chain, url: str, statement: str, first_broken: int) -> None:
    tamper(url, statement)
    verdict = await chain.verify()
    assert (verdict.intact, verdict.first_broken) == (False, first_broken)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_events SET kind = ''", "DELETE FROM audit_events", "TRUNCATE audit_events"]
)
async def test_events_are_only_ever_added(chain: Chain, pool: Pool, statement: str) -> None:
    async def change() -> None:
        async with pool.connection() as connection:
            await connection.execute(statement.encode())

    with pytest.raises(psycopg.errors.RaiseException, match="only ever added"):
        await change()


async def test_many_writers_make_one_chain(pool: Pool) -> None:
    chain = Chain("catalog", pool)
    await asyncio.gather(*(chain.append("kind", "admin", str(number), b"") for number in range(40)))
    verdict = await chain.verify()
    assert (verdict.events, verdict.intact) == (40, True)


async def test_an_event_is_part_of_the_transaction_it_tells_of(chain: Chain, pool: Pool) -> None:
    async def fail() -> None:
        async with pool.connection() as connection:
            await chain.append("ApplyCatalog", "admin", "brand-6", b"", connection)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert (await chain.verify()).events == 5


async def test_what_was_sent_is_kept_as_its_hash_alone(chain: Chain) -> None:
    (event,) = await chain.list(limit=1)
    assert event.data_sha256 == hashlib.sha256(b"data").hexdigest()
    assert b"data" not in repr(event).encode().replace(b"data_sha256", b"")


async def test_events_are_listed_newest_first_and_page_by_page(chain: Chain) -> None:
    first = await chain.list(limit=2)
    then = await chain.list(limit=10, before=first[-1].sequence)
    assert [event.sequence for event in first] == [5, 4]
    assert [event.sequence for event in then] == [3, 2, 1]
