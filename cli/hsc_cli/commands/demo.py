"""`hsc demo`: a scripted visit in the terminal."""

import click

from hsc_cli.client import Client
from hsc_cli.output import Output
from hsc_cli.running import rpc_command
from hsc_cli.visit import Visit


@click.command()
@click.option("--pace", type=click.FloatRange(0, 1000), default=45, show_default=True, help="Milliseconds a keystroke.")
@rpc_command
async def demo(client: Client, out: Output, pace: float) -> int:
    """Play a visit on the sample catalogue: typing, the manual arriving meanwhile, two answers with their pages.

    Fails when the wrong product is locked, the manual does not arrive, the answer has no page, or the system
    answers what the manual does not say.
    """
    return await Visit(client, out, pace / 1000).play()
