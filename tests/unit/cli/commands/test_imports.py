"""Which files a path stands for, and how they are cut for the way."""

from pathlib import Path

import pytest
from hsc.catalog.v1 import catalog_pb2
from hsc_cli.commands.imports import CHUNK_BYTES, CatalogFile, catalog_files, import_requests
from hsc_rpc.errors import Failure


def names(*paths: Path) -> list[str]:
    return [file.name for file in catalog_files(paths)]


def test_a_folder_stands_for_the_json_files_below_it_in_order(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("b.json", "a.json", "sub/c.json", "d.txt", ".hidden.json"):
        (tmp_path / name).touch()
    assert names(tmp_path) == ["a.json", "b.json", "sub/c.json"]


def test_a_file_keeps_its_name_whatever_its_ending(tmp_path: Path) -> None:
    (tmp_path / "catalogue").touch()
    assert names(tmp_path / "catalogue") == ["catalogue"]


def test_a_file_is_taken_once_although_its_folder_is_named_too(tmp_path: Path) -> None:
    (tmp_path / "a.json").touch()
    assert names(tmp_path / "a.json", tmp_path) == ["a.json"]


def test_a_folder_without_catalogues_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"holds no \*\.json file"):
        catalog_files([tmp_path])


async def test_a_file_goes_as_its_name_and_bounded_chunks(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(bytes(range(256)) * 3000)
    sent: list[None] = []
    file = CatalogFile(tmp_path / "a.json", "a.json")
    requests = [
        request async for request in import_requests([file], catalog_pb2.IMPORT_MODE_MERGE, lambda: sent.append(None))
    ]
    assert requests[0].file.name == "a.json"
    chunks = [request.chunk for request in requests[1:]]
    assert b"".join(chunks) == file.path.read_bytes()
    assert max(map(len, chunks)) == CHUNK_BYTES
    assert len(sent) == 1


async def test_all_files_of_a_run_carry_one_request_id(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    file = CatalogFile(tmp_path / "a.json", "a.json")
    requests = [r async for r in import_requests([file, file], catalog_pb2.IMPORT_MODE_MERGE, lambda: None)]
    ids = {request.file.request_id for request in requests if request.HasField("file")}
    assert len(ids) == 1
    assert ids != {""}
