"""One worker at a time at an address, over all of them, kept in Redis."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from hsc_redis import UNAVAILABLE, Flights
from hsc_rpc.background import background

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.05
# A slow address must not make a queue of its variants: after this they go on side by side.
_PATIENCE_S = 30.0


class AddressTurns:
    """The port `Turns`. `lease_s` is the flights' own time; a worker that dies gives its turn up after it."""

    def __init__(self, flights: Flights, lease_s: float, *, patience_s: float = _PATIENCE_S) -> None:
        self._flights = flights
        self._lease_s = lease_s
        self._patience_s = patience_s

    @asynccontextmanager
    async def turn(self, address: str) -> AsyncIterator[None]:
        """Waits for the others at this address, at most `patience_s`, and not at all without Redis."""
        key = hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()
        token = await self._begin(key)
        if token is None:
            yield
            return
        try:
            async with background(self._keep(key, token), "turn at an address"):
                yield
        finally:
            with suppress(*UNAVAILABLE):
                await self._flights.end(key, token)

    async def _begin(self, key: str) -> str | None:
        try:
            async with asyncio.timeout(self._patience_s):
                while True:
                    if (token := await self._flights.begin(key)) is not None:
                        return token
                    await asyncio.sleep(_LOOK_EVERY_S)
        except TimeoutError:
            return None
        except UNAVAILABLE:
            log.warning("nobody's turn is waited for: Redis cannot be reached")
            return None

    async def _keep(self, key: str, token: str) -> None:
        while True:
            await asyncio.sleep(self._lease_s / 3)
            with suppress(*UNAVAILABLE):
                await self._flights.renew(key, token)
