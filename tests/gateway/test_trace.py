"""A trace goes through the door as it came, and every call has an id."""

import json

TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
METADATA = "/hsc.prediction.v1.PredictionService/Metadata"


async def test_the_callers_traceparent_arrives_unchanged(channel) -> None:
    answer = await channel.unary_unary(METADATA)(b"", metadata=[("traceparent", TRACEPARENT)])
    arrived = dict(json.loads(answer)["metadata"])
    assert arrived["traceparent"] == TRACEPARENT


async def test_every_call_has_an_id_that_its_lines_are_found_by(channel) -> None:
    arrived = dict(json.loads(await channel.unary_unary(METADATA)(b""))["metadata"])
    assert arrived["x-request-id"]
