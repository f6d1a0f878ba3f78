"""The one way a command runs: place found, client open, failures told, exit code returned."""

import asyncio
import functools
import signal
from collections.abc import Awaitable, Callable
from typing import Any

import click
from hsc_rpc.errors import Failure

from hsc_cli import failures, place
from hsc_cli.client import Client, connected
from hsc_cli.output import Output

_AGAIN_S = 0.5

# Takes the client, the output and the command's own options; returns the exit code.
Body = Callable[..., Awaitable[int]]


class Interrupted(Exception):
    """Ctrl-C came while a command ran."""


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
        return asyncio.run(_until_interrupted(_run(body, out)))
    except Failure as failure:
        out.failure(failure)
        return failures.exit_code(failure)
    except (KeyboardInterrupt, Interrupted):
        out.note("interrupted")
        return failures.INTERRUPTED


async def _run(body: Callable[[Client, Output], Awaitable[int]], out: Output) -> int:
    where = place.find()
    async with connected(where) as client:
        with failures.failures_of_calls(where.address):
            return await body(client, out)


async def _until_interrupted(work: Awaitable[int]) -> int:
    """Return what the work returns; Ctrl-C cancels it until it has ended, for a call being opened may swallow one."""
    interrupted = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, interrupted.set)
    task = asyncio.ensure_future(work)
    heard = asyncio.create_task(interrupted.wait())
    await asyncio.wait({task, heard}, return_when=asyncio.FIRST_COMPLETED)
    heard.cancel()
    if task.done():
        return task.result()
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=_AGAIN_S)
    if not task.cancelled():
        task.exception()  # seen: after Ctrl-C it is no news
    raise Interrupted
