"""The connection pool: bounded in size and in every wait."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from prometheus_client import Histogram
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

from hsc_postgres.errors import translated

Connection = AsyncConnection[TupleRow]

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
WAIT = Histogram("postgres_pool_wait_seconds", "How long a living connection was waited for.", buckets=_BUCKETS)
TRANSACTION = Histogram("postgres_transaction_seconds", "How long a connection was borrowed.", buckets=_BUCKETS)
CLOSE_S = 0.2


class Pool:
    """Connections of one service to its own schema."""

    def __init__(self, pool: AsyncConnectionPool[Connection]) -> None:
        self._pool = pool

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Borrow a connection: committed at the end, rolled back on an exception. Raises DatabaseUnavailable."""
        with translated():
            with WAIT.time():
                connection = await self._living()
            began = time.perf_counter()
            try:
                async with connection:
                    yield connection
            finally:
                TRANSACTION.observe(time.perf_counter() - began)
                # A second cancellation, as of a server that stops, must not lose it in the middle of a transaction.
                await asyncio.shield(self._pool.putconn(connection))

    async def _living(self) -> Connection:
        # The pool's own check waits 1, 2, 4 … s after each dead connection: a restart of the database, which kills
        # them all, would cost callers their patience.
        for _ in range(self._pool.max_size):
            connection = await self._pool.getconn()
            try:
                await AsyncConnectionPool.check_connection(connection)
            except psycopg.OperationalError:
                pass
            except BaseException:
                await asyncio.shield(self._drop(connection))
                raise
            else:
                # A check that was cut short leaves autocommit behind: whoever borrows next would have no transaction.
                if not connection.autocommit:
                    return connection
            await self._drop(connection)
        return await self._pool.getconn()

    async def _drop(self, connection: Connection) -> None:
        await connection.close()
        await self._pool.putconn(connection)

    async def ping(self) -> None:
        """Raise DatabaseUnavailable unless a query goes through."""
        async with self.connection() as connection:
            await connection.execute("SELECT 1")


@asynccontextmanager
async def open_pool(
    url: str,
    *,
    schema: str,
    max_size: int = 10,
    wait_s: float = 3,
    connect_timeout_s: int = 3,
    statement_timeout_s: float = 10,
) -> AsyncIterator[Pool]:
    """Open a pool whose connections find `schema` first, and close it at the end.

    A connection is waited for at most `wait_s`; a statement runs at most `statement_timeout_s`. The database need not
    be there yet: whoever borrows a connection too early gets DatabaseUnavailable.
    """
    options = (
        f"-c search_path={schema} -c statement_timeout={statement_timeout_s * 1000:.0f} "
        f"-c idle_in_transaction_session_timeout={statement_timeout_s * 2000:.0f}"
    )
    parameters: dict[str, Any] = {
        "options": options,
        "connect_timeout": connect_timeout_s,
        "application_name": f"hsc-{schema}",
        # A peer that vanished must not hold a connection for the kernel's two hours.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,
    }
    pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
        url,
        kwargs=parameters,
        min_size=min(2, max_size),
        max_size=max_size,
        timeout=wait_s,
        max_waiting=max_size * 50,
        max_lifetime=1800,
        # After this it stops trying by itself, and tries again when somebody asks.
        reconnect_timeout=30,
        open=False,
    )
    await pool.open()
    try:
        yield Pool(pool)
    finally:
        # Connections that are being opened to a server that is gone are not waited for.
        await pool.close(timeout=CLOSE_S)
