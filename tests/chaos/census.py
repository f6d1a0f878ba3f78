"""What a stack holds at rest: descriptors, children, tasks, temporary files. After a fault it holds no more."""

from dataclasses import dataclass

import aiohttp
import psutil
from hsc_local.stack import Running
from prometheus_client.parser import text_string_to_metric_families

# Pools breathe: a connection to PostgreSQL or to another replica more is no leak.
SPARE_DESCRIPTORS = 12
# All pools of the stack end at these; each process may keep two connections more.
STORES, SPARE_CONNECTIONS = ("postgres", "redis", "redis-cache"), 30
SPARE_TASKS = 6


@dataclass(frozen=True)
class Holding:
    """Of one process."""

    descriptors: int
    children: int
    tasks: int
    calls: int


@dataclass(frozen=True)
class Census:
    """Of the whole stack, by the name of the process; `files` are temporary ones."""

    holdings: dict[str, Holding]
    files: int

    def beyond(self, before: "Census") -> list[str]:
        """What is held now and was not held before."""
        found = [f"{self.files} temporary files, {before.files} before"] if self.files > before.files else []
        for name, now in self.holdings.items():
            then = before.holdings[name]
            # A fresh replica has opened less than one that has served; the busiest twin is the measure.
            spare = SPARE_CONNECTIONS if name in STORES else SPARE_DESCRIPTORS
            if now.descriptors > then.descriptors + spare:
                found.append(f"{name}: {now.descriptors} descriptors, {then.descriptors} before")
            if now.children > then.children:
                found.append(f"{name}: {now.children} children, {then.children} before")
            if now.tasks > then.tasks + SPARE_TASKS:
                found.append(f"{name}: {now.tasks} tasks, {then.tasks} before")
            if now.calls > then.calls:
                found.append(f"{name}: {now.calls} calls under way, {then.calls} before")
        return found


async def census(up: Running) -> Census:
    """As it is now."""
    holdings = {}
    async with aiohttp.ClientSession() as session:
        for name in up.home.listed_children():
            process = psutil.Process(up.pid(name))
            port = up.ports.get(f"{name.replace('-', '_')}_metrics")
            gauges = await _gauges(session, port) if port else {}
            children = 0 if name == "postgres" else len(process.children(recursive=True))
            holdings[name] = Holding(
                process.num_fds(), children, int(gauges.get("asyncio_tasks", 0)), int(gauges.get("calls", 0))
            )
    temporary = up.home.root / "tmp"
    return Census(holdings, sum(1 for path in temporary.rglob("*") if path.is_file()))


async def _gauges(session: aiohttp.ClientSession, port: int) -> dict[str, float]:
    async with session.get(f"http://127.0.0.1:{port}/metrics") as response:
        text = await response.text()
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        if family.name == "asyncio_tasks":
            found["asyncio_tasks"] = family.samples[0].value
        if family.name == "grpc_server_in_flight":
            # Replicas follow each other's catalogue for ever: those streams are no leak.
            unary = [sample.value for sample in family.samples if sample.labels["grpc_type"] == "unary"]
            found["calls"] = sum(unary)
    return found
