"""The two-level cache, events, and single flight over all replicas."""

from hsc_redis.cache import TwoLevelCache
from hsc_redis.client import UNAVAILABLE, connect
from hsc_redis.flights import Flights
from hsc_redis.pubsub import RESYNC, Event, PubSub, Resync, Subscription, open_pubsub

__all__ = [
    "RESYNC",
    "UNAVAILABLE",
    "Event",
    "Flights",
    "PubSub",
    "Resync",
    "Subscription",
    "TwoLevelCache",
    "connect",
    "open_pubsub",
]
