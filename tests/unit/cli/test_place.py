"""The system is found where the environment says, else where the local stack left word."""

import json
from pathlib import Path

import pytest
from hsc_cli.place import find
from hsc_rpc.errors import Failure


def home_with(tmp_path: Path, token: str = "secret", mode: int = 0o600) -> dict[str, str]:
    (tmp_path / "admin-token").write_text(f"{token}\n")
    (tmp_path / "admin-token").chmod(mode)
    return {"HSC_HOME": str(tmp_path)}


def test_the_address_of_the_environment_comes_first(tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text(json.dumps({"gateway": 9000}))
    assert find({"HSC_HOME": str(tmp_path), "HSC_ADDRESS": "hsc.example:443"}).address == "hsc.example:443"


@pytest.mark.parametrize("given", ["https://hsc.example", "https://hsc.example:443"])
def test_an_address_with_its_scheme_means_tls(given: str) -> None:
    place = find({"HSC_ADDRESS": given})
    assert (place.address, place.encrypted) == ("hsc.example:443", True)


def test_certificates_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    place = find({"HSC_ADDRESS": "https://hsc.example", "HSC_CA_FILE": str(tmp_path / "none")})
    with pytest.raises(Failure, match="HSC_CA_FILE"):
        place.tls()


def test_then_the_port_that_the_local_stack_kept(tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text(json.dumps({"gateway": 9000}))
    assert find({"HSC_HOME": str(tmp_path)}).address == "localhost:9000"


def test_then_the_default(tmp_path: Path) -> None:
    assert find({"HSC_HOME": str(tmp_path)}).address == "localhost:8000"


@pytest.mark.parametrize("content", ["", "[]", '{"gateway": "x"}', '{"catalog": 1}'])
def test_ports_that_cannot_be_read_are_said_and_not_guessed(tmp_path: Path, content: str) -> None:
    (tmp_path / "ports.json").write_text(content)
    with pytest.raises(Failure, match="does not name the gateway's port"):
        find({"HSC_HOME": str(tmp_path)})


@pytest.mark.parametrize("address", ["localhost", ":8000", "localhost:", "localhost:0", "localhost:70000", "a:b"])
def test_an_address_without_host_and_port_is_refused(address: str) -> None:
    with pytest.raises(Failure, match="HOST:PORT"):
        find({"HSC_ADDRESS": address})


def test_the_token_of_the_environment_comes_first(tmp_path: Path) -> None:
    assert find({**home_with(tmp_path), "HSC_ADMIN_TOKEN": "given"}).admin_token() == "given"


def test_then_the_token_of_the_local_stack(tmp_path: Path) -> None:
    assert find(home_with(tmp_path)).admin_token() == "secret"


def test_a_token_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="chmod 600"):
        find(home_with(tmp_path, mode=0o644)).admin_token()


def test_an_empty_token_is_none(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="is empty"):
        find(home_with(tmp_path, token="")).admin_token()


def test_without_any_token_it_says_where_one_comes_from(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="set HSC_ADMIN_TOKEN, or HSC_HOME"):
        find({"HSC_HOME": str(tmp_path)}).admin_token()


def test_what_the_door_asks_for_is_shown_and_nothing_else() -> None:
    assert find({}).credentials() == []
    assert find({"HSC_API_KEY": "key"}).credentials() == [("x-api-key", "key")]
    assert find({"HSC_JWT": "a.b.c"}).credentials() == [("authorization", "Bearer a.b.c")]
