"""`hsc jobs`: what is under way, what failed, and doing it again."""

from collections.abc import Sequence

import click
from hsc.ingest.v1 import ingest_pb2

from hsc_cli.client import QUICK_S, Client
from hsc_cli.failures import OK
from hsc_cli.output import Output
from hsc_cli.running import rpc_command

STATES = {name.removeprefix("JOB_STATE_").lower(): value for name, value in ingest_pb2.JobState.items() if value}
_state = click.option("--state", type=click.Choice(sorted(STATES)), help="Only jobs in this state.")


@click.group()
def jobs() -> None:
    """List, retry and purge jobs (admin)."""


@jobs.command("list")
@_state
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@rpc_command
async def list_(client: Client, out: Output, state: str | None, limit: int) -> int:
    """List jobs, the newest first."""
    request = ingest_pb2.ListJobsRequest(page_size=limit)
    if state:
        request.state = STATES[state]
    response = await client.ingest.ListJobs(request, timeout=QUICK_S, metadata=client.as_admin())
    out.result(response)
    if not response.jobs:
        out.note("no jobs")
    out.table(
        ("job", "kind", "state", "attempts", "created", "subject", "error"),
        [
            (
                job.job_id,
                job.kind,
                ingest_pb2.JobState.Name(job.state).removeprefix("JOB_STATE_").lower(),
                job.attempts,
                job.created_at.ToJsonString() if job.HasField("created_at") else "",
                job.subject,
                job.error,
            )
            for job in response.jobs
        ],
    )
    return OK


@jobs.command()
@click.argument("job_ids", metavar="JOB...", nargs=-1, required=True)
@rpc_command
async def retry(client: Client, out: Output, job_ids: Sequence[str]) -> int:
    """Do failed jobs again."""
    for job_id in job_ids:
        response = await client.ingest.RetryJob(
            ingest_pb2.RetryJobRequest(job_id=job_id), timeout=QUICK_S, metadata=client.as_admin()
        )
        out.result(response)
        out.say(f"{response.job.job_id} is queued again")
    return OK


@jobs.command()
@_state
@rpc_command
async def purge(client: Client, out: Output, state: str | None) -> int:
    """Forget jobs that are over (default: those that failed)."""
    request = ingest_pb2.PurgeJobsRequest()
    if state:
        request.state = STATES[state]
    response = await client.ingest.PurgeJobs(request, timeout=QUICK_S, metadata=client.as_admin())
    out.result(response)
    out.say(f"{response.purged} jobs forgotten")
    return OK
