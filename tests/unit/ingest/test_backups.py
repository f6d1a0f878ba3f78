"""The record that a backup leaves, as Prometheus sees it."""

from datetime import UTC, datetime

import redis
from hsc_cli.backup import record
from hsc_ingest.adapters import backups
from hsc_redis import connect
from prometheus_client import REGISTRY


async def test_the_worker_shows_what_the_last_backup_wrote(redis_url: str) -> None:
    at = datetime(2026, 1, 2, 2, tzinfo=UTC)
    async with connect(redis_url) as client:
        await backups.show(client)
        assert REGISTRY.get_sample_value("backup_last_proven_timestamp_seconds") == 0
        with redis.Redis.from_url(redis_url) as state:
            record.ran(state, at, succeeded=True, size=99)
            record.proven(state, at)
        await backups.show(client)
    assert REGISTRY.get_sample_value("backup_last_proven_timestamp_seconds") == at.timestamp()
    assert REGISTRY.get_sample_value("backup_last_run_success") == 1
    assert REGISTRY.get_sample_value("backup_last_bytes") == 99


def test_an_older_backup_that_is_proven_late_does_not_hide_a_newer_one(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as state:
        record.proven(state, datetime(2026, 1, 3, tzinfo=UTC))
        record.proven(state, datetime(2026, 1, 2, tzinfo=UTC))
        kept = state.hget("backup:record", "last_proven_timestamp_seconds")
    assert float(kept or 0) == datetime(2026, 1, 3, tzinfo=UTC).timestamp()
