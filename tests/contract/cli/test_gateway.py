"""`hsc` through a real Envoy with the committed configuration: what it needs is let through, whole and both ways."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hsc_local.envoy import Doors, command, load, rewritten
from hsc_rpc.edge import EdgeSettings
from hsc_wsbridge.edge import asking, encrypted
from support.certificates import self_signed
from support.ports import free_port, listens
from support.wait import until

KEY = "k" * 32


@pytest.fixture
async def gateway(system: Any, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The address of an Envoy in front of the servers; the bridge and the page are not there."""
    edge, stats, admin, nobody = (free_port() for _ in range(4))
    behind = {key: [system.port] for key in ("catalog", "prediction", "answer", "ingest")}
    config = tmp_path / "envoy.json"
    clusters = {**behind, "wsbridge": [nobody], "web": [nobody]}
    opened = rewritten(load(), Doors(edge, stats, admin), clusters)
    config.write_text(json.dumps(request.param(opened, tmp_path) if hasattr(request, "param") else opened))
    with (tmp_path / "envoy.log").open("wb") as log:
        envoy = await asyncio.create_subprocess_exec(*command(config), stdout=log, stderr=log)
    try:
        await until(lambda: listens(edge), 30)
        yield f"127.0.0.1:{edge}"
    finally:
        envoy.terminate()
        await envoy.wait()


def with_keys(config: Any, folder: Path) -> Any:
    (folder / "keys").write_text(f"shop {KEY}\n")
    return asking(config, EdgeSettings(hsc_api_keys_file=folder / "keys"))


def with_tls(config: Any, folder: Path) -> Any:
    self_signed(folder / "tls.crt", folder / "tls.key")
    return encrypted(config, folder / "tls.crt", folder / "tls.key")


@pytest.mark.parametrize("gateway", [with_tls], indirect=True)
async def test_a_door_with_tls_is_spoken_to_where_its_certificate_is_trusted(
    hsc: Any, gateway: str, tmp_path: Path
) -> None:
    address = f"https://{gateway}"
    assert (await hsc("predict", "ardlen vireo", HSC_ADDRESS=address)).code == 3
    trusting = {"HSC_ADDRESS": address, "HSC_CA_FILE": str(tmp_path / "tls.crt")}
    ran = await hsc("predict", "ardlen vireo", **trusting)
    assert ran.code == 0, ran.out + ran.err
    ran = await hsc("doctor", "--json", **trusting)
    assert [check["check"] for check in ran.json if not check["passed"]] == ["ready"]


@pytest.mark.parametrize("gateway", [with_keys], indirect=True)
async def test_a_door_that_asks_lets_hsc_in_by_its_key_alone(hsc: Any, gateway: str) -> None:
    ran = await hsc("predict", "ardlen vireo", "--json", HSC_ADDRESS=gateway)
    assert ran.error["reason"] == "CREDENTIALS_REFUSED"
    # A visit is made of every kind of call, an admin's list has its own token.
    for words in (["demo", "--pace", "1"], ["jobs", "list"]):
        ran = await hsc(*words, HSC_ADDRESS=gateway, HSC_API_KEY=KEY)
        assert ran.code == 0, ran.out + ran.err


async def test_a_large_import_arrives_whole(hsc: Any, system: Any, gateway: str, tmp_path: Path) -> None:
    catalogue = tmp_path / "large.json"
    catalogue.write_bytes(b"x" * 9_000_000)
    ran = await hsc("import", str(catalogue), HSC_ADDRESS=gateway)
    assert ran.code == 0, ran.err
    assert system.ingest.files == {"large.json": catalogue.read_bytes()}


async def test_a_visit_is_played_both_ways(hsc: Any, gateway: str) -> None:
    ran = await hsc("demo", "--pace", "1", HSC_ADDRESS=gateway)
    assert ran.code == 0, ran.out + ran.err


async def test_a_rich_failure_comes_through(hsc: Any, gateway: str) -> None:
    ran = await hsc("jobs", "retry", "job-8", "--json", HSC_ADDRESS=gateway)
    assert (ran.code, ran.error["reason"]) == (4, "JOB_UNKNOWN")


async def test_doctor_tells_what_envoy_misses(hsc: Any, gateway: str) -> None:
    ran = await hsc("doctor", "--json", HSC_ADDRESS=gateway)
    assert [check["check"] for check in ran.json if not check["passed"]] == ["ready"]
