import asyncio
import hashlib
import os
from pathlib import Path

import pytest
from hsc_blobs import BlobDamaged, BlobMissing, BlobStore, BlobsUnavailable

DATA = os.urandom(3_000_000)
KEY = hashlib.sha256(DATA).hexdigest()
UNKNOWN = "0" * 64


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "not yet there" / "blobs"


@pytest.fixture
def store(folder: Path) -> BlobStore:
    return BlobStore.from_url(folder.as_uri())


def stored_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_bytes_come_back_by_their_hash(store: BlobStore) -> None:
    assert await store.put(DATA) == KEY
    assert await store.read(KEY, max_bytes=len(DATA)) == DATA
    assert await store.size(KEY) == len(DATA)


async def test_a_file_is_stored_like_its_bytes(store: BlobStore, tmp_path: Path) -> None:
    file = tmp_path / "manual.pdf"
    file.write_bytes(DATA * 3)
    key = await store.put(file)
    assert key == hashlib.sha256(DATA * 3).hexdigest()
    assert await store.read(key, max_bytes=10_000_000) == DATA * 3


async def test_the_same_bytes_are_stored_once(store: BlobStore, folder: Path) -> None:
    await asyncio.gather(*(store.put(DATA) for _ in range(5)))
    assert len(stored_files(folder)) == 1


async def test_no_bytes_are_bytes_too(store: BlobStore) -> None:
    assert await store.read(await store.put(b""), max_bytes=0) == b""


@pytest.mark.parametrize("offset", [0, 1, 65_536, 2_999_999, 3_000_000, 9_000_000])
async def test_a_stream_begins_where_it_is_told_and_its_chunks_are_bounded(store: BlobStore, offset: int) -> None:
    await store.put(DATA)
    chunks = [chunk async for chunk in store.stream(KEY, offset)]
    assert b"".join(chunks) == DATA[offset:]
    assert all(0 < len(chunk) <= 65_536 for chunk in chunks)


async def test_a_copy_in_a_file_can_be_had(store: BlobStore, tmp_path: Path) -> None:
    await store.put(DATA)
    await store.save(KEY, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == DATA


async def test_damage_is_noticed_before_the_last_chunk(store: BlobStore, folder: Path, tmp_path: Path) -> None:
    await store.put(DATA)
    (file,) = stored_files(folder)
    file.write_bytes(DATA[:-1] + bytes([DATA[-1] ^ 1]))
    got: list[bytes] = []

    async def collect() -> None:
        async for chunk in store.stream(KEY):
            got.append(chunk)  # noqa: PERF401 what came before the fault counts

    with pytest.raises(BlobDamaged):
        await collect()
    assert sum(map(len, got)) < len(DATA)
    with pytest.raises(BlobDamaged):
        await store.save(KEY, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


async def test_a_blob_cut_short_is_mended_by_storing_it_again(store: BlobStore, folder: Path) -> None:
    await store.put(DATA)
    (file,) = stored_files(folder)
    file.write_bytes(DATA[:100])
    with pytest.raises(BlobDamaged):
        await store.read(KEY, max_bytes=len(DATA))
    await store.put(DATA)
    assert await store.read(KEY, max_bytes=len(DATA)) == DATA


async def test_more_than_asked_for_is_not_read(store: BlobStore) -> None:
    await store.put(DATA)
    with pytest.raises(ValueError, match="3000000 bytes"):
        await store.read(KEY, max_bytes=2_999_999)


@pytest.mark.parametrize("key", [UNKNOWN, "../../etc/passwd", "", KEY.upper()])
async def test_what_is_not_stored_is_missing(store: BlobStore, key: str) -> None:
    await store.put(DATA)
    assert not await store.exists(key)
    with pytest.raises(BlobMissing):
        await store.read(key, max_bytes=1)
    with pytest.raises(BlobMissing):
        [chunk async for chunk in store.stream(key)]


async def test_deleted_bytes_are_gone_and_deleting_twice_is_no_fault(store: BlobStore) -> None:
    await store.put(DATA)
    await store.delete(KEY)
    await store.delete(KEY)
    assert not await store.exists(KEY)


async def test_a_store_that_refuses_is_unavailable(folder: Path) -> None:
    store = BlobStore.from_url(folder.as_uri())
    # A file stands where the blob's folder should be.
    (folder / KEY[:2]).write_bytes(b"")
    with pytest.raises(BlobsUnavailable):
        await store.put(DATA)


@pytest.mark.parametrize("url", ["", "/var/blobs", "file://host/blobs", "http://host/blobs", "s3://", "memory:///"])
def test_other_stores_are_refused_at_start(url: str) -> None:
    with pytest.raises(ValueError, match="a blob store is"):
        BlobStore.from_url(url)


async def test_old_blobs_are_listed_with_their_size_and_nothing_else_that_lies_there(
    store: BlobStore, folder: Path
) -> None:
    key, young = await store.put(b"old"), await store.put(b"young")
    os.utime(folder / key[:2] / key, (1, 1))
    (folder / "README").write_text("not a blob")
    os.utime(folder / "README", (1, 1))
    found: dict[str, int] = {}
    async for batch in store.older_than(3600):
        found |= batch
    assert found == {key: 3}
    assert await store.exists(young)
