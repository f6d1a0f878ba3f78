"""`python -m hsc_local up | down | status | demo`: the whole system on this machine.

HSC_HOME (.hsc) keeps its state, HSC_PORT (8000) is the gateway's port, HSC_REPLICAS (1) how often each service runs.
"""

import argparse
import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from hsc_local import ports as port_plan
from hsc_local.health import http_ok
from hsc_local.home import AlreadyRunning, Home
from hsc_local.ports import USUAL_GATEWAY, PortBusy
from hsc_local.stack import Stack, running, stack
from hsc_local.supervisor import StartFailed, end

FAILED = 1
USAGE = 2
NOT_READY = 3
_DOWN_S = 60.0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m hsc_local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start everything and stay; Ctrl-C stops it")
    up.add_argument("--no-samples", action="store_true", help="without the sample catalogue")
    commands.add_parser("down", help="stop the stack of this HSC_HOME")
    commands.add_parser("status", help="what runs, and whether it is ready")
    commands.add_parser("demo", help="play a visit; brings a stack of its own where none runs")
    options = parser.parse_args(arguments)
    home = Home(Path(os.environ.get("HSC_HOME") or ".hsc").expanduser().absolute())
    try:
        match options.command:
            case "up":
                return asyncio.run(_up(home, with_samples=not options.no_samples))
            case "down":
                return _down(home)
            case "status":
                return asyncio.run(_status(home))
            case _:
                return _demo(home)
    except (AlreadyRunning, PortBusy, StartFailed, RuntimeError) as error:
        print(f"hsc: {error}", file=sys.stderr)
        return FAILED
    except ValueError as error:
        print(f"hsc: {error}", file=sys.stderr)
        return USAGE
    except OSError as error:
        print(f"hsc: {home.root} cannot be used: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


async def _up(home: Home, *, with_samples: bool) -> int:
    began = time.monotonic()
    stopped = asyncio.Event()
    starting = asyncio.current_task()
    ready = False
    loop = asyncio.get_running_loop()

    def stop() -> None:
        stopped.set()
        if not ready and starting is not None:
            starting.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop)
    try:
        port, replicas = _number("HSC_PORT", USUAL_GATEWAY), _number("HSC_REPLICAS", 1)
        async with stack(home, port, replicas=replicas, with_samples=with_samples, say=_say) as up:
            ready = True
            _say(f"ready in {time.monotonic() - began:.1f} s")
            _welcome(up)
            await stopped.wait()
            _say("stopping")
    except asyncio.CancelledError:
        if not stopped.is_set():
            raise
    _say("stopped")
    return 0


def _down(home: Home) -> int:
    """Stops the supervisor, which stops the rest; or what a killed supervisor left behind."""
    supervisor = home.holder()
    if home.is_locked() and supervisor:
        os.kill(supervisor, signal.SIGTERM)
        deadline = time.monotonic() + _DOWN_S
        while home.is_locked():
            if time.monotonic() > deadline:
                raise StartFailed(f"process {supervisor} does not stop")
            time.sleep(0.05)
        _say("stopped")
    elif leftovers := home.leftovers():
        end(leftovers)
        home.children.unlink(missing_ok=True)
        _say("stopped what a killed run had left behind")
    else:
        _say(f"no stack runs in {home.root}")
    return 0


async def _status(home: Home) -> int:
    """One line a process; 0 where the gateway is ready, else 3."""
    if not home.is_locked():
        print(f"no stack runs in {home.root}")
        return NOT_READY
    ports = port_plan.read(home.ports)
    for name, child in home.listed_children().items():
        alive = psutil.pid_exists(int(child["pid"]))
        port = ports.get(name.replace("-", "_"), ports["gateway"] if name == "envoy" else "")
        state = "running" if alive else "down"
        print(f"{name:<12} {state:<8} pid {int(child['pid']):<8} port {port!s:<6} restarts {int(child['restarts'])}")
    ready = await http_ok(ports["gateway"], "/ready")()
    print(f"http://localhost:{ports['gateway']} is {'ready' if ready else 'not ready'}")
    return 0 if ready else NOT_READY


def _demo(home: Home) -> int:
    """`hsc demo` against the stack that runs here, else against one of its own that leaves nothing behind."""
    with contextlib.ExitStack() as own:
        root = home.root
        if not home.is_locked():
            _say("bringing up a stack for the demo")
            root = Path(own.enter_context(tempfile.TemporaryDirectory(prefix="hsc-demo-", ignore_cleanup_errors=True)))
            own.enter_context(running(root))
        command = [sys.executable, "-c", "from hsc_cli.main import main; main()", "demo"]
        return subprocess.run(command, env={**os.environ, "HSC_HOME": str(root)}, check=False).returncode  # noqa: S603 our own interpreter


def _number(name: str, usual: int) -> int:
    text = os.environ.get(name) or str(usual)
    if not text.isdecimal():
        raise ValueError(f"{name} must be a number, not {text!r}")
    return int(text)


def _say(text: str) -> None:
    print(f"· {text}", flush=True)


def _welcome(up: Stack) -> None:
    port = up.ports["gateway"]
    home = "" if up.home.root == Path(".hsc").absolute() else f"HSC_HOME={up.home.root} "
    print(
        f"""
  The page      http://localhost:{port}
  gRPC          localhost:{port}   (h2c; grpc-web and WebSockets on the same port)
  State, logs   {up.home.root}

  Three things to try:
    1. Type into the page:   how do i reset the vireo 61
    2. In another terminal:  {home}.venv/bin/hsc predict "vireo 61 error e07"
    3. And then:             {home}.venv/bin/hsc ask ardlen-vireo-61 "How do I reset to factory settings?"

  Ctrl-C stops everything.
""",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
