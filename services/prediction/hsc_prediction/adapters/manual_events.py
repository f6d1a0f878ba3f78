"""The progress of manuals, as ingest tells it on `manual.<product_id>`: a ManualEvent as protobuf JSON."""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from google.protobuf import json_format
from hsc.prediction.v1 import prediction_pb2
from hsc_redis.pubsub import Event, PubSub, Subscription

from hsc_prediction.flows.prefetch import ManualState

log = logging.getLogger(__name__)

# Without Redis the state is asked for after so long.
PATIENCE_S = 1.0
# When nothing was heard for so long the state is asked for again: an event may be lost, and ingest learns by it that
# somebody still waits, well within its PREFETCH_PATIENCE_S.
SILENCE_S = 30.0


class PubSubManualEvents:
    """Listens through the process's one connection."""

    def __init__(self, pubsub: PubSub) -> None:
        self._pubsub = pubsub

    @asynccontextmanager
    async def listen(self, product_id: str) -> AsyncIterator[AsyncIterator[ManualState | None]]:
        """States as they are told; None says that some may have been missed, and comes first."""
        async with self._pubsub.subscribe(f"manual.{product_id}") as subscription:
            yield _states(subscription)


async def _states(subscription: Subscription) -> AsyncIterator[ManualState | None]:
    await subscription.get(PATIENCE_S)  # the first RESYNC
    yield None
    while True:
        event = await subscription.get(SILENCE_S)
        if not isinstance(event, Mapping):
            yield None
        elif (state := _read(event)) is not None:
            yield state


def _read(event: Event) -> ManualState | None:
    try:
        told = json_format.ParseDict(dict(event), prediction_pb2.ManualEvent(), ignore_unknown_fields=True)
    except (json_format.ParseError, TypeError, AttributeError):
        log.warning("an event about a manual cannot be read")
        return None
    return ManualState(told.product_id, told.state, told.pages, told.bytes, told.error, told.reason)
