"""Faults by name, done to a running stack. Each leaves the stack as a supervisor would: on its way up again."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
from hsc_local.health import grpc_serving, http_ok
from hsc_local.ports import replicas_of
from hsc_local.services import GRPC
from hsc_local.stack import Running
from load.processes import family
from support.wait import until

BACK_S = 40.0


async def kill(up: Running, name: str) -> float:
    """Kill -9; seconds until another process serves in its place."""
    began = time.monotonic()
    before = up.pid(name)
    os.kill(before, signal.SIGKILL)
    await until(lambda: up.pid(name) != before, BACK_S)
    await serving(up, name)
    return time.monotonic() - began


async def restart(up: Running, name: str) -> tuple[float, float]:
    """Ask it to stop; seconds until it has, and until another process serves."""
    began = time.monotonic()
    before = up.pid(name)
    process = psutil.Process(before)
    process.terminate()
    await until(lambda: _has_ended(process), BACK_S)
    drained = time.monotonic() - began
    await until(lambda: up.pid(name) != before, BACK_S)
    await serving(up, name)
    return drained, time.monotonic() - began


def _has_ended(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # between the two looks
        return True


@asynccontextmanager
async def paused(up: Running, name: str) -> AsyncIterator[None]:
    """SIGSTOP: it holds its connections and says nothing; with all its children."""
    processes = family(up, name)
    for each in processes:
        each.suspend()
    try:
        yield
    finally:
        for each in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.resume()


@asynccontextmanager
async def gone(up: Running, *names: str) -> AsyncIterator[None]:
    """Killed, and nobody starts it again: whoever connects is refused. Afterwards it comes back."""
    before = {name: up.pid(name) for name in names}
    supervisor = psutil.Process(up.supervisor_pid)
    supervisor.suspend()
    try:
        for pid in before.values():
            os.kill(pid, signal.SIGKILL)
        yield
    finally:
        supervisor.resume()
    for name, pid in before.items():
        await until(lambda name=name, pid=pid: up.pid(name) != pid, BACK_S)  # type: ignore[misc]
    for service in GRPC:
        for replica in replicas_of(service, up.ports):
            await serving(up, replica)


async def serving(up: Running, name: str) -> None:
    """Until a replica of ours answers its health check."""
    kind = name.partition("-")[0]
    key = name.replace("-", "_")
    if kind in GRPC:
        await until(grpc_serving(up.ports[key]), BACK_S)
    elif kind == "wsbridge":
        await until(http_ok(up.ports[key], "/ready"), BACK_S)
    elif kind == "worker":
        await until(http_ok(up.ports[f"{key}_metrics"], "/metrics"), BACK_S)


@asynccontextmanager
async def full_disk(folder: Path) -> AsyncIterator[bool]:
    """A disk of 64 kB in a folder's place; false where we may not mount one."""
    mount = await asyncio.create_subprocess_exec(
        *("mount", "-t", "tmpfs", "-o", "size=64k", "full", str(folder)), stderr=asyncio.subprocess.DEVNULL
    )
    mounted = await mount.wait() == 0
    try:
        yield mounted
    finally:
        if mounted:
            await (await asyncio.create_subprocess_exec("umount", "--lazy", str(folder))).wait()
