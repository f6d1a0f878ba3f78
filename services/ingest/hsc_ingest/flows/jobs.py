"""The life of a job: claimed by one worker, kept by a lease, done, put back, or given up."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from hsc_rpc.background import stop

from hsc_ingest.adapters.jobs import Jobs
from hsc_ingest.flows.model import GiveUp, Job, JobKind, JobState, TryAgain

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobPolicy:
    """Seconds. A worker that dies is noticed when its lease ends.

    A job that fails has `max_attempts`. A death of the worker is hardly the job's fault, for manuals are read in a
    process of their own; one that takes a whole container with it ends after `max_starts` all the same.
    """

    lease_s: float = 10.0
    max_attempts: int = 4
    max_starts: int = 12
    time_limit_s: float = 900.0
    first_retry_s: float = 1.0
    longest_retry_s: float = 60.0

    def backoff(self, attempts: int) -> float:
        """1, 5, 25 … seconds, spread by half so that a crowd does not come back at once."""
        base: float = min(self.first_retry_s * 5 ** (attempts - 1), self.longest_retry_s)
        return base * random.uniform(0.75, 1.25)  # noqa: S311 - not a secret


class Handler(Protocol):
    """Does one kind of job. Safe to run twice."""

    async def run(self, job: Job) -> None:
        """Returns when done; raises TryAgain or GiveUp, or anything else for a fault of ours."""

    async def abandon(self, job: Job) -> None:
        """The job will not be tried again: leaves what it was about in a final state."""


class JobRunner:
    """Runs jobs by id. Any number of messages may name the same job: it runs once at a time, and ends once."""

    def __init__(self, jobs: Jobs, handlers: Mapping[JobKind, Handler], policy: JobPolicy) -> None:
        self._jobs = jobs
        self._handlers = handlers
        self._policy = policy
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def run(self, job_id: str) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            job = await self._jobs.claim(job_id, self._policy.lease_s)
            if job is not None:
                await self._attempt(job)
        except asyncio.CancelledError:
            if not self._stopping:
                raise
            task.uncancel()  # the job is back in PostgreSQL: its message has done its work
        finally:
            self._running.discard(task)

    async def stop(self) -> None:
        """Interrupts what runs; the jobs are put back for another worker."""
        self._stopping = True
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(set(self._running), timeout=5)

    async def _attempt(self, job: Job) -> None:
        handler = self._handlers[job.kind]
        again: float | None = None
        try:
            if self._stopping:
                raise asyncio.CancelledError
            if job.attempts > self._policy.max_starts:
                raise RuntimeError("the worker died again and again")
            async with asyncio.timeout(self._policy.time_limit_s):
                if not await self._while_leased(job, handler):
                    return
        except asyncio.CancelledError:
            await self._jobs.put_back(job.job_id, job.attempts, 0, "", counts=False)
            raise
        except GiveUp as end:
            error = str(end)
        except TryAgain as later:
            error, again = str(later), later.seconds or self._policy.backoff(job.attempts)
        except Exception as fault:
            log.exception("job failed", extra={"job_id": job.job_id, "kind": job.kind, "subject": job.subject})
            error, again = f"{type(fault).__name__}: see the log", self._policy.backoff(job.attempts)
        else:
            await self._jobs.finish(job.job_id, job.attempts, JobState.SUCCEEDED)
            return
        if again is not None and job.attempts < self._policy.max_attempts:
            await self._jobs.put_back(job.job_id, job.attempts, again, error)
            return
        await handler.abandon(job)
        await self._jobs.finish(job.job_id, job.attempts, JobState.FAILED, error)

    async def _while_leased(self, job: Job, handler: Handler) -> bool:
        """Runs the handler while the lease can be extended; False when another worker has the job by now."""
        work = asyncio.create_task(handler.run(job))
        try:
            while True:
                done, _ = await asyncio.wait({work}, timeout=self._policy.lease_s / 3)
                if done:
                    work.result()
                    return True
                if not await self._jobs.extend(job.job_id, job.attempts, self._policy.lease_s):
                    return False
        finally:
            if not work.done():
                await stop(work)
