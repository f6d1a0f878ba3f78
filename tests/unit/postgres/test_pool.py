from contextlib import suppress

import psycopg
import pytest
from hsc_postgres import DatabaseUnavailable, open_pool
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
