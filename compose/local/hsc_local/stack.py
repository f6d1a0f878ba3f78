"""The whole system on this machine, for as long as a context lasts."""

import asyncio
import contextlib
import os
import resource
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from hsc_local import ports as port_plan
from hsc_local import samples, services, valkey
from hsc_local.home import Home
from hsc_local.ports import Ports
from hsc_local.postgres import Postgres
from hsc_local.supervisor import Supervisor, end

Say = Callable[[str], None]
_UP_S = 180.0
_DOWN_S = 60.0


@dataclass(frozen=True)
class Stack:
    """A stack that is ready."""

    home: Home
    ports: Ports
    supervisor: Supervisor


@asynccontextmanager
async def stack(
    home: Home, gateway_port: int, *, replicas: int = 1, with_samples: bool = True, say: Say = lambda _: None
) -> AsyncIterator[Stack]:
    """Up when the context begins, and stopped in order at its end.

    Raises AlreadyRunning, PortBusy, StartFailed, ValueError (a bad number), OSError (a home that cannot be used).
    """
    home.prepare()
    with home.locked() as stale:
        if leftovers := home.leftovers():
            say("the last run was cut off: stopping what it left behind")
            await asyncio.to_thread(end, leftovers)
        elif stale:
            say("the last run was cut off: its lock was stale")
        ports = port_plan.plan(gateway_port, replicas)
        port_plan.check(ports)
        port_plan.write(ports, home.ports)
        _raise_descriptor_limit()
        supervisor = Supervisor(home)
        try:
            await _start(home, ports, supervisor, with_samples, say)
            yield Stack(home, ports, supervisor)
        finally:
            # A second Ctrl-C must not leave half of it running.
            await asyncio.shield(supervisor.stop())


async def _start(home: Home, ports: Ports, supervisor: Supervisor, with_samples: bool, say: Say) -> None:
    database = Postgres(home)
    password = secrets.token_urlsafe(24)
    environment = services.environment(
        home,
        ports,
        database_url=database.url,
        redis_url=valkey.url(ports["redis"], password),
        redis_cache_url=valkey.url(ports["redis_cache"], password),
        token=home.admin_token(os.environ),
    )
    home.write_stores(environment)
    building = asyncio.create_task(samples.build(home, ports, environment)) if with_samples else None
    try:
        say("starting PostgreSQL and Valkey")
        await database.prepare()
        await supervisor.start([database.spec(), *valkey.specs(home, ports["redis"], ports["redis_cache"], password)])
        await supervisor.until_ready()
        say("starting the services, the worker, the bridge and Envoy")
        await supervisor.start(services.specs(ports, environment))
        await supervisor.start([services.gateway(home, ports, environment)])
        await supervisor.until_ready()
        if building is not None:
            try:
                await building
                if await supervisor.during(samples.import_once(home, environment)):
                    say("imported the sample catalogue")
            except samples.SamplesMissing as error:
                say(f"it runs without the sample data, and will try again at the next start: {error}")
        supervisor.settle()
    finally:
        if building is not None:
            # Where the start failed, that is what is told: whatever became of the samples is no news.
            building.cancel()
            await asyncio.gather(building, return_exceptions=True)


def _raise_descriptor_limit() -> None:
    """Envoy holds two descriptors for every socket to the bridge."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@dataclass(frozen=True)
class Running:
    """A stack in a process of its own."""

    home: Home
    ports: Ports
    supervisor_pid: int
    environment: Mapping[str, str]

    @property
    def url(self) -> str:
        return f"http://localhost:{self.ports['gateway']}"

    @property
    def address(self) -> str:
        """The gateway's `host:port`, for gRPC."""
        return f"{port_plan.LOOPBACK}:{self.ports['gateway']}"

    @property
    def admin_token(self) -> str:
        return (self.home.root / "admin-token").read_text().strip()

    def pid(self, name: str) -> int:
        """The process of one child (`catalog`, `catalog-2`, `worker`, `postgres`, `envoy` …) as it is now."""
        return int(self.home.listed_children()[name]["pid"])

    def restarts(self, name: str) -> int:
        return int(self.home.listed_children()[name]["restarts"])


@contextmanager
def running(
    root: Path, gateway_port: int = 0, *, with_samples: bool = True, environment: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """`python -m hsc_local up` in a process of its own, for tests: ready when the context begins, gone at its end.

    Port 0 takes free ports. `environment` is added to ours. Raises RuntimeError with the output where it fails.
    """
    variables = {
        **os.environ,
        "HSC_HOME": str(root),
        "HSC_PORT": str(gateway_port),
        "PYTHONUNBUFFERED": "1",
        **(environment or {}),
    }
    command = [sys.executable, "-m", "hsc_local", "up", *([] if with_samples else ["--no-samples"])]
    root.mkdir(parents=True, exist_ok=True)
    output = root / "up.log"
    with output.open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=variables)  # noqa: S603 our own interpreter
    try:
        deadline = time.monotonic() + _UP_S
        while "ready in" not in output.read_text():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the stack did not come up:\n{output.read_text()}")
            time.sleep(0.05)
        home = Home(root.absolute())
        yield Running(home, port_plan.read(home.ports), process.pid, variables)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_DOWN_S)
