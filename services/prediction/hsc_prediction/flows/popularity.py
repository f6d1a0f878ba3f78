"""Popularity: what is asked about raises a decayed count, which every replica reads again within a minute."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from hsc_prediction.flows.live import Live

log = logging.getLogger(__name__)


class Asked(Protocol):
    """Where the counts are."""

    async def counts(self) -> Mapping[str, float]:
        """Decayed questions by product, the most asked only; raises OSError where they cannot be read."""
        ...


@dataclass
class Popularity:
    """Refreshes the prior for as long as `run` runs."""

    asked: Asked
    live: Live
    every_s: float

    async def run(self) -> None:
        """Never returns."""
        await self.live.ready.wait()
        while True:
            try:
                await self.live.weigh(await self.asked.counts())
            except OSError:
                log.warning("popularity cannot be read; the last figures stay")
            await asyncio.sleep(self.every_s)
