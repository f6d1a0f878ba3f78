import asyncio
from types import SimpleNamespace

from hsc_telemetry import context

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
METADATA: dict[str, str | bytes] = {
    "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01",
    "x-request-id": "req-1",
    "x-session-id": "s-1",
}


async def test_what_a_call_binds_ends_with_its_task() -> None:
    async def call() -> str:
        context.bind_metadata(METADATA)
        return context.current().request_id

    assert await asyncio.create_task(call()) == "req-1"
    assert context.current().request_id == ""


async def test_the_next_service_sees_the_same_trace_request_and_session() -> None:
    async def call() -> context.Ids:
        context.bind_metadata(METADATA)
        headers: dict[str, str | bytes] = dict(context.outgoing())
        context.bind_metadata(headers)
        return context.current()

    ids = await asyncio.create_task(call())
    assert ids.trace is not None
    assert (ids.trace.trace_id, ids.request_id, ids.session_id) == (TRACE, "req-1", "s-1")


async def test_a_request_names_its_session_and_product() -> None:
    async def call() -> context.Ids:
        context.bind_metadata(METADATA)
        context.bind_message(SimpleNamespace(product_id="td-17"))
        context.bind_message(SimpleNamespace(session_id="s-2", product_id=""))
        return context.current()

    ids = await asyncio.create_task(call())
    assert (ids.session_id, ids.product_id) == ("s-2", "td-17")


async def test_ids_that_could_not_travel_in_a_header_stay_here() -> None:
    async def call() -> dict[str, str]:
        context.bind_metadata({"x-request-id": "one\r\ntwo"})
        context.bind(session_id="שלום")
        return dict(context.outgoing())

    headers = await asyncio.create_task(call())
    assert "x-session-id" not in headers
    assert headers["x-request-id"] == headers["traceparent"].split("-")[1]
