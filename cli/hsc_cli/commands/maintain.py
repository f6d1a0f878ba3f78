"""`hsc maintain TASK`: the housekeeping that workers do on a schedule, now, or only said."""

import click
from hsc.ingest.v1 import ingest_pb2

from hsc_cli.client import ANSWER_S, Client
from hsc_cli.failures import OK
from hsc_cli.output import Output
from hsc_cli.running import rpc_command

TASKS = {
    name.removeprefix("MAINTENANCE_TASK_").lower().replace("_", "-"): value
    for name, value in ingest_pb2.MaintenanceTask.items()
    if value
}


@click.command()
@click.argument("task", type=click.Choice(sorted(TASKS)))
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@rpc_command
async def maintain(client: Client, out: Output, task: str, dry_run: bool) -> int:
    """Do one of the housekeeping tasks now (admin).

    recheck-manuals asks the servers of manuals that were read long ago whether they have changed; remove-blobs removes
    bytes that no manual refers to; remove-jobs forgets jobs that ended long ago. Workers do all of it by themselves.
    """
    request = ingest_pb2.RunMaintenanceRequest(task=TASKS[task], dry_run=dry_run)
    done = await client.ingest.RunMaintenance(request, timeout=ANSWER_S, metadata=client.as_admin())
    out.result(done)
    freed = f", {done.bytes:,} bytes" if done.bytes else ""
    out.say(f"{task}: {done.affected}{freed}{' (nothing was done: --dry-run)' if dry_run else ''}")
    for example in done.examples:
        out.say(f"  {example}", "dim")
    return OK
