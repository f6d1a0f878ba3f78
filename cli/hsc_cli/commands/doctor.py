"""`hsc doctor`: what does not work, why, and how to mend it."""

import click

from hsc_cli.checks import diagnose
from hsc_cli.client import Client
from hsc_cli.failures import FAILED, OK
from hsc_cli.output import Output
from hsc_cli.running import rpc_command


@click.command()
@rpc_command
async def doctor(client: Client, out: Output) -> int:
    """Check the system from here, and say for each failed check how to mend it."""
    failed = 0
    async for check in diagnose(client):
        failed += not check.passed
        out.result({"check": check.name, "passed": check.passed, "detail": check.detail, "mend": check.mend})
        out.say(f"{'✓' if check.passed else '✗'} {check.name}: {check.detail}", "" if check.passed else "red")
        if check.mend:
            out.say(f"    → {check.mend}", "yellow")
    out.say("everything works" if not failed else f"{failed} checks failed")
    return FAILED if failed else OK
