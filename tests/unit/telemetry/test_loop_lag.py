import time

from hsc_telemetry import loop_lag
from prometheus_client import REGISTRY
from support.wait import until


def lagged(at_least: str) -> float:
    count = REGISTRY.get_sample_value("event_loop_lag_seconds_count") or 0.0
    return count - (REGISTRY.get_sample_value("event_loop_lag_seconds_bucket", {"le": at_least}) or 0.0)


async def test_a_blocked_loop_shows_as_lag() -> None:
    async with loop_lag.watched(period_s=0.001):
        await until(lambda: REGISTRY.get_sample_value("event_loop_lag_seconds_count"))
        before = lagged("0.05")
        time.sleep(0.1)  # noqa: ASYNC251 the very thing to be seen
        await until(lambda: lagged("0.05") > before)
