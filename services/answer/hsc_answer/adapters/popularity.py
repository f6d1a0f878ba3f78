"""Tells the others which products are asked about, by an event that may be lost."""

import asyncio

from hsc_redis.pubsub import PubSub

CHANNEL = "question.asked"
MOST_UNDER_WAY = 100


class EventPopularity:
    """An answer never waits for the telling."""

    def __init__(self, pubsub: PubSub) -> None:
        self._pubsub = pubsub
        self._under_way: set[asyncio.Task[bool]] = set()

    async def asked(self, product_id: str, *, manual_was_ready: bool) -> None:
        if len(self._under_way) >= MOST_UNDER_WAY:
            return
        event = {"product_id": product_id, "ready": manual_was_ready}
        task = asyncio.create_task(self._pubsub.publish(CHANNEL, event), name="question asked")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
