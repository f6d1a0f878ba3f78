"""Requests nobody should send: a status that names the field, never a traceback."""

from __future__ import annotations

from typing import Any

import pytest
from e2e.desk import TYPE_AHEAD, Desk, refusal
from grpc import StatusCode
from hsc.answer.v1 import answer_pb2
from hsc.catalog.v1 import catalog_pb2
from hsc.ingest.v1 import ingest_pb2
from hsc.prediction.v1 import prediction_pb2
from hsc_rpc.errors import Failure
from support.grpc_websockets import call

VIREO = "ardlen-vireo-61"
NOBODY = "nobody-knows-this"
LONG = "vireo " * 16_667


def fields(failure: Failure) -> list[str]:
    """The fields that were refused."""
    assert (failure.code, failure.reason) == (StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
    return [violation.field for violation in failure.violations]


async def test_an_unknown_product_is_not_found_wherever_it_is_named(desk: Desk) -> None:
    calls: list[Any] = [
        desk.catalog.GetProduct(catalog_pb2.GetProductRequest(product_id=NOBODY)),
        desk.catalog.GetProductContext(catalog_pb2.GetProductContextRequest(product_id=NOBODY)),
        desk.ingest.PrefetchManual(ingest_pb2.PrefetchManualRequest(product_id=NOBODY)),
        desk.ingest.WatchManual(ingest_pb2.WatchManualRequest(product_id=NOBODY)).read(),
        desk.answer.SearchManual(answer_pb2.SearchManualRequest(product_id=NOBODY, query="reset")),
        desk.ask(NOBODY, "How do I reset it?"),
    ]
    refused = [await refusal(each) for each in calls]
    assert {(each.code, each.reason) for each in refused} == {(StatusCode.NOT_FOUND, "PRODUCT_UNKNOWN")}


@pytest.mark.parametrize("question", ["", "   ", "reset " * 16_667], ids=["empty", "blank", "100,000 characters"])
async def test_a_question_must_say_something_and_end_some_time(desk: Desk, question: str) -> None:
    assert fields(await refusal(desk.ask(VIREO, question))) == ["question"]


async def test_a_text_of_a_hundred_thousand_characters_is_refused(desk: Desk) -> None:
    assert fields(await refusal(desk.prediction.Predict(prediction_pb2.PredictRequest(text=LONG)))) == ["text"]


async def test_an_empty_text_means_no_product(desk: Desk) -> None:
    assert await desk.predict("") == []


@pytest.mark.parametrize("limit", [0, -1, 51, 10_000])
async def test_a_limit_is_one_to_fifty(desk: Desk, limit: int) -> None:
    assert fields(await refusal(desk.predict("vireo", limit))) == ["limit"]


async def test_a_text_that_is_no_utf8_is_refused(desk: Desk) -> None:
    untyped: Any = desk.channel
    broken = b"\x0a\x02\xc3\x28"
    for path in ("hsc.prediction.v1.PredictionService/Predict", "hsc.catalog.v1.CatalogService/GetProduct"):
        refused = await refusal(untyped.unary_unary(f"/{path}")(broken, timeout=10))
        assert (refused.code, refused.reason) == (StatusCode.INVALID_ARGUMENT, "MALFORMED_REQUEST")


@pytest.mark.parametrize(
    "message",
    [
        b"\x12\x02\xc3\x28",
        prediction_pb2.TypeAheadRequest(sequence=1, text="x" * 513).SerializeToString(),
        prediction_pb2.TypeAheadRequest(sequence=1, text="vireo", limit=0).SerializeToString(),
    ],
    ids=["no UTF-8", "too long", "a limit of 0"],
)
async def test_typing_refuses_it_in_the_trailers_and_not_by_a_broken_socket(desk: Desk, message: bytes) -> None:
    reply = await call(f"{desk.up.url}/{TYPE_AHEAD}", message)
    assert (reply.status, reply.close_code) == (StatusCode.INVALID_ARGUMENT.value[0], 1000)


async def test_a_hundred_thousand_characters_do_not_pass_the_bridge(desk: Desk) -> None:
    request = prediction_pb2.TypeAheadRequest(sequence=1, text=LONG)
    reply = await call(f"{desk.up.url}/{TYPE_AHEAD}", request.SerializeToString())
    assert (reply.status, reply.close_code) == (StatusCode.RESOURCE_EXHAUSTED.value[0], 1000)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("ask", NOBODY, "How do I reset it?"), 4),
        (("predict", LONG[:600]), 2),
        (("predict", "vireo", "--limit", "0"), 2),
        (("manual", "attach", NOBODY, "https://example.org/a.pdf"), 4),
        (("import", "/nowhere/at/all"), 4),
    ],
    ids=["unknown product", "too long", "a limit of 0", "attach to nobody", "no file"],
)
async def test_the_command_says_what_is_wrong_and_ends_with_its_code(
    desk: Desk, arguments: tuple[str, ...], code: int
) -> None:
    ran = await desk.hsc(*arguments)
    assert ran.code == code
    assert ran.err.startswith(("error: ", "Usage: "))
