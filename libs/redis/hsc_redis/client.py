"""The one way to open a client: bounded in connections and in every wait."""

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
        retry=Retry(ExponentialWithJitterBackoff(base=0.02, cap=0.2), retries=2),
    )
    return Redis.from_pool(pool)
