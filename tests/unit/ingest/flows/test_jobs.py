from datetime import UTC, datetime

import pytest
from hsc_ingest.flows.jobs import JobPolicy, JobRunner
from hsc_ingest.flows.model import Job, JobKind, JobState


def test_each_retry_waits_longer_and_none_longer_than_the_longest() -> None:
    policy = JobPolicy(first_retry_s=1, longest_retry_s=60)
    for attempt, around in ((1, 1), (2, 5), (3, 25), (4, 60), (50, 60)):
        assert around * 0.75 <= policy.backoff(attempt) <= around * 1.25


def test_a_crowd_does_not_come_back_at_once() -> None:
    policy = JobPolicy()
    assert len({policy.backoff(2) for _ in range(100)}) > 90


class Held:
    """A job that has been started so often, and how it ended."""

    def __init__(self, starts: int) -> None:
        now = datetime.now(UTC)
        self.job = Job("j", JobKind.READ, "d", JobState.RUNNING, starts, "", now, now)
        self.ended: JobState | None = None

    async def claim(self, job_id: str, lease_s: float) -> Job:
        return self.job

    async def finish(self, job_id: str, attempts: int, state: JobState, error: str = "") -> None:
        self.ended = state


class Succeeding:
    """Does what it is asked, whenever it gets to it."""

    async def run(self, job: Job) -> None:
        pass

    async def abandon(self, job: Job) -> None:
        pass


@pytest.mark.parametrize(("starts", "end"), [(11, JobState.SUCCEEDED), (13, JobState.FAILED)])
async def test_a_job_whose_workers_were_killed_ten_times_is_done_and_one_that_kills_them_all_ends(
    starts: int, end: JobState
) -> None:
    held = Held(starts)
    await JobRunner(held, {JobKind.READ: Succeeding()}, JobPolicy()).run("j")  # type: ignore[arg-type]
    assert held.ended is end
