import os
from pathlib import Path

import pytest
from hsc_ingest.adapters.fetch.body import Sink
from hsc_ingest.adapters.fetch.failures import FetchFailure, Reason
from hsc_ingest.adapters.fetch.files import copy_file


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "manuals"
    folder.mkdir()
    (folder / "my manual.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "secret").write_bytes(b"secret")
    return folder


def copy(url: str, root: Path | None, max_bytes: int = 1000) -> bytes:
    target = (root or Path("/tmp")).parent / "copy"
    with Sink(target) as sink:
        copy_file(url, root, sink, max_bytes)
        sink.keep()
    return target.read_bytes()


def refusal(url: str, root: Path | None, max_bytes: int = 1000) -> Reason:
    with pytest.raises(FetchFailure) as caught:
        copy(url, root, max_bytes)
    return caught.value.reason


def test_a_file_below_the_root_is_copied(root: Path) -> None:
    assert copy(f"file://{root}/my%20manual.pdf", root) == b"%PDF-1.7"
    assert copy(f"FILE://localhost{root}/my%20manual.pdf", root) == b"%PDF-1.7"


def test_without_a_root_no_file_is_opened(root: Path) -> None:
    assert refusal(f"file://{root}/my%20manual.pdf", None) is Reason.FORBIDDEN_ADDRESS


@pytest.mark.parametrize("path", ["/../secret", "/%2e%2e/secret", "/sub/../../secret"])
def test_a_path_that_climbs_out_of_the_root_is_refused(root: Path, path: str) -> None:
    assert refusal(f"file://{root}{path}", root) is Reason.FORBIDDEN_ADDRESS


def test_a_link_that_leads_out_of_the_root_is_refused(root: Path) -> None:
    (root / "link.pdf").symlink_to(root.parent / "secret")
    assert refusal(f"file://{root}/link.pdf", root) is Reason.FORBIDDEN_ADDRESS


def test_a_link_that_stays_below_the_root_is_followed(root: Path) -> None:
    (root / "link.pdf").symlink_to(root / "my manual.pdf")
    assert copy(f"file://{root}/link.pdf", root) == b"%PDF-1.7"


@pytest.mark.parametrize("url", ["file:///a%00b", "file://otherhost/a", "file:relative"])
def test_what_is_no_file_of_this_machine_is_a_bad_url(root: Path, url: str) -> None:
    assert refusal(url, root) is Reason.BAD_URL


def test_a_missing_file_is_not_found(root: Path) -> None:
    assert refusal(f"file://{root}/none.pdf", root) is Reason.NOT_FOUND


def test_folders_and_pipes_are_not_read(root: Path) -> None:
    os.mkfifo(root / "pipe")
    assert refusal(f"file://{root}/pipe", root) is Reason.BAD_URL
    assert refusal(f"file://{root}", root) is Reason.BAD_URL


def test_a_file_over_the_cap_is_too_large(root: Path) -> None:
    assert refusal(f"file://{root}/my%20manual.pdf", root, max_bytes=7) is Reason.TOO_LARGE
