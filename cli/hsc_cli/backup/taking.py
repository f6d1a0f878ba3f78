"""Taking a backup: PostgreSQL, then Redis, then the bytes; the manifest last."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import obstore
import redis
from hsc_rpc.errors import Failure
from obstore.store import ObjectStore

from hsc_cli.backup import manifest as manifests
from hsc_cli.backup import packing, postgres, rdb, record, scratch
from hsc_cli.backup.errors import failed
from hsc_cli.backup.manifest import Manifest
from hsc_cli.backup.proof import prove
from hsc_cli.backup.sealing import SUFFIX, Key, sha256
from hsc_cli.backup.stores import Stores
from hsc_cli.backup.vault import Vault, blob_name, opened

Say = Callable[[str], None]
_BLOB = re.compile(r"[0-9a-f]{2}/([0-9a-f]{64})")


def take(stores: Stores, vault: Vault, key: Key | None, *, verify: bool, keep: timedelta, say: Say) -> Manifest:
    """Take a backup, prove it where asked for, forget what is older than `keep`. A Failure: none was taken."""
    now = datetime.now(UTC)
    with redis.Redis.from_url(stores.redis_url, socket_timeout=30, socket_connect_timeout=10) as state:
        try:
            manifest = _written(stores, state, vault, key, manifests.stamp(now), say)
            if verify:
                for seen in prove(vault, manifest, key):
                    say(seen)
                manifest = manifest.proven(datetime.now(UTC))
                vault.write(manifest)
        except (Failure, OSError, redis.RedisError) as error:
            _noted(lambda: record.ran(state, now, succeeded=False))
            raise error if isinstance(error, Failure) else failed(str(error)) from None
        # From here on there is a backup; who watches must hear of it even where tidying fails.
        _noted(lambda: record.ran(state, now, succeeded=True, size=manifest.size))
        if manifest.proven_at:
            _noted(lambda: record.proven(state, manifest.taken_at))
    forget(vault, now - keep)
    return manifest


def prove_again(stores: Stores, vault: Vault, stamp: str, key: Key | None, say: Say) -> Manifest:
    """Prove a backup that was taken before. Raises Failure where it is no good."""
    manifest = vault.manifest(stamp)
    for seen in prove(vault, manifest, key):
        say(seen)
    manifest = manifest.proven(datetime.now(UTC))
    vault.write(manifest)
    with redis.Redis.from_url(stores.redis_url, socket_timeout=30, socket_connect_timeout=10) as state:
        _noted(lambda: record.proven(state, manifest.taken_at))
    return manifest


def forget(vault: Vault, before: datetime) -> None:
    """Forget what was begun before a time, but never the newest backup that was proven, nor the newest at all."""
    kept = {stamp: vault.manifest(stamp) for stamp in vault.stamps()}
    newest = next(iter(kept), None)
    proven = next((stamp for stamp, manifest in kept.items() if manifest.proven_at), None)
    old = {stamp for stamp in vault.begun() if manifests.moment(stamp) < before} - {newest, proven}
    for stamp in old:
        vault.delete(*vault.dumps_of(stamp))
    needed = {
        (key, SUFFIX if each.encrypted else "")
        for stamp, each in kept.items()
        if stamp not in old
        for key in each.blobs
    }
    for sealed in ("", SUFFIX):
        vault.delete(*(blob_name(key, sealed) for key in vault.blobs(sealed) if (key, sealed) not in needed))


def _written(stores: Stores, state: redis.Redis, vault: Vault, key: Key | None, stamp: str, say: Say) -> Manifest:
    engine = rdb.engine(state)
    major = postgres.major(stores.database_url)
    with scratch.folder("backup") as folder:
        folder.chmod(0o700)
        dump = folder / f"postgres-{stamp}.sql.gz"
        tables = postgres.dump(stores.database_url, dump)
        database = packing.stored(vault, dump, key)
        say(f"{database.name}: {database.size} bytes, {sum(tables.values())} rows")
        record.mark(state, stamp)
        rdb.fetch(stores.redis_url, folder / "dump.rdb")
        packed = packing.compressed(folder / "dump.rdb", folder / f"redis-{stamp}.rdb.gz")
        memory = packing.stored(vault, packed, key)
        say(f"{memory.name}: {memory.size} bytes, of {engine}")
        # After PostgreSQL: what its rows name was stored before they were written.
        blobs, copied = _copy_blobs(opened(stores.blob_url), vault, key, folder)
        say(f"blobs: {len(blobs)}, {copied} of them new")
        manifest = Manifest(
            stamp, database, memory, major, engine.name, engine.major, tables, blobs, encrypted=key is not None
        )
        vault.write(manifest)
    return manifest


def _copy_blobs(source: ObjectStore, vault: Vault, key: Key | None, folder: Path) -> tuple[list[str], int]:
    """Copy the bytes that are not there yet: what is stored under its hash never changes."""
    sealed = SUFFIX if key else ""
    there = vault.blobs(sealed)
    found: list[str] = []
    copied = 0
    names = [each["path"] for batch in obstore.list(source) for each in batch]
    for name in sorted(names):
        if (match := _BLOB.fullmatch(name)) is None:
            continue
        blob = match[1]
        if blob not in there:
            path = folder / "blob"
            try:
                with path.open("wb") as file:
                    for data in obstore.get(source, name).stream(min_chunk_size=1024 * 1024):
                        file.write(data)
            except FileNotFoundError:
                # A file of an import that is over; what a manual needs is missed by the proof.
                continue
            if sha256(path) != blob:
                raise failed(f"the stored bytes of {blob} have another hash: the blob store is damaged")
            if key is not None:
                key.close(path, closed := folder / "blob.closed")
                path = closed
            vault.put(blob_name(blob, sealed), path)
            copied += 1
        found.append(blob)
    return found, copied


def _noted(note: Callable[[], None]) -> None:
    """A record that cannot be written must not hide how the backup went; its age raises the alert."""
    try:
        note()
    except redis.RedisError:
        return
