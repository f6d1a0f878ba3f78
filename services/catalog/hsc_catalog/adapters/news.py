"""News of the catalogue over Redis, with a look at the clock for what Redis lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hsc_redis import PubSub, Subscription

CHANNEL = "catalog.changed"


class PubSubNews:
    """Events are `{"revision": n}`. Without Redis, changes are seen at the next look, every `poll_s`."""

    def __init__(self, pubsub: PubSub, poll_s: float) -> None:
        self._pubsub = pubsub
        self._poll_s = poll_s

    async def tell(self, revision: int) -> None:
        """Say that there is a new revision."""
        await self._pubsub.publish(CHANNEL, {"revision": revision})

    @asynccontextmanager
    async def heard(self) -> AsyncIterator[AsyncIterator[None]]:
        """Come round at each event, and every `poll_s` without one."""
        async with self._pubsub.subscribe(CHANNEL) as events:
            yield self._rounds(events)

    async def _rounds(self, events: Subscription) -> AsyncIterator[None]:
        while True:
            await events.get(self._poll_s)
            yield None
