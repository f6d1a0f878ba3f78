"""Stores with something in them, to be backed up by the `hsc` command as a process beside them."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import psycopg
import redis
from hsc_audit import MIGRATIONS, Chain
from hsc_blobs import BlobStore
from hsc_postgres import migrate, open_pool
from support import postgres, valkey

MANUALS = tuple(f"%PDF-1.7 manual {number}".encode() for number in range(3))


@dataclass
class Shop:
    """Three stores and a folder for backups."""

    database_url: str
    valkey: valkey.Valkey
    blobs: Path
    backups: Path
    postgres: postgres.Postgres

    def hsc(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from hsc_cli.main import main; main()", *arguments],
            env={**os.environ, **self.environment, **environment},
            cwd=self.backups.parent,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.valkey.url,
            "BLOB_URL": self.blobs.as_uri(),
            "HSC_BACKUP_TO": str(self.backups),
            "HSC_HOME": str(self.backups.parent / "home"),
        }

    def backup(self, *arguments: str) -> str:
        """Take one and return its stamp."""
        done = self.hsc("backup", "--json", *arguments)
        assert done.returncode == 0, done.stderr
        stamp: str = json.loads(done.stdout.splitlines()[-1])["stamp"]
        return stamp

    def record(self) -> dict[str, float]:
        with redis.Redis.from_url(self.valkey.url) as client:
            return {key.decode(): float(value) for key, value in client.hgetall("backup:record").items()}

    def contents(self) -> dict[str, Any]:
        """What the stores hold."""
        with psycopg.connect(self.database_url) as connection:
            rows = connection.execute("SELECT * FROM ingest.manuals ORDER BY 1").fetchall()
            events = connection.execute("SELECT sequence, hash FROM ingest.audit_events ORDER BY 1").fetchall()
        with redis.Redis.from_url(self.valkey.url) as client:
            ours = [key for key in sorted(client.scan_iter()) if not key.startswith(b"backup:")]
            memory = {key: (client.dump(key), client.pexpiretime(key)) for key in ours}
        blobs = {path.name: path.read_bytes() for path in sorted(self.blobs.rglob("*")) if path.is_file()}
        return {"rows": rows, "events": events, "memory": memory, "blobs": blobs}

    def lose_everything(self) -> None:
        with psycopg.connect(self.database_url) as connection:
            connection.execute("DROP SCHEMA ingest CASCADE")
        self.valkey.flush()
        for path in self.blobs.rglob("*"):
            if path.is_file():
                path.unlink()


async def fill(shop: Shop) -> None:
    migrations = resources.files("hsc_ingest") / "migrations"
    await migrate(shop.database_url, "ingest", migrations, MIGRATIONS)
    store = BlobStore.from_url(shop.blobs.as_uri())
    async with open_pool(shop.database_url, schema="ingest") as pool:
        for data in MANUALS:
            key = await store.put(data)
            async with pool.connection() as connection:
                await connection.execute(
                    "INSERT INTO manuals VALUES (%s, 'application/pdf', %s, 'אבא \\ \t', 1, '{en}', '\\x00ff')",
                    (key, len(data)),
                )
            await Chain("ingest", pool).append("UploadManual", "admin", key, data)
    with redis.Redis.from_url(shop.valkey.url) as client:
        client.set("session:1", b"\x00binary\xff", ex=3600)
        client.xadd("journal", {"event": "1"})
        client.zadd("popular", {f"product-{n}": n for n in range(1500)})
        for number in range(1200):
            client.set(f"key:{number}", number)
