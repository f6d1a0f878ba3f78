"""What operators do with jobs: look, watch, do again, forget."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from hsc_blobs import BlobStore
from hsc_rpc.errors import Failure, not_found, precondition

from hsc_ingest.adapters.catalog_files import Fault
from hsc_ingest.adapters.documents import Documents
from hsc_ingest.adapters.imports import ImportProgress, Imports
from hsc_ingest.adapters.jobs import Jobs
from hsc_ingest.flows.model import Job, JobKind, JobState, State
from hsc_ingest.flows.ports import Events, Queue

_LOOK_EVERY_S = 0.25
_FAULTS = 200


@dataclass(frozen=True, slots=True)
class JobProgress:
    """`faults` are those not yet told."""

    state: JobState
    files: ImportProgress
    faults: Sequence[Fault]


class ForgetJobs:
    """Forgets jobs that ended, and the bytes that only they had."""

    def __init__(self, jobs: Jobs, imports: Imports, blobs: BlobStore) -> None:
        self._jobs = jobs
        self._imports = imports
        self._blobs = blobs

    async def __call__(self, state: JobState, older_than_s: float = 0) -> int:
        """The number of jobs forgotten."""
        blobs = await self._imports.kept(state, older_than_s)
        forgotten = await self._jobs.purge(state, older_than_s)
        for blob in await self._imports.unneeded(blobs):
            await self._blobs.delete(blob)
        return forgotten


class OperateJobs:
    """Raises Failure: JOB_UNKNOWN, JOB_NOT_FAILED."""

    def __init__(
        self, jobs: Jobs, imports: Imports, documents: Documents, queue: Queue, events: Events, forget: ForgetJobs
    ) -> None:
        self._jobs = jobs
        self._imports = imports
        self._documents = documents
        self._queue = queue
        self._events = events
        self._forget = forget

    async def list_newest(self, state: JobState | None, before: tuple[datetime, str] | None, limit: int) -> list[Job]:
        return await self._jobs.list_newest(state, before, limit)

    async def watch(self, job_id: str) -> AsyncIterator[JobProgress]:
        """Each change of a job until it is over; each fault once."""
        told: tuple[JobState, ImportProgress] | None = None
        last_fault = 0
        while True:
            job = await self._known(job_id)
            files = await self._imports.progress(job_id)
            numbered = await self._imports.faults(job_id, last_fault, _FAULTS)
            if numbered or told != (job.state, files):
                told = (job.state, files)
                last_fault = numbered[-1][0] if numbered else last_fault
                yield JobProgress(job.state, files, [fault for _, fault in numbered])
            if len(numbered) == _FAULTS:
                continue
            if job.state in (JobState.SUCCEEDED, JobState.FAILED):
                return
            await asyncio.sleep(_LOOK_EVERY_S)

    async def retry(self, job_id: str) -> Job:
        failed = await self._known(job_id)
        if failed.state is JobState.FAILED and failed.kind is JobKind.IMPORT:
            await self._imports.begin_anew(job_id)
        job = await self._jobs.retry(job_id)
        if job is None:
            known = await self._known(job_id)
            raise precondition("JOB_NOT_FAILED", f"Job {job_id} is {known.state}, or its subject is under way.")
        if job.kind is JobKind.READ and (document := await self._documents.get(job.subject)) is not None:
            await self._documents.advance(document, State.QUEUED)
            await self._documents.wait_for(document.product_id)
            if (queued := await self._documents.get(job.subject)) is not None:
                await self._events.publish(queued)
        await self._queue.announce(job.kind, [job_id])
        return job

    async def purge(self, state: JobState) -> int:
        if state not in (JobState.SUCCEEDED, JobState.FAILED):
            raise precondition("JOB_NOT_OVER", "Only jobs that are over can be purged: SUCCEEDED or FAILED.")
        return await self._forget(state)

    async def _known(self, job_id: str) -> Job:
        job = await self._jobs.get(job_id)
        if job is None:
            raise self._unknown(job_id)
        return job

    def _unknown(self, job_id: str) -> Failure:
        return not_found("JOB_UNKNOWN", f"There is no job {job_id}; ListJobs names those that are kept.")
