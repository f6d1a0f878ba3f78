"""The local stack as a person runs it: up, looked at, broken, brought back, down. Without the samples, to be quick."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import grpc
import psutil
import pytest
from hsc.catalog.v1 import catalog_pb2, catalog_pb2_grpc
from hsc_local.stack import Running, running
from support.folders import open_folder
from support.wait import until_sync

PRODUCT = "lifecycle-1"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder / "home"


@pytest.fixture(scope="module")
def up(home: Path) -> Iterator[Running]:
    with contextlib.ExitStack() as stack:
        yield stack.enter_context(running(home, with_samples=False))


def hsc_local(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hsc_local", *arguments],
        env={**os.environ, "HSC_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except OSError:
        return 0


def apply_product(up: Running) -> None:
    request = catalog_pb2.ApplyCatalogRequest(
        brand=catalog_pb2.Brand(brand_id="lifecycle", name="Lifecycle"),
        products=[catalog_pb2.Product(product_id=PRODUCT, name="Lifecycle One", brand_id="lifecycle")],
        mode=catalog_pb2.IMPORT_MODE_MERGE,
        request_id="lifecycle-request-1",
    )
    with grpc.insecure_channel(up.address) as channel:
        stub = catalog_pb2_grpc.CatalogServiceStub(channel)
        stub.ApplyCatalog(request, metadata=(("authorization", f"Bearer {up.admin_token}"),), timeout=10)


def product_name(up: Running) -> str:
    with grpc.insecure_channel(up.address) as channel:
        stub = catalog_pb2_grpc.CatalogServiceStub(channel)
        name: str = stub.GetProduct(catalog_pb2.GetProductRequest(product_id=PRODUCT), timeout=10).product.name
        return name


def test_everything_is_ready_when_it_says_so(up: Running) -> None:
    assert status(f"{up.url}/ready") == 200
    assert set(json.loads(up.home.ports.read_text())) == set(up.ports)


def test_admin_calls_go_through_the_public_door_with_the_token_of_the_home(up: Running) -> None:
    apply_product(up)
    assert product_name(up) == "Lifecycle One"


def test_what_is_inside_is_not_seen_from_other_machines(up: Running) -> None:
    pids = {int(child["pid"]) for child in up.home.listed_children().values()}
    listening = [c for c in psutil.net_connections("inet") if c.pid in pids and c.status == psutil.CONN_LISTEN]
    assert listening
    assert {connection.laddr.ip.removeprefix("::ffff:") for connection in listening} == {"127.0.0.1"}


def test_status_tells_every_process(up: Running) -> None:
    done = hsc_local(up.home.root, "status")
    assert done.returncode == 0, done.stderr
    for name in ("postgres", "redis", "catalog", "prediction", "answer", "ingest", "worker", "wsbridge", "envoy"):
        assert name in done.stdout


def test_a_second_stack_in_the_same_home_is_refused_and_the_first_goes_on(up: Running) -> None:
    done = hsc_local(up.home.root, "up", HSC_PORT="0")
    assert done.returncode == 1
    assert "already runs" in done.stderr
    assert status(f"{up.url}/ready") == 200


def test_a_stack_on_ports_that_are_taken_says_which_and_by_whom(up: Running, tmp_path: Path) -> None:
    done = hsc_local(tmp_path / "other", "up", HSC_PORT=str(up.ports["gateway"]))
    assert done.returncode == 1
    assert f"port {up.ports['gateway']} (gateway) is taken by envoy" in done.stderr


@pytest.mark.parametrize("name", ["catalog", "wsbridge", "redis", "envoy"])
def test_a_process_that_is_killed_comes_back(up: Running, name: str) -> None:
    before = up.pid(name)
    os.kill(before, signal.SIGKILL)
    until_sync(lambda: up.pid(name) != before and status(f"{up.url}/ready") == 200, timeout_s=30)
    assert up.restarts(name) == 1


def test_a_killed_supervisor_leaves_no_orphan_and_the_next_start_finds_everything(up: Running, home: Path) -> None:
    children = [psutil.Process(int(child["pid"])) for child in up.home.listed_children().values()]
    os.kill(up.supervisor_pid, signal.SIGKILL)
    _, alive = psutil.wait_procs(children, timeout=20)
    assert alive == []
    with running(home, with_samples=False) as again:
        assert "the last run was cut off" in (home / "up.log").read_text()
        until_sync(lambda: product_name(again) == "Lifecycle One")
        children = [psutil.Process(int(child["pid"])) for child in again.home.listed_children().values()]
        done = hsc_local(home, "down")
        assert done.returncode == 0, done.stderr
    assert not any(child.is_running() for child in children)
    assert "stopped" in (home / "up.log").read_text()


def test_without_a_stack_status_and_down_say_so(tmp_path: Path) -> None:
    assert hsc_local(tmp_path, "status").returncode == 3
    assert "no stack runs" in hsc_local(tmp_path, "down").stdout


def test_a_port_that_is_none_is_refused(tmp_path: Path) -> None:
    done = hsc_local(tmp_path, "up", HSC_PORT="eighty")
    assert done.returncode == 2
    assert "HSC_PORT" in done.stderr
