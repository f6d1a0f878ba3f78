"""What is given up first when a process is late, and what last."""

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from grpc import StatusCode, aio
from hsc.catalog.v1 import catalog_pb2, catalog_pb2_grpc
from hsc_rpc import channels, errors
from hsc_rpc.background import background
from hsc_rpc.pressure import FROM_S, Pressure, Stage
from hsc_rpc.server import Server
from support.wait import until

from .conftest import serving

CALLS = {
    Stage.EXTRAS: lambda stub: stub.ListBrands(catalog_pb2.ListBrandsRequest()),
    Stage.TYPING: lambda stub: stub.GetProduct(catalog_pb2.GetProductRequest(product_id="x")),
}


def late(pressure: Pressure, seconds: float) -> None:
    """As after a long time of being so late."""
    for _ in range(200):
        pressure.was_late(seconds)


def test_prefetching_goes_first_then_model_answers_then_extras_and_typing_last() -> None:
    assert sorted(FROM_S, key=FROM_S.__getitem__) == [Stage.PREFETCH, Stage.MODEL, Stage.EXTRAS, Stage.TYPING]
    pressure = Pressure()
    for stage, bound in FROM_S.items():
        assert not pressure.sheds(stage)
        late(pressure, bound * 1.01)
        assert pressure.stage is stage


def test_one_long_pause_gives_up_no_more_than_prefetching() -> None:
    pressure = Pressure()
    pressure.was_late(30.0)
    assert pressure.stage <= Stage.PREFETCH


def test_a_process_that_is_on_time_again_is_calm_within_ten_seconds() -> None:
    pressure = Pressure()
    late(pressure, 1.0)
    samples = 0
    while pressure.stage is not Stage.NOTHING:
        pressure.was_late(0.0)
        samples += 1
    assert samples * 0.05 < 10


async def test_a_loop_that_is_kept_busy_is_noticed() -> None:
    pressure = Pressure()
    async with background(pressure.run(), "pressure"):

        def kept_busy() -> bool:
            time.sleep(0.3)
            return pressure.sheds(Stage.PREFETCH)

        await until(kept_busy, timeout_s=30)


@pytest.fixture
async def busy() -> AsyncIterator[tuple[Server, Any]]:
    async with serving() as (_, server), channels.connect(f"127.0.0.1:{server.port}") as channel:
        yield server, catalog_pb2_grpc.CatalogServiceStub(channel)


@pytest.mark.parametrize(
    ("stage", "refused"), [(Stage.MODEL, []), (Stage.EXTRAS, [Stage.EXTRAS]), (Stage.TYPING, [*CALLS])]
)
async def test_a_late_server_refuses_extras_before_the_rest(
    busy: tuple[Server, Any], stage: Stage, refused: list[Stage]
) -> None:
    server, stub = busy
    found = []
    for each, call in CALLS.items():
        late(server.pressure, FROM_S[stage] * 1.2)
        try:
            await call(stub)
        except aio.AioRpcError as error:
            failure = errors.from_call(error)
            assert (failure.code, failure.reason) == (StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
            assert failure.retry_after_s
            found.append(each)
    assert found == refused
