import asyncio
from contextlib import suppress

import psycopg
import pytest
from hsc_postgres import DatabaseUnavailable, open_pool
from prometheus_client import REGISTRY
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from support.ports import free_port
from support.postgres import Postgres


async def test_work_is_committed_at_the_end_and_rolled_back_on_an_exception(postgres_url: str) -> None:
    async with open_pool(postgres_url, schema="public") as pool:
        async with pool.connection() as connection:
            await connection.execute("CREATE TABLE kept (n int)")
        with suppress(ZeroDivisionError):
            async with pool.connection() as connection:
                await connection.execute("INSERT INTO kept VALUES (1)")
                raise ZeroDivisionError
        async with pool.connection() as connection:
            cursor = await connection.execute("SELECT count(*) FROM kept")
            assert await cursor.fetchone() == (0,)


async def test_a_service_finds_its_own_schema_first(postgres_url: str) -> None:
    async with open_pool(postgres_url, schema="shop") as pool, pool.connection() as connection:
        cursor = await connection.execute("SHOW search_path")
        assert await cursor.fetchone() == ("shop",)


async def test_a_statement_that_takes_too_long_is_cancelled(postgres_url: str) -> None:
    async with open_pool(postgres_url, schema="public", statement_timeout_s=0.05) as pool:
        with pytest.raises(psycopg.errors.QueryCanceled):
            async with pool.connection() as connection:
                await connection.execute("SELECT pg_sleep(30)")


async def test_waits_and_transactions_are_measured(postgres_url: str) -> None:
    def measured() -> list[float]:
        names = ("postgres_pool_wait_seconds_count", "postgres_transaction_seconds_count")
        return [REGISTRY.get_sample_value(name) or 0 for name in names]

    async with open_pool(postgres_url, schema="public") as pool:
        before = measured()
        await pool.ping()
        with suppress(psycopg.errors.DivisionByZero):
            async with pool.connection() as connection:
                await connection.execute("SELECT 1 / 0")
        assert measured() == [count + 2 for count in before]


async def test_a_database_that_is_away_is_unavailable() -> None:
    async with open_pool(f"postgresql://127.0.0.1:{free_port()}/none", schema="public", wait_s=0.2) as pool:
        with pytest.raises(DatabaseUnavailable):
            await pool.ping()


async def test_a_connection_lost_meanwhile_is_unavailable(postgres_server: Postgres) -> None:
    async with open_pool(postgres_server.create_database(), schema="public") as pool:

        async def work() -> None:
            async with pool.connection() as connection:
                postgres_server.disconnect_all()
                await connection.execute("SELECT 1")

        with pytest.raises(DatabaseUnavailable):
            await work()


async def test_connections_lost_while_idle_are_replaced_unnoticed(postgres_server: Postgres) -> None:
    async with open_pool(postgres_server.create_database(), schema="public") as pool:
        await pool.ping()
        postgres_server.disconnect_all()
        await pool.ping()


async def test_a_full_pool_makes_others_wait_no_longer_than_told(postgres_url: str) -> None:
    async with (
        open_pool(postgres_url, schema="public", max_size=1, wait_s=0.1) as pool,
        pool.connection(),
    ):
        with pytest.raises(DatabaseUnavailable):
            await pool.ping()


async def test_a_fault_of_the_statement_is_not_called_unavailable(postgres_url: str) -> None:
    async with open_pool(postgres_url, schema="public") as pool:
        with pytest.raises(psycopg.errors.UndefinedTable):
            async with pool.connection() as connection:
                await connection.execute("SELECT * FROM nothing_of_that_name")


async def test_a_connection_whose_check_was_cut_short_is_not_lent_without_transactions(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut_short(connection: AsyncConnection) -> None:
        await connection.set_autocommit(True)
        raise asyncio.CancelledError

    async with open_pool(postgres_url, schema="public", max_size=1) as pool:
        with monkeypatch.context() as patched:
            patched.setattr(AsyncConnectionPool, "check_connection", cut_short)
            with pytest.raises(asyncio.CancelledError):
                await pool.ping()
        async with pool.connection() as connection:
            assert not connection.autocommit


async def test_callers_who_are_cancelled_twice_lose_no_connection(postgres_url: str) -> None:
    async with open_pool(postgres_url, schema="public", max_size=2, wait_s=2) as pool:

        async def work() -> None:
            async with pool.connection() as connection:
                await connection.execute("SELECT 1")
                await connection.execute("SELECT pg_sleep(30)")

        async def leave(after_turns: int, between_turns: int) -> None:
            task = asyncio.create_task(work())
            for turns in (after_turns, between_turns):
                for _ in range(turns):
                    await asyncio.sleep(0)
                task.cancel()
            await asyncio.wait([task])

        for after_turns in range(0, 40, 2):
            for between_turns in (1, 3, 6):
                await leave(after_turns, between_turns)
        await asyncio.gather(pool.ping(), pool.ping())
        async with pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND state <> 'idle'"
            )
            assert await cursor.fetchone() == (0,)
