"""How overloaded this process is, and what it gives up first.

The measure is how late the process comes to what is due: the event loop to its timers, and calls from their arrival to
their beginning, for a flood waits in gRPC's own queue, where timers pass it by.
What nobody waits for goes first, what somebody waits for at every key goes last.
"""

import asyncio
from enum import IntEnum

from prometheus_client import Gauge

PERIOD_S = 0.05
# Of the average each sample is so much: a second's worth counts, and one long pause is no overload.
_WEIGHT = 0.05
_MOST_S = 1.0
STAGE = Gauge("overload_stage", "What is shed now: 0 nothing, 1 prefetching, 2 model answers too, 3 extras, 4 typing.")


class Stage(IntEnum):
    """What is given up, in this order."""

    NOTHING = 0
    PREFETCH = 1
    MODEL = 2
    EXTRAS = 3
    TYPING = 4


# Seconds of lateness, on average, from which each is given up. Typing is promised within 200 ms.
FROM_S = {Stage.PREFETCH: 0.05, Stage.MODEL: 0.075, Stage.EXTRAS: 0.1, Stage.TYPING: 0.15}


class Pressure:
    """Measured while `run` runs; calm before."""

    def __init__(self) -> None:
        self.lateness_s = 0.0
        self._longest_wait_s = 0.0

    @property
    def stage(self) -> Stage:
        """The last thing that is given up now."""
        return max((stage for stage, bound in FROM_S.items() if self.lateness_s >= bound), default=Stage.NOTHING)

    def sheds(self, stage: Stage) -> bool:
        """Tell whether what belongs to this stage is given up now."""
        return self.lateness_s >= FROM_S[stage]

    def waited(self, seconds: float) -> None:
        """Take note of how long a call stood between its arrival and its beginning."""
        if seconds > self._longest_wait_s:
            self._longest_wait_s = seconds

    def was_late(self, seconds: float) -> None:
        """Take note of one sample."""
        self.lateness_s += _WEIGHT * (min(max(seconds, 0.0), _MOST_S) - self.lateness_s)

    async def run(self) -> None:
        """Measure until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + PERIOD_S
            await asyncio.sleep(PERIOD_S)
            self.was_late(max(loop.time() - due, self._longest_wait_s))
            self._longest_wait_s = 0.0
            STAGE.set(self.stage)
