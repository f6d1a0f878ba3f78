"""The connection pool and the migration runner."""

from hsc_postgres.errors import DatabaseUnavailable
from hsc_postgres.migrations import MigrationError, migrate
from hsc_postgres.pool import Connection, Pool, open_pool

__all__ = ["Connection", "DatabaseUnavailable", "MigrationError", "Pool", "migrate", "open_pool"]
