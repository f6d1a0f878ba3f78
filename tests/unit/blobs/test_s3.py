"""What a folder promises, `s3://bucket/prefix` promises too."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hsc_blobs import BlobMissing, BlobStore, BlobsUnavailable
from support import s3

# More than one part of an upload.
DATA = os.urandom(12_000_000)
KEY = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[BlobStore]:
    with s3.serving(monkeypatch, "shop"):
        yield BlobStore.from_url("s3://shop/manuals")


async def test_bytes_come_back_whole_and_from_where_they_are_asked(store: BlobStore, tmp_path: Path) -> None:
    file = tmp_path / "manual.pdf"
    file.write_bytes(DATA)
    assert await store.put(file) == await store.put(DATA) == KEY
    assert await store.read(KEY, max_bytes=len(DATA)) == DATA
    for offset in (1, 11_999_999, 12_000_000):
        assert b"".join([chunk async for chunk in store.stream(KEY, offset)]) == DATA[offset:]
    assert [batch async for batch in store.older_than(-60)] == [{KEY: len(DATA)}]
    await store.delete(KEY)
    await store.delete(KEY)
    with pytest.raises(BlobMissing):
        await store.size(KEY)


async def test_a_bucket_that_is_not_there_is_a_store_that_is_away(store: BlobStore) -> None:
    with pytest.raises((BlobMissing, BlobsUnavailable)):
        await BlobStore.from_url("s3://another").put(b"bytes")
