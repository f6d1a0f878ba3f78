"""What a worker does besides jobs: rings again for jobs nobody took, looks after stale manuals, forgets old jobs."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable

from hsc_ingest import metrics
from hsc_ingest.adapters.documents import Documents
from hsc_ingest.adapters.jobs import Jobs
from hsc_ingest.flows.housekeeping import Housekeeping, Task
from hsc_ingest.flows.model import JobKind, Outcome
from hsc_ingest.flows.ports import Outcomes, Queue

log = logging.getLogger(__name__)

# A message that was lost is sent again after this; one that merely waits its turn is then sent twice, to no harm.
_RING_AGAIN_S = 30.0
_BATCH = 100
_TIDY_EVERY_S = 60.0
_BLOBS_EVERY_S = 6 * 3600.0
_WASTE_AFTER_S = 3600.0


class Maintenance:
    """Every worker does all of it: what two of them do at once is done once, or twice to no harm."""

    def __init__(
        self,
        jobs: Jobs,
        documents: Documents,
        queue: Queue,
        outcomes: Outcomes,
        housekeeping: Housekeeping,
        *,
        every_s: float,
    ) -> None:
        self._jobs = jobs
        self._documents = documents
        self._queue = queue
        self._outcomes = outcomes
        self._housekeeping = housekeeping
        self._every_s = every_s

    async def run(self) -> None:
        """For ever; what fails is logged and done again."""
        await asyncio.gather(
            self._repeat("sweep", self.sweep, self._every_s),
            self._repeat("tidy", self.tidy, _TIDY_EVERY_S),
            self._repeat("remove blobs", self.remove_blobs, _BLOBS_EVERY_S),
        )

    async def sweep(self) -> None:
        """Rings for jobs that are due and of which no message may speak any more."""
        await self._jobs.adopt()
        due: dict[JobKind, list[str]] = defaultdict(list)
        for job in await self._jobs.due(_RING_AGAIN_S, _BATCH):
            due[job.kind].append(job.job_id)
        for kind, job_ids in due.items():
            if await self._queue.announce(kind, job_ids):
                await self._jobs.announced(job_ids)
        depth, age, dead = await self._jobs.backlog()
        metrics.QUEUE_DEPTH.set(depth)
        metrics.QUEUE_AGE.set(age)
        metrics.DEAD_LETTERS.set(dead)

    async def tidy(self) -> None:
        """Re-checks stale manuals, counts waste, forgets jobs that ended long ago."""
        await self._outcomes.count(Outcome.WASTE, await self._documents.wasted(_WASTE_AFTER_S))
        await self._housekeeping(Task.RECHECK_MANUALS)
        await self._housekeeping(Task.REMOVE_JOBS)

    async def remove_blobs(self) -> None:
        await self._housekeeping(Task.REMOVE_BLOBS)

    async def _repeat(self, name: str, work: Callable[[], Awaitable[None]], every_s: float) -> None:
        while True:
            try:
                await work()
            except Exception:
                log.exception("maintenance failed", extra={"work": name})
            await asyncio.sleep(every_s)
