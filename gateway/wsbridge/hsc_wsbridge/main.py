"""The door of the bridge: settings in, serve until SIGTERM or SIGINT."""

import asyncio
import logging
import signal

import uvloop
from hsc_rpc import collector
from hsc_rpc.settings import load
from hsc_telemetry import logs, loop_lag
from hsc_telemetry import metrics as telemetry_metrics

from hsc_wsbridge.config import Settings
from hsc_wsbridge.wiring import serving

log = logging.getLogger(__name__)


async def serve(settings: Settings) -> None:
    """Serve until a signal says stop."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    telemetry_metrics.serve(settings.metrics_port, settings.host)
    async with loop_lag.watched(), serving(settings) as port, collector.settled():
        log.info("listening", extra={"service": "wsbridge", "port": port})
        await stopped.wait()
        log.info("stopping", extra={"service": "wsbridge"})


def main() -> None:
    settings = load(Settings)
    logs.setup("wsbridge", settings.log_level)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(settings))


if __name__ == "__main__":
    main()
