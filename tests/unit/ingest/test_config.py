from pathlib import Path
from typing import Any

import pytest
from hsc_ingest.config import IngestSettings
from pydantic import ValidationError

NEEDED = {"database_url": "postgresql://db/hsc", "redis_url": "redis://r", "blob_url": "file:///var/blobs"}


def settings(**values: Any) -> IngestSettings:
    return IngestSettings(**{**NEEDED, **values})


def test_the_ports_are_the_designs() -> None:
    assert (settings().port, settings().metrics_port, settings().worker_metrics_port) == (50054, 9104, 9105)


def test_the_allow_list_reaches_the_fetchers_policy() -> None:
    policy = settings(hsc_fetch_allow="localhost:8080, 10.0.0.0/8").address_policy
    assert policy.allow.names("localhost", 8080)
    assert not policy.allow.names("localhost", 80)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hsc_fetch_allow", "not a host/at all"),
        ("hsc_file_root", "/no/such/folder"),
        ("hsc_makers", "/no/such/table.toml"),
        ("prefetch_patience_s", 0),
        ("database_url", ""),
        ("redis_url", "localhost:6379"),
        ("blob_url", "blobs"),
        ("hsc_fetch_total_s", 0),
        ("worker_threads", 0),
        ("port", 70_000),
    ],
)
def test_nonsense_is_refused_at_start_by_name(name: str, value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        settings(**{name: value})
    assert [error["loc"] for error in caught.value.errors()] == [(name,)]


def test_an_empty_folder_setting_opens_no_folder() -> None:
    assert settings(hsc_file_root="").hsc_file_root is None


def test_a_folder_that_exists_may_hold_manuals(tmp_path: Path) -> None:
    assert settings(hsc_file_root=tmp_path).hsc_file_root == tmp_path
