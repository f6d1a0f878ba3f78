"""AnswerService/SearchManual: the passages of a manual, best first."""

from typing import Any

import pytest
from grpc import StatusCode, aio
from hsc.answer.v1 import answer_pb2
from hsc_rpc import errors

from .conftest import SYNTH, World


async def search(replica: Any, query: str, product_id: str = SYNTH, **fields: Any) -> list[Any]:
    request = answer_pb2.SearchManualRequest(product_id=product_id, query=query, **fields)
    return list((await replica.stub.SearchManual(request)).passages)


async def test_the_best_passage_comes_first_with_its_page_and_section(replica: Any) -> None:
    found = await search(replica, "factory reset")
    assert (found[0].page_start, found[0].section_path[-1]) == (17, "Factory reset")
    assert found[0].manual_id == "m1"
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)


async def test_the_limit_is_honoured(replica: Any) -> None:
    assert len(await search(replica, "the keyboard power filter MIDI reset", limit=2)) == 2


@pytest.mark.parametrize("limit", [0, 51, -1])
async def test_a_limit_out_of_range_names_the_field(replica: Any, limit: int) -> None:
    with pytest.raises(aio.AioRpcError) as caught:
        await search(replica, "reset", limit=limit)
    assert [v.field for v in errors.from_call(caught.value).violations] == ["limit"]


async def test_a_manual_nobody_read_yet_is_read_first(world: World) -> None:
    world.ingest.read.clear()
    replica = await world.replica()
    call = search(replica, "factory reset")
    world.ingest.read.set()
    assert (await call)[0].page_start == 17


async def test_a_product_without_a_document_is_a_failed_precondition(replica: Any) -> None:
    with pytest.raises(aio.AioRpcError) as caught:
        await search(replica, "reset", product_id="stand")
    failure = errors.from_call(caught.value)
    assert (failure.code, failure.reason) == (StatusCode.FAILED_PRECONDITION, "NO_DOCUMENT")
