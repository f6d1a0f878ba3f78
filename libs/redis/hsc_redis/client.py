"""The one way to open a client: bounded in connections and in every wait."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from prometheus_client import Counter
from redis import exceptions
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff

# Redis cannot be reached or refuses for now; the same call may succeed later.
UNAVAILABLE = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.BusyLoadingError,
    exceptions.ReadOnlyError,
    exceptions.OutOfMemoryError,
)

T = TypeVar("T")

ERRORS = Counter("redis_client_errors_total", "Commands and connections that failed for good.", ("kind",))
for _kind in ("unavailable", "refused"):
    ERRORS.labels(_kind)


class _CountedRetry(Retry):
    """Counts what is still an error after the last try. Every command, pipeline and connection passes here."""

    async def call_with_retry(self, do: Callable[[], Awaitable[T]], *arguments: Any, **options: Any) -> T:
        try:
            return await super().call_with_retry(do, *arguments, **options)
        except exceptions.RedisError as error:
            # A command connects first, through here too: one error, seen twice.
            if not hasattr(error, "counted"):
                error.counted = True  # type: ignore[attr-defined]
                ERRORS.labels("unavailable" if isinstance(error, UNAVAILABLE) else "refused").inc()
            raise


def connect(url: str, *, max_connections: int = 50, timeout_s: float = 2.0) -> Redis:
    """Return a client of `redis://…`; nothing is opened before it is used, `async with` closes it.

    Every step waits at most `timeout_s`: for a free connection, to connect, for an answer. A broken connection is tried
    again twice, then the error is one of UNAVAILABLE.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=max_connections,
        timeout=timeout_s,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        socket_keepalive=True,
        health_check_interval=15,
        # Not after a timeout: a server that hangs would cost three times the patience.
        retry=_CountedRetry(ExponentialWithJitterBackoff(base=0.02, cap=0.2), 2, (exceptions.ConnectionError,)),
    )
    return Redis.from_pool(pool)
