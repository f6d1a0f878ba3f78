"""Starts child processes, starts them again when they die, stops them in order."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import psutil

from hsc_local.home import Home

_TETHER = Path(__file__).with_name("tether.py")
_BACKOFF_S = (0.2, 0.5, 1.0, 2.0, 5.0)
# A child that lived so long starts with the first backoff again.
_SETTLED_S = 30.0
_KILL_AFTER_S = 10.0
_READY_S = 60.0
# How often a child may die before the start is over.
_FALSE_STARTS = 3
_LOG_BYTES = 20 * 1024 * 1024
_LOG_LINES = 6
_LINE_CHARACTERS = 300
_SETTINGS_EXIT = 2

Ready = Callable[[], Awaitable[bool]]
T = TypeVar("T")


class StartFailed(Exception):
    """A child does not get up; the text has the end of its log."""


@dataclass(frozen=True)
class Spec:
    """What to run. `ready` tells whether it serves; `stop` is the signal that ends it politely.

    `orphaned` is the signal it gets when the supervisor is killed: what keeps data needs one that lets it write.
    """

    name: str
    command: Sequence[str]
    ready: Ready
    environment: Mapping[str, str] = field(default_factory=dict)
    stop: signal.Signals = signal.SIGTERM
    orphaned: signal.Signals = signal.SIGKILL
    user: tuple[int, int] | None = None


class Child:
    """One process at a time for one spec."""

    def __init__(self, spec: Spec, home: Home, changed: Callable[[], None]) -> None:
        self.spec = spec
        self.log = home.logs / f"{spec.name}.log"
        self.scratch = home.root / "tmp" / spec.name
        self.restarts = 0
        self.settled = False
        self.process: asyncio.subprocess.Process | None = None
        self.created = 0.0
        self._changed = changed
        self._stopping = False
        self._keeper: asyncio.Task[None] | None = None
        self.failed: asyncio.Future[StartFailed] = asyncio.get_running_loop().create_future()

    async def start(self) -> None:
        await self._spawn()
        self._keeper = asyncio.create_task(self._keep())

    async def until_ready(self) -> None:
        """Raises StartFailed where it does not serve within a minute."""
        try:
            async with asyncio.timeout(_READY_S):
                while not await self.spec.ready():  # noqa: ASYNC110 another process changes it
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise StartFailed(f"{self.spec.name} is not ready after {_READY_S:.0f} s{self._log_end()}") from None

    async def stop(self) -> None:
        """Politely, and after 10 s not. Its whole process group goes with it."""
        self._stopping = True
        if self._keeper is not None:
            self._keeper.cancel()
        process = self.process
        if process is None:
            return
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(self.spec.stop)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _KILL_AFTER_S)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()

    async def _spawn(self) -> None:
        user = "-" if self.spec.user is None else f"{self.spec.user[0]}:{self.spec.user[1]}"
        tether = (sys.executable, "-I", "-S", str(_TETHER), str(os.getpid()), str(int(self.spec.orphaned)), user)
        if self.log.is_file() and self.log.stat().st_size > _LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        # What a killed process left behind goes when the next one begins.
        await asyncio.to_thread(shutil.rmtree, self.scratch, ignore_errors=True)
        environment = dict(self.spec.environment)
        if self.spec.user is None:
            self.scratch.mkdir(parents=True, exist_ok=True)
            environment["TMPDIR"] = str(self.scratch)
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *tether,
                *self.spec.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                # Ctrl-C in the terminal is for the supervisor, which stops everything in order.
                start_new_session=True,
            )
        with contextlib.suppress(psutil.Error):
            self.created = psutil.Process(self.process.pid).create_time()
        self._changed()

    async def _keep(self) -> None:
        false_starts = 0
        streak = 0
        while True:
            assert self.process is not None
            began = time.monotonic()
            code = await self.process.wait()
            if self._stopping:
                return
            false_starts += not self.settled
            if not self.settled and (code == _SETTINGS_EXIT or false_starts >= _FALSE_STARTS):
                self._fail(code)
                return
            streak = 0 if time.monotonic() - began > _SETTLED_S else streak
            await asyncio.sleep(_BACKOFF_S[min(streak, len(_BACKOFF_S) - 1)])
            streak += 1
            self.restarts += 1
            await self._spawn()

    def _fail(self, code: int) -> None:
        if not self.failed.done():
            self.failed.set_result(
                StartFailed(f"{self.spec.name} ends with {code} instead of serving{self._log_end()}")
            )

    def _log_end(self) -> str:
        with contextlib.suppress(OSError):
            lines = self.log.read_text("utf-8", "replace").splitlines()[-_LOG_LINES:]
            return f"; its log ({self.log}) ends with\n  " + "\n  ".join(map(_in_short, lines))
        return ""


def _in_short(line: str) -> str:
    """A log line for a person: of a JSON line the message, and what the traceback ends with."""
    try:
        entry = json.loads(line)
        said = ": ".join(filter(None, (entry["message"], entry.get("exc_info", "").rpartition("\n")[2])))
    except (ValueError, KeyError, TypeError, AttributeError):
        said = line
    return said[:_LINE_CHARACTERS]


class Supervisor:
    """The children of one home. Groups start and stop together; the last group to start is the first to stop."""

    def __init__(self, home: Home) -> None:
        self.children: dict[str, Child] = {}
        self._home = home
        self._groups: list[list[Child]] = []

    async def start(self, specs: Sequence[Spec]) -> None:
        """Starts a group; does not wait until it serves."""
        group = [Child(spec, self._home, self._write) for spec in specs]
        self._groups.append(group)
        self.children |= {child.spec.name: child for child in group}
        await asyncio.gather(*(child.start() for child in group))

    async def until_ready(self) -> None:
        """All children, in parallel. Raises StartFailed for the first that does not get up."""
        await self.during(asyncio.gather(*(child.until_ready() for child in self.children.values())))

    async def during(self, work: Awaitable[T]) -> T:
        """The result of `work`, which needs the children. Raises StartFailed as soon as one of them does not get up."""
        task = asyncio.ensure_future(work)
        failures = [child.failed for child in self.children.values()]
        try:
            waiting: set[asyncio.Future[Any]] = {task, *failures}
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for failure in failures:
                if failure.done():
                    raise failure.result()
            return await task
        finally:
            # Where a child's failure is told, what became of the work is no news.
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def settle(self) -> None:
        """The start is over: from now on whoever dies is started again, however often."""
        for child in self.children.values():
            child.settled = True

    async def stop(self) -> None:
        for group in reversed(self._groups):
            await asyncio.gather(*(child.stop() for child in group))
        self._home.children.unlink(missing_ok=True)

    def _write(self) -> None:
        listed = {
            name: {"pid": child.process.pid, "created": child.created, "restarts": child.restarts}
            for name, child in self.children.items()
            if child.process is not None
        }
        draft = self._home.children.with_suffix(".part")
        draft.write_text(json.dumps(listed, indent=2) + "\n")
        draft.replace(self._home.children)


def end(processes: Sequence[psutil.Process]) -> None:
    """Ends what an earlier supervisor left behind."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            # PostgreSQL waits for its clients on SIGTERM.
            process.send_signal(signal.SIGINT if process.name() == "postgres" else signal.SIGTERM)
    _, alive = psutil.wait_procs(processes, timeout=_KILL_AFTER_S)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(alive, timeout=_KILL_AFTER_S)
