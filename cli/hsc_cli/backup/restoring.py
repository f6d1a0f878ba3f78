"""Giving the stores back what a backup holds. Everything is fetched and checked before the first byte is changed."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import obstore
import redis

from hsc_cli.backup import postgres, rdb, scratch
from hsc_cli.backup.errors import refused
from hsc_cli.backup.manifest import Manifest
from hsc_cli.backup.packing import Box
from hsc_cli.backup.programs import Engine
from hsc_cli.backup.sealing import Key, sha256
from hsc_cli.backup.stores import Stores
from hsc_cli.backup.vault import Vault, opened

Say = Callable[[str], None]
# Up to here Valkey reads what Redis wrote.
_COMMON_FORM = 11
PARTS = ("blobs", "postgres", "redis")


def restore(stores: Stores, vault: Vault, manifest: Manifest, key: Key | None, parts: Sequence[str], say: Say) -> None:
    """Replace what the stores hold. Raises Failure."""
    with scratch.folder("restore") as folder:
        folder.chmod(0o700)
        box = Box(vault, manifest, key, folder)
        dump = box.postgres() if "postgres" in parts else None
        memory = box.redis() if "redis" in parts else None
        if dump and (major := postgres.major(stores.database_url)) < manifest.postgres_major:
            raise refused(f"the dump is of PostgreSQL {manifest.postgres_major}, and {major} cannot read it")
        with (
            redis.Redis.from_url(stores.redis_url, socket_timeout=60, socket_connect_timeout=10) as state,
            _loaded(memory, rdb.engine(state)) if memory else nullcontext() as loaded,
        ):
            # The bytes first: rows that name them must not come before them.
            if "blobs" in parts:
                say(f"blobs: {_blobs(stores, box, manifest)} given back, {len(manifest.blobs)} there")
            if dump:
                postgres.restore(stores.database_url, dump)
                say(f"PostgreSQL: {sum(manifest.tables.values())} rows in {len(manifest.tables)} tables")
            if loaded:
                say(f"Redis: {rdb.copy(loaded, state)} keys")


def _loaded(memory: Path, target: Engine) -> AbstractContextManager[redis.Redis]:
    """A server of the target's kind that has loaded the file.

    It gives key by key: the target's disk stays its own, and nothing is restarted.
    """
    name, number = rdb.form(memory)
    if name != target.name and (name, number) > ("redis", _COMMON_FORM):
        raise refused(
            f"this RDB is in {name}'s form {number}, which {target} cannot read: restore it to the engine it came from"
        )
    return scratch.redis_of(memory, target)


def _blobs(stores: Stores, box: Box, manifest: Manifest) -> int:
    target = opened(stores.blob_url)
    there = {each["path"] for batch in obstore.list(target) for each in batch}
    given = 0
    for key in manifest.blobs:
        if (name := f"{key[:2]}/{key}") in there:
            continue
        path = box.blob(key)
        if sha256(path) != key:
            raise refused(f"the bytes of {key} in the backup have another hash")
        obstore.put(target, name, path)
        given += 1
    return given
