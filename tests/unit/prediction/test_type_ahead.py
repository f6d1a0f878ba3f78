"""type_ahead: what a typing person waits for."""

import time
from collections.abc import AsyncIterator

import pytest
from hsc_prediction import metrics
from hsc_prediction.flows.live import Live
from hsc_prediction.flows.type_ahead import Keystroke, Predicted, TypeAhead

SURE = 1.1
"""No prediction is as sure: nothing is prefetched."""


class Nobody:
    """Counts nobody."""

    def enter(self, session_id: str) -> str:
        return session_id

    def leave(self, seat: str) -> None:
        pass


def observed() -> tuple[float, float]:
    """How many replies were measured, and their seconds together."""
    samples = {sample.name: sample.value for metric in metrics.LATENCY.collect() for sample in metric.samples}
    return samples["prediction_latency_seconds_count"], samples["prediction_latency_seconds_sum"]


async def test_a_keystroke_that_was_overtaken_is_not_answered(index) -> None:
    live = Live()
    await live.swap(index, 1)

    async def typed() -> AsyncIterator[Keystroke]:
        yield Keystroke(2, "td-17", 5, "", "")
        yield Keystroke(1, "nord stage 88", 5, "", "")

    serving = TypeAhead(live, prefetch=None, prefetch_at=SURE, presence=Nobody())  # type: ignore[arg-type]
    [reply] = [event async for event in serving.answer(typed())]
    assert isinstance(reply, Predicted)
    assert (reply.sequence, reply.prediction.candidates[0].product.product_id) == (2, "td17")


async def test_the_wait_begins_when_the_oldest_unanswered_keystroke_comes_and_took_us_is_the_engines(
    index, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = Live()
    await live.swap(index, 1)
    now = time.perf_counter
    late = [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now() + late[0])

    async def typed() -> AsyncIterator[Keystroke]:
        yield Keystroke(1, "td", 5, "", "")
        late[0] = 3.0  # the process has other things to do
        yield Keystroke(2, "td-17", 5, "", "")
        late[0] = 5.0

    count, seconds = observed()
    serving = TypeAhead(live, prefetch=None, prefetch_at=SURE, presence=Nobody())  # type: ignore[arg-type]
    replies = [event async for event in serving.answer(typed())]
    assert [event.sequence for event in replies] == [2]
    assert isinstance(replies[0], Predicted)
    assert replies[0].took_us < 3_000_000
    assert observed()[0] == count + 1
    assert observed()[1] - seconds == pytest.approx(5, abs=1)
