import pytest
from hsc_telemetry import tracing

TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_a_call_stays_in_its_callers_trace_with_a_span_of_its_own() -> None:
    trace = tracing.follow(TRACEPARENT)
    assert trace.trace_id == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert trace.parent_id == "00f067aa0ba902b7"
    assert trace.span_id != trace.parent_id
    assert tracing.follow(trace.traceparent).trace_id == trace.trace_id


def test_the_sampling_decision_is_the_callers() -> None:
    assert tracing.follow(TRACEPARENT[:-1] + "0").traceparent.endswith("-00")


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "nonsense",
        TRACEPARENT.upper(),
        "ff" + TRACEPARENT[2:],
        TRACEPARENT + "-more",
        "00-" + "0" * 32 + "-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-" + "0" * 16 + "-01",
    ],
)
def test_a_broken_header_begins_a_new_trace(broken: str) -> None:
    trace = tracing.follow(broken)
    assert len(trace.trace_id) == 32
    assert trace.trace_id != "4bf92f3577b34da6a3ce929d0e0e4736"


def test_a_later_version_of_the_standard_may_say_more() -> None:
    assert tracing.follow("01" + TRACEPARENT[2:] + "-more").trace_id == "4bf92f3577b34da6a3ce929d0e0e4736"
