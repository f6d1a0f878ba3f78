"""The one failure of the database that callers tell apart: it cannot be reached now, and may be later."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from prometheus_client import Counter

ERRORS = Counter("postgres_client_errors_total", "Borrowed connections and statements that failed.", ("kind",))
for _kind in ("unavailable", "refused"):
    ERRORS.labels(_kind)

# SQLSTATEs that say "not now": connection lost, out of resources, shutting down; a read-only standby; a lock held.
_NOT_NOW = ("08", "53", "57P", "25006", "55P03")


class DatabaseUnavailable(Exception):
    """PostgreSQL cannot be reached, or refuses for now. The same call may succeed later."""


def is_unavailable(error: BaseException) -> bool:
    """Tell whether an error of psycopg or its pool is about reachability, not about what was asked."""
    if not isinstance(error, psycopg.Error):
        return isinstance(error, DatabaseUnavailable)
    if error.sqlstate is not None:
        return error.sqlstate.startswith(_NOT_NOW)
    # Without a SQLSTATE the server said nothing: the connection, or the wait for one, failed.
    return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))


@contextmanager
def translated() -> Iterator[None]:
    """Raise DatabaseUnavailable for what is about reachability; everything else passes."""
    try:
        yield
    except psycopg.Error as error:
        unavailable = is_unavailable(error)
        ERRORS.labels("unavailable" if unavailable else "refused").inc()
        if unavailable:
            raise DatabaseUnavailable(str(error)) from error
        raise
