"""What a backup promises: it holds everything, it was restored before it counts, and it says when it is none."""

import gzip
import hashlib
import json
import os
import re
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
import redis
from hsc_blobs import BlobStore
from hsc_cli.backup import manifest as manifests
from support import s3
from support.shop import MANUALS, Shop
from support.wait import until_sync

ROOT = Path(__file__).parents[3]


def test_everything_that_was_lost_comes_back(shop: Shop) -> None:
    before = shop.contents()
    shop.backup("--verify")
    shop.lose_everything()
    done = shop.hsc("restore", "all", "--yes")
    assert done.returncode == 0, done.stderr
    assert shop.contents() == before


def test_an_encrypted_backup_comes_back_with_its_key_and_shows_nothing_without(shop: Shop, tmp_path: Path) -> None:
    key = tmp_path / "key.txt"
    key.write_text(shop.hsc("backup-key").stdout)
    before = shop.contents()
    shop.backup("--verify", "--key", str(key))
    stored = b"".join(path.read_bytes() for path in shop.backups.rglob("*.age"))
    assert b"%PDF" not in stored
    assert not list(shop.backups.glob("*.gz"))
    shop.lose_everything()
    refused = shop.hsc("restore", "all", "--yes")
    assert (refused.returncode, "--key" in refused.stderr) == (2, True)
    assert shop.hsc("restore", "all", "--yes", "--key", str(key)).returncode == 0
    assert shop.contents() == before


async def test_what_is_kept_in_s3_comes_back_from_s3(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with s3.serving(monkeypatch, "manuals", "backups"):
        where = {"BLOB_URL": "s3://manuals/of-the-shop", "HSC_BACKUP_TO": "s3://backups/daily"}
        blobs = BlobStore.from_url(where["BLOB_URL"])
        keys = [await blobs.put(manual) for manual in MANUALS]
        before = shop.contents()
        done = shop.hsc("backup", "--verify", **where)
        assert done.returncode == 0, done.stderr
        shop.lose_everything()
        for key in keys:
            await blobs.delete(key)
        done = shop.hsc("restore", "all", "--yes", **where)
        assert done.returncode == 0, done.stderr
        assert [await blobs.read(key, max_bytes=1000) for key in keys] == list(MANUALS)
    assert {**shop.contents(), "blobs": {}} == {**before, "blobs": {}}


def test_a_bucket_that_is_not_there_fails_the_backup(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with s3.serving(monkeypatch):
        done = shop.hsc("backup", HSC_BACKUP_TO="s3://nowhere/daily")
    assert (done.returncode, "no such bucket" in done.stderr) == (1, True)
    assert shop.record()["last_run_success"] == 0


def test_the_scripts_keep_their_command_lines_and_file_names(shop: Shop) -> None:
    def run(*command: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **shop.environment}
        return subprocess.run(
            ["bash", *command], env=environment, cwd=shop.backups.parent, capture_output=True, text=True, check=False
        )

    assert run(str(ROOT / "scripts/backup.sh")).returncode == 0
    [memory] = shop.backups.glob("redis-*.rdb.gz")
    [database] = shop.backups.glob("postgres-*.sql.gz")
    assert re.fullmatch(r"redis-\d{8}_\d{6}\.rdb\.gz", memory.name)
    before = shop.contents()
    shop.lose_everything()
    for what, file in (("redis", memory), ("postgres", database)):
        done = run(str(ROOT / "scripts/restore.sh"), what, f"backups/{file.name}", "--yes")
        assert done.returncode == 0, done.stderr
    assert {**shop.contents(), "blobs": {}} == {**before, "blobs": {}}


def test_a_backup_that_nobody_else_may_read_is_written(shop: Shop) -> None:
    shop.backup()
    assert {path.stat().st_mode & 0o077 for path in shop.backups.rglob("*")} == {0}


def test_a_proven_backup_is_recorded_for_the_alert(shop: Shop) -> None:
    began = int(time.time())
    shop.backup()
    assert "last_proven_timestamp_seconds" not in shop.record()
    assert shop.record()["last_run_success"] == 1
    shop.backup("--verify")
    record = shop.record()
    assert record["last_proven_timestamp_seconds"] >= began
    assert record["last_bytes"] > 0


def test_a_database_that_is_away_fails_the_backup(shop: Shop) -> None:
    with shop.postgres.away(shop.database_url):
        done = shop.hsc("backup")
    assert (done.returncode, "PostgreSQL cannot be reached" in done.stderr) == (1, True)
    assert shop.record()["last_run_success"] == 0
    assert not list(shop.backups.glob("manifest-*"))


def test_a_redis_that_is_away_fails_the_backup(shop: Shop) -> None:
    shop.valkey.stop()
    done = shop.hsc("backup")
    assert (done.returncode, "Redis cannot be reached" in done.stderr) == (1, True)
    assert not list(shop.backups.glob("manifest-*"))


def test_a_dump_that_fails_half_way_fails_the_backup(shop: Shop) -> None:
    with psycopg.connect(shop.database_url) as connection:
        # pg_dump reads it when it writes the definitions, and cannot.
        connection.execute("CREATE FUNCTION ingest.broken() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        connection.execute("UPDATE pg_proc SET prolang = 4294967 WHERE proname = 'broken'")
    done = shop.hsc("backup")
    assert (done.returncode, "pg_dump" in done.stderr) == (1, True)
    assert not list(shop.backups.glob("manifest-*"))


def test_a_full_disk_fails_the_backup(shop: Shop) -> None:
    with psycopg.connect(shop.database_url) as connection:
        connection.execute("CREATE TABLE ingest.large AS SELECT md5(n::text) FROM generate_series(1, 20000) n")
    limited = ["bash", "-c", 'ulimit -f 100; trap "" XFSZ; exec "$@"', "-", "hsc", "backup"]
    done = subprocess.run(limited, env={**os.environ, **shop.environment}, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert shop.record()["last_run_success"] == 0
    assert not list(shop.backups.glob("manifest-*"))


@pytest.mark.parametrize(
    ("pattern", "harm"),
    [("postgres-*", "short"), ("redis-*", "changed"), ("blobs/*/*", "short"), ("blobs/*/*", "gone")],
)
def test_a_file_that_was_harmed_is_found_by_the_proof(shop: Shop, pattern: str, harm: str) -> None:
    stamp = shop.backup()
    victim = next(iter(shop.backups.glob(pattern)))
    data = victim.read_bytes()
    match harm:
        case "short":
            victim.write_bytes(data[:12])
        case "changed":
            victim.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
        case _:
            victim.unlink()
    done = shop.hsc("backup", "--prove", stamp)
    assert done.returncode == 1, done.stderr
    assert "last_proven_timestamp_seconds" not in shop.record()


def test_a_restore_of_a_harmed_backup_changes_nothing(shop: Shop) -> None:
    stamp = shop.backup()
    before = shop.contents()
    [memory] = shop.backups.glob("redis-*")
    memory.write_bytes(memory.read_bytes()[:20])
    done = shop.hsc("restore", "all", stamp, "--yes")
    assert (done.returncode, "short" in done.stderr) == (1, True)
    assert shop.contents() == before


def test_a_manual_without_its_bytes_is_no_proof(shop: Shop) -> None:
    next(path for path in shop.blobs.rglob("*") if path.is_file()).unlink()
    done = shop.hsc("backup", "--verify")
    assert (done.returncode, "the bytes of 1 manuals" in done.stderr) == (1, True)


def test_an_audit_chain_that_was_changed_is_no_proof(shop: Shop) -> None:
    with psycopg.connect(shop.database_url) as connection:
        connection.execute("ALTER TABLE ingest.audit_events DISABLE TRIGGER append_only")
        connection.execute("UPDATE ingest.audit_events SET subject = 'another' WHERE sequence = 2")
    done = shop.hsc("backup", "--verify")
    assert (done.returncode, "audit chain of ingest" in done.stderr) == (1, True)


def test_an_rdb_of_another_engine_is_refused(shop: Shop, tmp_path: Path) -> None:
    stamp = shop.backup()
    # As a Redis 7.4 would have written it.
    packed = gzip.compress(b"REDIS0012" + b"\xff" + bytes(8))
    [memory] = shop.backups.glob("redis-*")
    memory.write_bytes(packed)
    path = shop.backups / f"manifest-{stamp}.json"
    manifest = json.loads(path.read_text())
    manifest["redis"].update(size=len(packed), sha256=hashlib.sha256(packed).hexdigest())
    path.write_text(json.dumps({**manifest, "redis_engine": "redis", "redis_major": 7}))
    before = shop.contents()
    done = shop.hsc("restore", "redis", stamp, "--yes")
    assert (done.returncode, "redis's form 12" in done.stderr) == (1, True)
    assert shop.contents() == before


def test_backups_older_than_a_week_go_and_the_newest_proven_one_stays(shop: Shop) -> None:
    proven = shop.backup("--verify")
    path = shop.backups / f"manifest-{proven}.json"
    old = {"20200101_020000": True, "20200102_020000": False}
    for stamp in old:
        for name in list(shop.backups.glob(f"*{proven}*")):
            (shop.backups / name.name.replace(proven, stamp)).write_bytes(name.read_bytes())
        manifest = json.loads(path.read_text()) | {"stamp": stamp, "proven_at": 1.0 if old[stamp] else 0.0}
        (shop.backups / f"manifest-{stamp}.json").write_text(json.dumps(manifest))
    for name in list(shop.backups.glob(f"*{proven}*")):
        name.unlink()
    (shop.backups / "postgres-20200103_020000.sql.gz").write_bytes(b"of one that came to nothing")
    unproven = shop.backup()
    stamps = {found[0] for file in shop.backups.glob("*-*") if (found := re.search(r"\d{8}_\d{6}", file.name))}
    assert stamps == {"20200101_020000", unproven}
    assert len(list(shop.backups.rglob("blobs/*/*"))) == 3


def test_bytes_that_no_backup_needs_any_more_go(shop: Shop) -> None:
    first = shop.backup()
    for path in shop.blobs.rglob("*"):
        if path.is_file():
            path.unlink()
    until_sync(lambda: manifests.stamp(datetime.now(UTC)) > first)
    shop.backup("--keep-days", "0")
    assert not [path for path in (shop.backups / "blobs").rglob("*") if path.is_file()]


def test_a_restore_must_be_meant(shop: Shop) -> None:
    stamp = shop.backup()
    done = shop.hsc("restore", "all", stamp)
    assert (done.returncode, "--yes" in done.stderr) == (2, True)


def test_redis_is_asked_with_its_password(shop: Shop) -> None:
    with redis.Redis.from_url(shop.valkey.url) as client:
        client.config_set("requirepass", "word-of-the-tests")
    url = shop.valkey.url.replace("redis://", "redis://:word-of-the-tests@")
    done = shop.hsc("backup", "--verify", REDIS_URL=url)
    assert done.returncode == 0, done.stderr
    assert "word-of-the-tests" not in done.stdout + done.stderr
    wrong = shop.hsc("backup", REDIS_URL=url.replace("word-of", "another-of"))
    assert wrong.returncode == 1
    assert "another-of" not in wrong.stderr
