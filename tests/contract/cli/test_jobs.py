"""`hsc jobs`: listed, done again, forgotten."""

from typing import Any

from hsc.ingest.v1 import ingest_pb2


async def test_list_shows_what_failed(hsc: Any) -> None:
    ran = await hsc("jobs", "list")
    assert ran.code == 0
    assert ran.out.splitlines()[1].split()[:3] == ["job-7", "import", "failed"]


async def test_retry_queues_a_job_again(hsc: Any) -> None:
    ran = await hsc("jobs", "retry", "job-7")
    assert (ran.code, ran.out) == (0, "job-7 is queued again\n")


async def test_retry_of_an_unknown_job_is_not_found(hsc: Any) -> None:
    ran = await hsc("jobs", "retry", "job-8", "--json")
    assert ran.code == 4
    assert ran.error["reason"] == "JOB_UNKNOWN"


async def test_purge_takes_a_state(hsc: Any, system: Any) -> None:
    ran = await hsc("jobs", "purge", "--state", "succeeded")
    assert ran.code == 0
    assert system.ingest.purged == [ingest_pb2.JOB_STATE_SUCCEEDED]


async def test_jobs_need_the_admin(hsc: Any) -> None:
    assert (await hsc("jobs", "list", HSC_ADMIN_TOKEN="")).code == 5
