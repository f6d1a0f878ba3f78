"""Bytes by the SHA-256 of their content, in a folder (`file:///…`) or in S3 (`s3://bucket/prefix`).

The same bytes are stored once; what is stored never changes; a write is seen whole or not at all.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore

from hsc_blobs import s3
from hsc_blobs.errors import BlobDamaged, BlobMissing, BlobsUnavailable

if TYPE_CHECKING:
    from obstore import GetOptions

CHUNK_BYTES = 64 * 1024
_READ_BYTES = 1024 * 1024
_LISTED = 500
_KEY = re.compile(r"[0-9a-f]{64}", re.ASCII)


class BlobStore:
    """Keys are SHA-256 in lower-case hexadecimal. Every method may raise BlobsUnavailable."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def from_url(cls, url: str) -> "BlobStore":
        """Open `file:///absolute/folder` (made where absent) or `s3://bucket/prefix` (configured by AWS_… variables).

        Raises ValueError for any other.
        """
        parts = urlsplit(url)
        if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.startswith("/"):
            return cls(LocalStore(unquote(parts.path), mkdir=True))
        if parts.scheme == "s3" and parts.netloc:
            return cls(s3.opened(url, timeout_s=30, patience_s=20))
        raise ValueError(f"a blob store is file:///folder or s3://bucket/prefix, not {parts.scheme or 'nothing'}:…")

    async def put(self, data: bytes | Path) -> str:
        """Store bytes or a file's content and return the key."""
        key = await asyncio.to_thread(_hash_file, data) if isinstance(data, Path) else _hash(data)
        size = (await asyncio.to_thread(data.stat)).st_size if isinstance(data, Path) else len(data)
        with _translated(key):
            try:
                stored = await obstore.head_async(self._store, _path(key))
            except FileNotFoundError:
                stored = None
            if stored is None or stored["size"] != size:
                await obstore.put_async(self._store, _path(key), data)
        return key

    async def exists(self, key: str) -> bool:
        """Tell whether the bytes are stored."""
        try:
            await self.size(key)
        except BlobMissing:
            return False
        return True

    async def size(self, key: str) -> int:
        """Return how many bytes; BlobMissing where there are none."""
        with _translated(key):
            return (await obstore.head_async(self._store, _path(key)))["size"]

    async def read(self, key: str, max_bytes: int) -> bytes:
        """Return all the bytes, checked. Raises ValueError when they are more than `max_bytes`."""
        if (size := await self.size(key)) > max_bytes:
            raise ValueError(f"{key} has {size} bytes, more than {max_bytes}")
        return b"".join([chunk async for chunk in self.stream(key)])

    async def save(self, key: str, path: Path) -> None:
        """Write the bytes into a local file, checked; a file that fails the check is removed."""
        try:
            with path.open("wb") as file:
                async for chunk in self.stream(key, chunk_bytes=_READ_BYTES):
                    await asyncio.to_thread(file.write, chunk)
        except BaseException:
            await asyncio.to_thread(path.unlink, missing_ok=True)
            raise

    async def stream(self, key: str, offset: int = 0, chunk_bytes: int = CHUNK_BYTES) -> AsyncIterator[bytes]:
        """Yield the bytes from `offset` on, in chunks of at most `chunk_bytes`.

        From the beginning on they are checked: BlobDamaged comes instead of the last chunk.
        """
        digest = hashlib.sha256()
        held = b""
        async with aclosing(self._stream(key, offset)) as stored:
            async for data in stored:
                digest.update(data)
                for start in range(0, len(data), chunk_bytes):
                    if held:
                        yield held
                    held = data[start : start + chunk_bytes]
        if offset == 0 and digest.hexdigest() != key:
            raise BlobDamaged(f"the stored bytes of {key} have another hash")
        if held:
            yield held

    async def delete(self, key: str) -> None:
        """Remove the bytes; it is no fault when there are none."""
        try:
            with _translated(key):
                await obstore.delete_async(self._store, _path(key))
        except BlobMissing:
            pass

    async def older_than(self, seconds: float) -> AsyncIterator[dict[str, int]]:
        """Yield the blobs that were stored so long ago, in batches of {key: bytes}; nothing else that lies there."""
        before = datetime.now(UTC) - timedelta(seconds=seconds)
        with _translated("the store"):
            async for batch in obstore.list(self._store, chunk_size=_LISTED):
                found = {each["path"].rpartition("/")[2]: each for each in batch}
                old = {
                    key: each["size"]
                    for key, each in found.items()
                    if _KEY.fullmatch(key) and each["path"] == _path(key) and each["last_modified"] < before
                }
                if old:
                    yield old

    async def _stream(self, key: str, offset: int) -> AsyncGenerator[bytes, None]:
        # A range that begins at the end is an error to a store.
        if offset and offset >= await self.size(key):
            return
        with _translated(key):
            options: GetOptions = {"range": {"offset": offset}} if offset else {}
            result = await obstore.get_async(self._store, _path(key), options=options)
            async for data in result.stream(min_chunk_size=_READ_BYTES):
                yield bytes(data)


def _path(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise BlobMissing(f"{key!r} is no SHA-256")
    return f"{key[:2]}/{key}"


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _translated(key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise BlobMissing(key) from error
    except (BaseError, OSError) as error:
        raise BlobsUnavailable(f"the blob store refuses: {error}") from error
