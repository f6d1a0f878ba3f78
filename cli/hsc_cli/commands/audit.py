"""`hsc audit`: what was done and by whom, and whether the record still holds."""

import click
from hsc.audit.v1 import audit_pb2

from hsc_cli.client import QUICK_S, Client
from hsc_cli.failures import FAILED, OK
from hsc_cli.output import Output
from hsc_cli.running import rpc_command

# A chain is walked from its first event.
_VERIFY_S = 300.0


@click.group()
def audit() -> None:
    """Read the audit chains and verify them (admin)."""


@audit.command()
@rpc_command
async def verify(client: Client, out: Output) -> int:
    """Walk every service's chain; exit 1 when one does not hold."""
    response = await client.audit.Verify(audit_pb2.VerifyRequest(), timeout=_VERIFY_S, metadata=client.as_admin())
    out.result(response)
    for chain in response.chains:
        held = "intact" if chain.intact else f"BROKEN at event {chain.first_broken_sequence}"
        out.say(f"{chain.service}: {chain.events} events, {held}", "" if chain.intact else "red")
        if not chain.intact:
            out.say(f"    → compare it with the hashes in {chain.service}'s log (message `audited`)", "yellow")
    return OK if response.chains and all(chain.intact for chain in response.chains) else FAILED


@audit.command("list")
@click.option("--service", default="", help="Only this service's events.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@rpc_command
async def list_(client: Client, out: Output, service: str, limit: int) -> int:
    """List events, the newest first."""
    request = audit_pb2.ListEventsRequest(service=service, page_size=limit)
    response = await client.audit.ListEvents(request, timeout=QUICK_S, metadata=client.as_admin())
    out.result(response)
    out.table(
        ("at", "service", "event", "kind", "actor", "subject", "data"),
        [
            (e.at.ToJsonString(), e.service, e.sequence, e.kind, e.actor, e.subject, e.data_sha256[:12])
            for e in response.events
        ],
    )
    return OK
