"""`hsc doctor`: what does not work, why, and how to mend it."""

from collections.abc import AsyncIterator

import click

from hsc_cli.checks import Check, diagnose, golden
from hsc_cli.client import Client
from hsc_cli.failures import FAILED, OK
from hsc_cli.output import Output
from hsc_cli.running import rpc_command


@click.command()
@click.option(
    "--golden", "only_golden", is_flag=True, help="Only the golden question: type, lock, ask, the right page."
)
@rpc_command
async def doctor(client: Client, out: Output, only_golden: bool) -> int:
    """Check the system from here, and say for each failed check how to mend it.

    With --golden it asks what the samples' manual is known to answer, as a smoke test and a synthetic probe do.
    """
    failed = 0
    checks: AsyncIterator[Check] = golden(client) if only_golden else diagnose(client)
    async for check in checks:
        failed += not check.passed
        out.result({"check": check.name, "passed": check.passed, "detail": check.detail, "mend": check.mend})
        out.say(f"{'✓' if check.passed else '✗'} {check.name}: {check.detail}", "" if check.passed else "red")
        if check.mend:
            out.say(f"    → {check.mend}", "yellow")
    out.say("everything works" if not failed else f"{failed} checks failed")
    return FAILED if failed else OK
