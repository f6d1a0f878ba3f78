"""The life of a server: health, reflection, and an end that cuts nobody off without a word."""

import asyncio
import os
import subprocess
import sys
import time
from typing import Any

import pytest
from grpc import StatusCode, aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from hsc.catalog.v1 import catalog_pb2, catalog_pb2_grpc
from hsc.status.v1 import status_pb2, status_pb2_grpc
from hsc_rpc import channels, errors, settings

from .conftest import serving

CATALOG = "hsc.catalog.v1.CatalogService"


async def status_of(channel: Any, service: str) -> Any:
    stub = health_pb2_grpc.HealthStub(channel)
    return (await stub.Check(health_pb2.HealthCheckRequest(service=service))).status


async def test_health_follows_the_conditions_for_each_service_and_the_whole() -> None:
    async with serving() as (_, server):
        channel = channels.connect(f"127.0.0.1:{server.port}")
        for service in ("", CATALOG):
            assert await status_of(channel, service) == health_pb2.HealthCheckResponse.SERVING
        await server.health.unmet("database", "does not answer")
        for service in ("", CATALOG):
            assert await status_of(channel, service) == health_pb2.HealthCheckResponse.NOT_SERVING
        await server.health.met("database")
        assert await status_of(channel, CATALOG) == health_pb2.HealthCheckResponse.SERVING
        await channel.close()


async def test_it_lives_whatever_is_away() -> None:
    async with serving() as (_, server):
        channel = channels.connect(f"127.0.0.1:{server.port}")
        await server.health.unmet("database", "does not answer")
        assert await status_of(channel, "") == health_pb2.HealthCheckResponse.NOT_SERVING
        assert await status_of(channel, "live") == health_pb2.HealthCheckResponse.SERVING
        await channel.close()


async def test_reflection_lists_the_services() -> None:
    async with serving() as (_, server):
        channel = channels.connect(f"127.0.0.1:{server.port}")
        stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        replies = stub.ServerReflectionInfo(iter([reflection_pb2.ServerReflectionRequest(list_services="")]))
        names = [service.name async for reply in replies for service in reply.list_services_response.service]
        assert CATALOG in names
        assert "grpc.health.v1.Health" in names
        await channel.close()


async def test_a_stream_without_end_ends_with_draining_and_does_not_use_up_the_grace() -> None:
    async with serving(grace_s=30) as (servicer, server):
        channel = channels.connect(f"127.0.0.1:{server.port}")
        call = catalog_pb2_grpc.CatalogServiceStub(channel).StreamProducts(catalog_pb2.StreamProductsRequest())
        await servicer.streaming.wait()
        began = time.monotonic()
    with pytest.raises(aio.AioRpcError) as caught:
        async for _ in call:
            pass
    failure = errors.from_call(caught.value)
    assert (failure.code, failure.reason) == (StatusCode.UNAVAILABLE, "DRAINING")
    assert time.monotonic() - began < 5
    await channel.close()


async def test_a_stream_that_comes_while_it_drains_is_sent_elsewhere() -> None:
    async with serving() as (_, server), channels.connect(f"127.0.0.1:{server.port}") as channel:
        server.drain.started.set()
        call = catalog_pb2_grpc.CatalogServiceStub(channel).StreamProducts(catalog_pb2.StreamProductsRequest())
        with pytest.raises(aio.AioRpcError) as caught:
            await asyncio.wait_for(call.read(), 10)
    failure = errors.from_call(caught.value)
    assert (failure.code, failure.reason) == (StatusCode.UNAVAILABLE, "DRAINING")


async def test_a_port_that_is_taken_is_a_clear_error() -> None:
    async with serving() as (_, server):
        with pytest.raises(OSError, match=f"{server.port} is taken"):
            async with serving(port=server.port):
                pass


def test_a_missing_setting_ends_the_process_with_a_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.setenv("METRICS_PORT", "many")
    with pytest.raises(SystemExit) as ended:
        settings.load(settings.ServerSettings)
    assert ended.value.code == 2
    said = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in said] == ["setting PORT", "setting METRICS_PORT"]


async def test_the_end_of_a_server_leaves_no_task_behind() -> None:
    before = len(asyncio.all_tasks())
    async with serving() as (_, server):
        channel = channels.connect(f"127.0.0.1:{server.port}")
        await status_of(channel, "")
        await channel.close()
    assert len(asyncio.all_tasks()) <= before + 1


async def test_every_server_tells_its_version_and_whether_it_serves() -> None:
    async with serving() as (_, server):
        channel = channels.connect(f"127.0.0.1:{server.port}")
        stub = status_pb2_grpc.StatusServiceStub(channel)
        await server.health.unmet("database", "does not answer")
        (own,) = (await stub.GetStatus(status_pb2.GetStatusRequest())).services
        assert (own.name, own.serving, own.detail) == ("catalog", False, "database: does not answer")
        assert own.version
        await channel.close()


DOOR = """
import asyncio, threading, time
from contextlib import asynccontextmanager
from hsc_rpc import server, settings

@asynccontextmanager
async def wire(_settings, _server):
    {wiring}

server.version = lambda _: "0"
server.run("catalog", settings.ServerSettings, wire)
"""
DEAF = "asyncio.get_running_loop().run_in_executor(None, time.sleep, 60); yield"
STUCK = "print('waiting', flush=True); await asyncio.Event().wait(); yield"


def stopped(wiring: str, after: str) -> tuple[int, str]:
    """A process told to stop once it has said `after`: how it ended, within ten seconds, and what else it said."""
    environment = {"HOST": "127.0.0.1", "PORT": "0", "METRICS_PORT": "0", "DRAIN_DELAY_S": "0", "GRACE_S": "0.5"}
    command = [sys.executable, "-c", DOOR.format(wiring=wiring)]
    with subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while after not in (line := process.stdout.readline()):
            assert line, "it ended by itself"
        process.terminate()
        try:
            said, _ = process.communicate(timeout=10)
        finally:
            process.kill()
        return process.returncode, said


def test_what_a_start_brought_is_not_walked_again_by_the_collector() -> None:
    _, said = stopped("yield; import gc; print('frozen', gc.get_freeze_count() > 10_000)", "listening")
    assert "frozen True" in said


def test_a_thread_that_is_deaf_holds_up_no_end() -> None:
    assert stopped(DEAF, "listening")[0] == 0


def test_a_start_that_waits_for_a_store_can_be_stopped() -> None:
    code, said = stopped(STUCK, "waiting")
    assert code == 1
    assert "did not end in time" in said
