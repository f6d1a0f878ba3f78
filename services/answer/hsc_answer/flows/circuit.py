"""A circuit breaker (Nygard, "Release It!", 2007): a model that fails again and again is left alone for a while."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hsc_answer.flows.ports import ModelFailed
from hsc_answer.metrics import MODEL_CIRCUIT_OPEN


class Circuit:
    """Opens after `failures` in a row; after `rest_s` one call tries whether the model is back, and it alone."""

    def __init__(
        self,
        model: str,
        failures: int,
        rest_s: float,
        now: Callable[[], float] = time.monotonic,
        overloaded: Callable[[], bool] = lambda: False,
    ) -> None:
        self._overloaded = overloaded
        self._most = failures
        self._rest_s = rest_s
        self._now = now
        self._failures = 0
        self._rests_until = 0.0
        self._probing = False
        self._open = MODEL_CIRCUIT_OPEN.labels(model)
        self._open.set(0)

    @contextmanager
    def call(self) -> Iterator[None]:
        """Call the model in this context. Raises ModelFailed at once while the model, or this process, needs rest."""
        if self._overloaded():
            raise ModelFailed("too much is going on here to let a model write")
        probe = self._failures >= self._most
        if probe:
            if self._probing or self._now() < self._rests_until:
                raise ModelFailed("it failed again and again, and is left alone for a while")
            self._probing = True
        try:
            yield
        except (ModelFailed, TimeoutError):
            self._failed()
            raise
        else:
            self._failures = 0
            self._open.set(0)
        finally:
            if probe:  # one who left tells nothing about the model: the next one tries
                self._probing = False

    def _failed(self) -> None:
        self._failures += 1
        if self._failures >= self._most:
            self._rests_until = self._now() + self._rest_s
            self._open.set(1)
