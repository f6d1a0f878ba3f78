"""`hsc import`: every byte arrives under its relative name, and every fault is told."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hsc.catalog.v1 import catalog_pb2
from hsc.ingest.v1 import ingest_pb2

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a small file, one below, one of more than a message's size, and one that is none of ours."""
    folder = tmp_path / "catalogs"
    (folder / "more").mkdir(parents=True)
    (folder / "a.json").write_text("{}")
    (folder / "more" / "b.json").write_text('{"b": 1}')
    (folder / "big.json").write_text(json.dumps({"x": "y" * 6_000_000}))
    (folder / "notes.txt").write_text("not a catalogue")
    return folder


async def test_a_folder_arrives_whole_under_relative_names(hsc: Any, system: Any, folder: Path) -> None:
    ran = await hsc("import", str(folder))
    assert ran.code == 0
    assert set(system.ingest.files) == {"a.json", "more/b.json", "big.json"}
    assert system.ingest.files["big.json"] == (folder / "big.json").read_bytes()


async def test_no_chunk_is_larger_than_the_contract_allows(hsc: Any, system: Any, folder: Path) -> None:
    await hsc("import", str(folder))
    assert 0 < system.ingest.largest_chunk <= 1 << 20


async def test_a_file_that_is_named_twice_is_sent_once(hsc: Any, system: Any, folder: Path) -> None:
    await hsc("import", str(folder / "a.json"), str(folder / "a.json"))
    assert list(system.ingest.files) == ["a.json"]


@pytest.mark.parametrize(
    ("option", "mode"), [((), catalog_pb2.IMPORT_MODE_MERGE), (("--replace",), catalog_pb2.IMPORT_MODE_REPLACE)]
)
async def test_it_merges_unless_told_to_replace(
    hsc: Any, system: Any, folder: Path, option: tuple[str, ...], mode: int
) -> None:
    await hsc("import", str(folder / "a.json"), *option)
    assert system.ingest.modes == {mode}


async def test_it_says_what_changed(hsc: Any, folder: Path) -> None:
    ran = await hsc("import", str(folder / "a.json"))
    assert "1 of 1 files: 7 added, 2 updated, 0 removed; faults: 0" in ran.out


async def test_each_fault_is_told_with_file_product_and_field(hsc: Any, system: Any, folder: Path) -> None:
    system.ingest.faults = [ingest_pb2.Fault(file="a.json", product_id="p-1", field="name", message="is empty")]
    ran = await hsc("import", str(folder / "a.json"))
    assert "a.json: p-1: name: is empty" in ran.out
    assert ran.code == 1


async def test_a_failed_job_says_why_and_how_to_go_on(hsc: Any, system: Any, folder: Path) -> None:
    system.ingest.job_state = ingest_pb2.JOB_STATE_FAILED
    ran = await hsc("import", str(folder / "a.json"))
    assert ran.code == 1
    assert "the import failed: the catalogue is away" in ran.out
    assert "hsc jobs retry job-1" in ran.out


async def test_a_watch_that_breaks_goes_on_and_tells_each_fault_once(hsc: Any, system: Any, folder: Path) -> None:
    system.ingest.faults = [
        ingest_pb2.Fault(file="a.json", product_id=f"p-{n}", field="name", message="is empty") for n in range(2)
    ]
    system.ingest.watches_to_break = 2
    ran = await hsc("import", str(folder / "a.json"))
    assert ran.out.count("is empty") == 2


async def test_json_has_one_state_a_line(hsc: Any, folder: Path) -> None:
    ran = await hsc("import", str(folder / "a.json"), "--json")
    assert [state["state"] for state in ran.json] == ["JOB_STATE_RUNNING", "JOB_STATE_SUCCEEDED"]
    assert ran.json[-1]["added"] == 7


async def test_a_wrong_token_is_not_allowed(hsc: Any, folder: Path) -> None:
    ran = await hsc("import", str(folder / "a.json"), HSC_ADMIN_TOKEN="wrong")
    assert ran.code == 5


async def test_the_token_of_the_local_stack_is_found(hsc: Any, folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "admin-token").write_text("an-admin-token-of-the-tests\n")
    (home / "admin-token").chmod(0o600)
    assert (await hsc("import", str(folder / "a.json"), HSC_ADMIN_TOKEN="")).code == 0


async def test_a_missing_path_is_not_found(hsc: Any, system: Any, tmp_path: Path) -> None:
    ran = await hsc("import", str(tmp_path / "nowhere"))
    assert (ran.code, system.ingest.files) == (4, {})
    assert "neither a file nor a folder" in ran.err


async def test_no_path_is_wrong_usage(hsc: Any) -> None:
    assert (await hsc("import")).code == 2


async def test_on_a_terminal_each_fault_has_a_line_of_its_own_beside_the_bar(
    hsc: Any, system: Any, folder: Path
) -> None:
    system.ingest.faults = [ingest_pb2.Fault(file="a.json", product_id=f"p-{n}", message="is bad") for n in range(40)]
    ran = await hsc("import", str(folder), terminal=True)
    shown = [ESCAPE.sub("", line).rsplit("\r", 1)[-1] for line in ran.out.split("\r\n")]
    assert [line for line in shown if "is bad" in line] == [f"a.json: p-{n}: is bad" for n in range(40)]
