"""The circuit breaker: opens after failures in a row, lets one call through after its rest."""

import pytest
from hsc_answer.flows.circuit import Circuit
from hsc_answer.flows.ports import ModelFailed


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def circuit(clock: Clock) -> Circuit:
    return Circuit("circuit", failures=2, rest_s=10, now=clock)


def fail(circuit: Circuit, error: BaseException | None = None) -> None:
    with pytest.raises(type(error or ModelFailed())), circuit.call():
        raise error or ModelFailed("it")


def is_open(circuit: Circuit) -> bool:
    try:
        with circuit.call():
            return False
    except ModelFailed:
        return True


def test_it_opens_after_failures_in_a_row(circuit: Circuit) -> None:
    fail(circuit)
    fail(circuit, TimeoutError())
    assert is_open(circuit)


def test_a_success_between_keeps_it_closed(circuit: Circuit) -> None:
    fail(circuit)
    assert not is_open(circuit)
    fail(circuit)
    assert not is_open(circuit)


def test_one_call_at_a_time_is_let_through_after_the_rest(circuit: Circuit, clock: Clock) -> None:
    fail(circuit)
    fail(circuit)
    clock.now = 10
    with circuit.call():
        assert is_open(circuit)
    assert not is_open(circuit)


def test_a_probe_that_fails_opens_it_again(circuit: Circuit, clock: Clock) -> None:
    fail(circuit)
    fail(circuit)
    clock.now = 10
    fail(circuit)
    assert is_open(circuit)
    clock.now = 20
    assert not is_open(circuit)


def test_a_probe_whose_reader_left_tells_nothing(circuit: Circuit, clock: Clock) -> None:
    fail(circuit)
    fail(circuit)
    clock.now = 10
    fail(circuit, GeneratorExit())
    assert not is_open(circuit)


def test_a_reader_who_left_is_no_failure(circuit: Circuit) -> None:
    for _ in range(5):
        fail(circuit, GeneratorExit())
    assert not is_open(circuit)
