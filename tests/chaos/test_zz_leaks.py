"""Last, for the stack that all scenarios harmed: at rest it holds no more than before, and it ends as any does."""

import asyncio

import psutil
from chaos.census import census
from chaos.conftest import House
from support.wait import until

AT_REST_S = 60


async def test_at_rest_the_stack_holds_what_it_held_before(house: House) -> None:
    async def beyond_is_empty() -> bool:
        found = (await census(house.up)).beyond(house.before)
        if found:
            print(found)
        return not found

    await until(beyond_is_empty, AT_REST_S)


async def test_what_was_harmed_still_stops_and_leaves_no_process(house: House) -> None:
    processes = [psutil.Process(house.up.pid(name)) for name in house.up.home.listed_children()]
    await asyncio.to_thread(house.stop)
    assert [process for process in processes if process.is_running()] == []
