"""Four times what the machine can do: who is admitted is served, the rest is told to come back, and it ends soon."""

import asyncio
import json
import sys
import time
from pathlib import Path

import psutil
from chaos.conftest import LONG, House, nothing_wrong
from chaos.flood import UNDER_WAY
from e2e.desk import at
from support.wait import until

FLOOD = Path(__file__).with_name("flood.py")
FLOOD_S = 20.0 if LONG else 5.0
NORMAL_S = 10.0
TYPED_S = 0.2
GROWN_BYTES = 150 * 1024 * 1024
SERVICES = ("prediction", "prediction-2", "answer", "catalog", "wsbridge", "envoy")


async def test_a_flood_is_shed_and_leaves_nothing_behind(house: House) -> None:
    before = {name: psutil.Process(house.up.pid(name)).memory_info().rss for name in SERVICES}
    async with at(house.up) as desk, house.visited(FLOOD_S, keys_per_s=20, asking=0.2) as visitors:
        flood = await asyncio.create_subprocess_exec(
            *(sys.executable, str(FLOOD), house.up.address, str(FLOOD_S)), stdout=asyncio.subprocess.PIPE
        )
        out, _ = await flood.communicate()
        ended = time.monotonic()
        ends: dict[str, int] = json.loads(out)
        print(ends)

        async def is_normal() -> bool:
            began = time.monotonic()
            return bool(await desk.predict("vireo 61")) and time.monotonic() - began < TYPED_S

        await until(is_normal, NORMAL_S)
        print(f"back to normal after {time.monotonic() - ended:.1f} s")
        record = await visitors.gone("overload")
    nothing_wrong(record)
    # The flood is refused, and told when to come back; typing is not.
    assert ends.get("RESOURCE_EXHAUSTED OVERLOADED", 0) > ends["OK"], ends
    assert not [each for each in record.failed if "TypeAhead" in each], record.as_table()
    # Nor do keys stand behind it: so long takes the gateway for one call of each who floods.
    round_s = UNDER_WAY * FLOOD_S / sum(ends.values())
    assert record.key_ms(0.95) < round_s * 1000 / 2, record.as_table()
    assert not [each for each in record.failed if "INTERNAL" in each or "closed" in each], record.as_table()
    for name, then in before.items():
        grown = psutil.Process(house.up.pid(name)).memory_info().rss - then
        assert grown < GROWN_BYTES, f"{name} grew by {grown >> 20} MB"
    if LONG:
        assert record.key_ms(0.95) < TYPED_S * 1000, record.as_table()
