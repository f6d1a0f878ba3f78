"""PredictionService/ReportTimings."""

import grpc
import pytest
from grpc import aio
from hsc.prediction.v1 import prediction_pb2 as pb
from prometheus_client import REGISTRY


async def test_what_a_page_measured_is_counted_in_seconds(replica):
    before = REGISTRY.get_sample_value("keystroke_to_paint_seconds_sum") or 0
    await replica.stub.ReportTimings(pb.ReportTimingsRequest(session_id="s", keystroke_to_paint_ms=[20, 30]))
    assert REGISTRY.get_sample_value("keystroke_to_paint_seconds_sum") - before == pytest.approx(0.05)


async def test_times_that_cannot_be_are_an_invalid_argument(replica):
    with pytest.raises(aio.AioRpcError) as failed:
        await replica.stub.ReportTimings(pb.ReportTimingsRequest(keystroke_to_paint_ms=[-1]))
    assert failed.value.code() is grpc.StatusCode.INVALID_ARGUMENT
