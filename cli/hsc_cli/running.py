"""The one way a command runs: place found, client open, failures told, exit code returned."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any

import click
from hsc_rpc.errors import Failure

from hsc_cli import failures, place
from hsc_cli.client import Client, connected
from hsc_cli.output import Output

# Takes the client, the output and the command's own options; returns the exit code.
Body = Callable[..., Awaitable[int]]


def rpc_command(body: Body) -> Callable[..., None]:
    """Make an async body a click callback with `--json`."""

    @click.option("--json", "as_json", is_flag=True, help="One JSON value a line, for programs.")
    @click.pass_context
    @functools.wraps(body)
    def callback(context: click.Context, /, *, as_json: bool, **options: Any) -> None:
        context.exit(run(lambda client, out: body(client, out, **options), Output(as_json)))

    return callback


def run(body: Callable[[Client, Output], Awaitable[int]], out: Output) -> int:
    """Run a body with a client and return the exit code; no failure becomes a traceback."""
    try:
        return asyncio.run(_run(body, out))
    except Failure as failure:
        out.failure(failure)
        return failures.exit_code(failure)
    except KeyboardInterrupt:
        out.note("interrupted")
        return failures.INTERRUPTED


async def _run(body: Callable[[Client, Output], Awaitable[int]], out: Output) -> int:
    where = place.find()
    async with connected(where) as client:
        with failures.failures_of_calls(where.address):
            return await body(client, out)
