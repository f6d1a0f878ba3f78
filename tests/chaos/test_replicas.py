"""One replica of two dies or is replaced: users may notice nothing that one retry or resume does not mend."""

from chaos.conftest import LONG, House, bearable
from chaos.faults import kill, restart

SERVICES = ("prediction", "answer", "catalog", "ingest", "wsbridge")
DRAIN_S = 5.0


async def test_a_killed_replica_of_each_service_costs_one_retry_at_most(house: House) -> None:
    async with house.visited() as visitors:
        for name in SERVICES:
            print(f"{name} serves again after {await kill(house.up, f'{name}-2'):.1f} s")
        record = await visitors.closed("killed-replicas")
    bearable(record)
    assert set(record.outcomes) == {"ANSWERED"}


async def test_a_rolling_restart_loses_no_call_and_no_answer(house: House) -> None:
    names = (*SERVICES, "worker")
    rolled = [f"{name}{suffix}" for suffix in ("", "-2") for name in names] if LONG else list(names)
    async with house.visited() as visitors:
        drains = {name: (await restart(house.up, name))[0] for name in rolled}
        record = await visitors.closed("rolling-restart")
    print(drains)
    bearable(record)
    assert record.failures == 0
    assert set(record.outcomes) == {"ANSWERED"}
    assert max(drains.values()) <= DRAIN_S, drains
