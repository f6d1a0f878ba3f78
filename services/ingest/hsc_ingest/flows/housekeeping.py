"""The tasks that keep the house in order, each of which can say beforehand what it would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from hsc_blobs import BlobStore

from hsc_ingest import metrics
from hsc_ingest.adapters.documents import Documents
from hsc_ingest.adapters.imports import Imports
from hsc_ingest.adapters.jobs import Jobs
from hsc_ingest.flows.model import JobState
from hsc_ingest.flows.operate import ForgetJobs

_MOST_RECHECKS = 100
_KEEP = ((JobState.SUCCEEDED, 7 * 86_400.0), (JobState.FAILED, 30 * 86_400.0))
# Bytes come before the rows that refer to them: what is younger may be an upload on its way.
_YOUNG_BLOB_S = 86_400.0
_EXAMPLES = 20


class Task(StrEnum):
    RECHECK_MANUALS = "recheck_manuals"
    REMOVE_BLOBS = "remove_blobs"
    REMOVE_JOBS = "remove_jobs"


@dataclass(frozen=True, slots=True)
class Housework:
    """What a task did, or would do: how many things, how many bytes they free, some of them by name."""

    affected: int = 0
    bytes: int = 0
    examples: Sequence[str] = ()


class Housekeeping:
    """Every task is safe to run at any time, by several at once, and to be cut off in the middle."""

    def __init__(
        self,
        jobs: Jobs,
        documents: Documents,
        imports: Imports,
        blobs: BlobStore,
        forget: ForgetJobs,
        *,
        recheck_after_s: float,
    ) -> None:
        self._jobs = jobs
        self._documents = documents
        self._imports = imports
        self._blobs = blobs
        self._forget = forget
        self._recheck_after_s = recheck_after_s

    async def __call__(self, task: Task, *, dry_run: bool = False) -> Housework:
        work = {
            Task.RECHECK_MANUALS: self._recheck_manuals,
            Task.REMOVE_BLOBS: self._remove_blobs,
            Task.REMOVE_JOBS: self._remove_jobs,
        }[task]
        try:
            done = await work(dry_run)
        except Exception:
            metrics.MAINTENANCE_RUNS.labels(task, "failed").inc()
            raise
        metrics.MAINTENANCE_RUNS.labels(task, "dry_run" if dry_run else "done").inc()
        if not dry_run:
            metrics.MAINTENANCE.labels(task).inc(done.affected)
        return done

    async def _recheck_manuals(self, dry_run: bool) -> Housework:
        """Jobs for the manuals that were looked at longest ago; the sweep rings for them."""
        stale = await self._documents.stale(self._recheck_after_s, _MOST_RECHECKS)
        if not dry_run:
            stale = [each for each in stale if await self._jobs.add_read(each) is not None]
        return Housework(len(stale), 0, stale[:_EXAMPLES])

    async def _remove_jobs(self, dry_run: bool) -> Housework:
        affected = 0
        examples: list[str] = []
        for state, keep_s in _KEEP:
            ended = await self._jobs.ended(state, keep_s, _EXAMPLES)
            examples += [f"{job.kind} {job.subject} ({job.job_id})" for job in ended]
            affected += await (self._jobs.count_ended if dry_run else self._forget)(state, keep_s)
        return Housework(affected, 0, examples[:_EXAMPLES])

    async def _remove_blobs(self, dry_run: bool) -> Housework:
        affected = freed = 0
        examples: list[str] = []
        async for batch in self._blobs.older_than(_YOUNG_BLOB_S):
            for key in await self._imports.unneeded(list(batch)):
                if not dry_run:
                    await self._blobs.delete(key)
                affected += 1
                freed += batch[key]
                examples = [*examples, key][:_EXAMPLES]
        return Housework(affected, freed, examples)
