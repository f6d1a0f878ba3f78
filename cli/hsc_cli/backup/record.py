"""What became of the last backup, where Prometheus' exporter finds it: a hash in the Redis that keeps state.

The worker of ingest shows it as `backup_…` metrics (docs/adr/0132); its names are the hash's fields.
"""

from datetime import datetime

import redis

# The hash, and the key that proves that an RDB is of its own run.
RECORD = "backup:record"
MARK = "backup:mark"
_MARK_LIVES_S = 7 * 86_400


def mark(client: redis.Redis, stamp: str) -> None:
    """Leave a mark that must be in the RDB that is taken next."""
    client.set(MARK, stamp, ex=_MARK_LIVES_S)


def ran(client: redis.Redis, at: datetime, *, succeeded: bool, size: int = 0) -> None:
    """Note a run and whether it was good."""
    client.hset(RECORD, "last_run_timestamp_seconds", str(at.timestamp()))
    client.hset(RECORD, "last_run_success", str(int(succeeded)))
    if succeeded:
        client.hset(RECORD, "last_bytes", str(size))


def proven(client: redis.Redis, taken_at: datetime) -> None:
    """Note the time of the newest backup that was restored; an older one's does not replace it."""
    known = float(client.hget(RECORD, "last_proven_timestamp_seconds") or 0)
    client.hset(RECORD, "last_proven_timestamp_seconds", str(max(known, taken_at.timestamp())))
