"""Who holds a job, holds it alone: one that was taken over is nobody else's to end."""

from collections.abc import AsyncIterator
from importlib.resources import files

import hsc_audit
import pytest
from hsc_ingest.adapters.jobs import Jobs
from hsc_ingest.flows.model import Job, JobState
from hsc_postgres import migrate, open_pool
from support.postgres import Postgres


@pytest.fixture
async def jobs(postgres_server: Postgres) -> AsyncIterator[Jobs]:
    url = postgres_server.create_database()
    await migrate(url, "ingest", files("hsc_ingest") / "migrations", hsc_audit.MIGRATIONS)
    async with open_pool(url, schema="ingest") as pool:
        yield Jobs(pool)


async def claimed(jobs: Jobs, job_id: str, lease_s: float = 60) -> Job:
    job = await jobs.claim(job_id, lease_s)
    assert job is not None
    return job


@pytest.fixture
async def job_id(jobs: Jobs) -> str:
    added = await jobs.add_read("d/1")
    assert added is not None
    return added


async def test_a_job_in_somebodys_hands_is_given_to_nobody_else(jobs: Jobs, job_id: str) -> None:
    await claimed(jobs, job_id)
    assert await jobs.claim(job_id, 60) is None


async def test_whoever_lost_a_job_can_neither_keep_it_nor_end_it(jobs: Jobs, job_id: str) -> None:
    lost = await claimed(jobs, job_id, lease_s=0)
    holds = await claimed(jobs, job_id)
    assert not await jobs.extend(job_id, lost.attempts, 60)
    assert not await jobs.finish(job_id, lost.attempts, JobState.FAILED)
    assert not await jobs.put_back(job_id, lost.attempts, 0, "lost")
    assert await jobs.finish(job_id, holds.attempts, JobState.SUCCEEDED)


async def test_an_attempt_that_was_merely_interrupted_does_not_count(jobs: Jobs, job_id: str) -> None:
    first = await claimed(jobs, job_id)
    await jobs.put_back(job_id, first.attempts, 0, "drained", counts=False)
    assert (await claimed(jobs, job_id)).attempts == first.attempts


async def test_a_document_has_one_job_under_way(jobs: Jobs, job_id: str) -> None:
    assert await jobs.add_read("d/1") is None
    held = await claimed(jobs, job_id)
    await jobs.finish(job_id, held.attempts, JobState.SUCCEEDED)
    assert await jobs.add_read("d/1")
