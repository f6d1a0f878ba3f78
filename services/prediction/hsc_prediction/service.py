"""protobuf ⇄ flows."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from hsc.ingest.v1 import ingest_pb2
from hsc.prediction.v1 import prediction_pb2 as pb
from hsc.prediction.v1 import prediction_pb2_grpc
from hsc_rpc.drain import open_ended
from hsc_rpc.errors import unavailable
from hsc_rpc.guard import sheddable
from hsc_rpc.pressure import Stage

from hsc_prediction import encoding, metrics
from hsc_prediction.flows.live import Live
from hsc_prediction.flows.type_ahead import Predicted, Progress, TypeAhead


class PredictionService(prediction_pb2_grpc.PredictionServiceServicer):
    """hsc.prediction.v1.PredictionService; requests arrive validated, predictions leave encoded."""

    def __init__(self, live: Live, type_ahead: TypeAhead) -> None:
        self._live = live
        self._type_ahead = type_ahead

    async def Predict(self, request: pb.PredictRequest, context: Any) -> Any:
        """One text, once."""
        try:
            answer, took_us = self._live.predict(request.text, request.limit, "once")
        except LookupError:
            raise _no_index() from None
        return encoding.response(answer.encoded, took_us)

    @sheddable(Stage.EXTRAS)
    async def ReportTimings(self, request: pb.ReportTimingsRequest, context: Any) -> pb.ReportTimingsResponse:
        """Count what a page measured."""
        for milliseconds in request.keystroke_to_paint_ms:
            metrics.KEYSTROKE_TO_PAINT.observe(milliseconds / 1000)
        return pb.ReportTimingsResponse()

    @open_ended
    async def TypeAhead(self, requests: AsyncIterator[pb.TypeAheadRequest], context: Any) -> AsyncIterator[Any]:
        """Keystrokes in, predictions and the progress of manuals out."""
        try:
            async with aclosing(self._type_ahead.answer(requests)) as events:  # type: ignore[type-var]
                async for event in events:
                    yield _encoded(event)
        except LookupError:
            raise _no_index() from None


def _no_index() -> Exception:
    return unavailable("INDEX_NOT_READY", "The catalogue has not arrived here yet; try again in a second.")


def _encoded(event: Predicted | Progress) -> bytes | pb.TypeAheadResponse:
    if isinstance(event, Predicted):
        return encoding.event(event.sequence, event.answer.encoded, event.took_us)
    manual = event.manual
    return pb.TypeAheadResponse(
        sequence=event.sequence,
        manual=pb.ManualEvent(
            product_id=manual.product_id,
            state=ingest_pb2.ManualState.ValueType(manual.state),
            pages=manual.pages,
            bytes=manual.bytes,
            error=manual.error,
            reason=manual.reason,
        ),
    )
