"""Migrations: numbered .sql files, each applied once, in order, all of a start in one transaction.

Replicas that start together queue on an advisory lock; the later ones find nothing left to do.
"""

import asyncio
import hashlib
import logging
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable

import psycopg
from psycopg import sql

from hsc_postgres.errors import DatabaseUnavailable, translated
from hsc_postgres.pool import Connection

log = logging.getLogger(__name__)

_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
LOCK_TIMEOUT = "60s"


class MigrationError(Exception):
    """The files and the database tell different histories."""


@dataclass(frozen=True)
class Migration:
    """One file; its number orders it."""

    number: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        """Return the SHA-256 of the text, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read(folder: Traversable) -> list[Migration]:
    """Read `NNNN_name.sql`, in order. Raises MigrationError for a wrong name or two files of one number."""
    migrations: dict[int, Migration] = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".sql"):
            continue
        match = _NAME.fullmatch(file.name)
        if match is None:
            raise MigrationError(f"{file.name}: a migration is named like 0001_first_tables.sql")
        migration = Migration(int(match[1]), file.name, file.read_text("utf-8"))
        if (other := migrations.get(migration.number)) is not None:
            raise MigrationError(f"{file.name} and {other.name} have the same number")
        migrations[migration.number] = migration
    return list(migrations.values())


async def migrate(url: str, schema: str, *folders: Traversable, patience_s: float = 30) -> list[str]:
    """Bring `schema` up to date and return the names that were applied now.

    Several folders share the schema: a library's tables live beside the service's own. A database that is not there
    yet is waited for. Raises MigrationError when an applied file was changed or is gone, DatabaseUnavailable when
    there is no database after `patience_s`.
    """
    migrations = [migration for folder in folders for migration in read(folder)]
    names = [migration.name for migration in migrations]
    if twice := {name for name in names if names.count(name) > 1}:
        raise MigrationError(f"{', '.join(sorted(twice))}: two folders of {schema} have a file of this name")
    deadline = time.monotonic() + patience_s
    while True:
        try:
            with translated():
                return await _migrate(url, schema, migrations)
        except DatabaseUnavailable as error:
            if time.monotonic() > deadline:
                raise
            log.warning("waiting for the database: %s", error)
            await asyncio.sleep(min(1.0, patience_s))


async def _migrate(url: str, schema: str, migrations: Sequence[Migration]) -> list[str]:
    connection = await psycopg.AsyncConnection.connect(url, connect_timeout=5, application_name="hsc-migrate")
    async with connection:
        await connection.execute("SELECT set_config('lock_timeout', %s, false)", (LOCK_TIMEOUT,))
        # Held until the transaction ends.
        await connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('hsc.migrations.' || %s, 0))", (schema,)
        )
        name = sql.Identifier(schema)
        await connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(name))
        await connection.execute(sql.SQL("SET LOCAL search_path = {}").format(name))
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, checksum text NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT now())"
        )
        return await _apply(connection, schema, migrations)


async def _apply(connection: Connection, schema: str, migrations: Sequence[Migration]) -> list[str]:
    cursor = await connection.execute("SELECT name, checksum FROM migrations")
    applied: dict[str, str] = dict(await cursor.fetchall())
    here = {migration.name for migration in migrations}
    for gone in sorted(set(applied) - here):
        raise MigrationError(f"{schema}: {gone} was applied to this database and its file is gone; bring it back")
    done = []
    for migration in migrations:
        checksum = applied.get(migration.name)
        if checksum is None:
            await connection.execute(migration.text.encode())
            await connection.execute(
                "INSERT INTO migrations (name, checksum) VALUES (%s, %s)", (migration.name, migration.checksum)
            )
            done.append(migration.name)
        elif checksum != migration.checksum:
            raise MigrationError(
                f"{schema}: {migration.name} was applied to this database and its file was changed since;"
                " restore it and write the change as a new migration"
            )
    return done
