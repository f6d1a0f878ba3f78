"""A backup counts once it was restored, on servers of its own, and holds what it says."""

import asyncio

import psycopg
from hsc_audit import Chain
from hsc_postgres import open_pool

from hsc_cli.backup import postgres, scratch
from hsc_cli.backup.errors import failed
from hsc_cli.backup.manifest import Manifest
from hsc_cli.backup.packing import Box
from hsc_cli.backup.programs import Engine
from hsc_cli.backup.record import MARK
from hsc_cli.backup.sealing import Key, sha256
from hsc_cli.backup.vault import Vault


def prove(vault: Vault, manifest: Manifest, key: Key | None) -> list[str]:
    """Restore a backup beside everything and look into it; return what was seen. Raises Failure where it is no good."""
    with scratch.folder("proof") as folder:
        box = Box(vault, manifest, key, folder)
        return [_postgres(box, manifest), _redis(box, manifest), _blobs(box, manifest)]


def _postgres(box: Box, manifest: Manifest) -> str:
    dump = box.postgres()
    with scratch.postgres(manifest.postgres_major) as url:
        postgres.restore(url, dump)
        with psycopg.connect(url) as connection:
            counts = postgres.count(connection)
            manuals = _manuals(connection) if "ingest.manuals" in counts else set()
        if counts != manifest.tables:
            wrong = sorted(set(counts.items()) ^ set(manifest.tables.items()))[0][0]
            raise failed(f"PostgreSQL came back with another number of rows in {wrong}")
        if missing := manuals - set(manifest.blobs):
            raise failed(f"the bytes of {len(missing)} manuals are not in the backup, {min(missing)} is one")
        chains = [name.partition(".")[0] for name in counts if name.endswith(".audit_events")]
        for schema in chains:
            if not asyncio.run(_intact(url, schema)):
                raise failed(f"the audit chain of {schema} does not hold: see `hsc audit verify`")
    return f"PostgreSQL: {sum(counts.values())} rows in {len(counts)} tables, {len(chains)} audit chains intact"


def _redis(box: Box, manifest: Manifest) -> str:
    with scratch.redis_of(box.redis(), Engine(manifest.redis_engine, manifest.redis_major)) as client:
        mark = client.get(MARK)
        if mark != manifest.stamp.encode():
            raise failed("Redis came back without the mark that was set for this backup: its data is older")
        keys = int(client.dbsize())
    return f"Redis: {keys} keys, of {manifest.redis_engine}"


def _blobs(box: Box, manifest: Manifest) -> str:
    for key in manifest.blobs:
        if sha256(box.blob(key)) != key:
            raise failed(f"the bytes of the manual {key} are damaged where backups are kept")
    return f"blobs: {len(manifest.blobs)}, each with its own hash"


def _manuals(connection: psycopg.Connection[tuple[object, ...]]) -> set[str]:
    return {str(key) for (key,) in connection.execute("SELECT manual_id FROM ingest.manuals").fetchall()}


async def _intact(url: str, schema: str) -> bool:
    async with open_pool(url, schema=schema, max_size=1, statement_timeout_s=3600) as pool:
        return (await Chain(schema, pool).verify()).intact
