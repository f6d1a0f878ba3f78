"""The record of the last backup, from Redis to Prometheus."""

from __future__ import annotations

import asyncio
import logging

from hsc_redis import UNAVAILABLE
from redis.asyncio import Redis

from hsc_ingest import metrics

log = logging.getLogger(__name__)

# Written by hsc_cli.backup.record.
RECORD = "backup:record"


async def show(redis: Redis) -> None:
    """Set the gauges to what the record says. Raises one of UNAVAILABLE."""
    values = await redis.hmget(RECORD, list(metrics.BACKUP))
    for value, gauge in zip(values, metrics.BACKUP.values(), strict=True):
        gauge.set(float(value or 0))


async def follow(redis: Redis, every_s: float) -> None:
    """Show it for ever; while Redis is away the last known stands."""
    while True:
        try:
            await show(redis)
        except UNAVAILABLE as error:
            log.warning("the record of backups cannot be read: %s", type(error).__name__)
        await asyncio.sleep(every_s)
