"""The worker's door: settings in, take jobs until SIGTERM or SIGINT.

One process without forks: Dramatiq's threads take messages, one event loop does the work. Whoever supervises starts
it again when it dies; its jobs are taken up where their leases end.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import signal
import sys
import threading
from typing import Any

import dramatiq
from dramatiq.asyncio import get_event_loop_thread
from dramatiq.middleware import Middleware
from dramatiq.middleware.asyncio import AsyncIO
from hsc_rpc import collector
from hsc_rpc.settings import load
from hsc_telemetry import logs, loop_lag
from hsc_telemetry import metrics as telemetry_metrics

from hsc_ingest import metrics
from hsc_ingest.adapters.looks import LookDesk, declare_look
from hsc_ingest.adapters.queue import broker, declare_actors
from hsc_ingest.config import IngestSettings
from hsc_ingest.flows.jobs import JobRunner
from hsc_ingest.wiring import wire_worker

log = logging.getLogger(__name__)

_START_S = 60.0
_STOP_S = 15.0


class Lifetime(Middleware):
    """Opens what jobs need on the event loop once it runs, and closes it there after the last job."""

    def __init__(self, settings: IngestSettings) -> None:
        self._settings = settings
        self._parts: concurrent.futures.Future[tuple[JobRunner, LookDesk]] = concurrent.futures.Future()
        self._ended = asyncio.Event()
        self._life: concurrent.futures.Future[None] | None = None

    @property
    def started(self) -> bool:
        """False when what jobs need could not be opened; the log says why."""
        return self._parts.done() and self._parts.exception() is None

    async def run_job(self, job_id: str) -> None:
        runner, _ = await asyncio.wrap_future(self._parts)
        await runner.run(job_id)

    async def look(self, look_id: str, product_id: str, until: float) -> None:
        _, desk = await asyncio.wrap_future(self._parts)
        await desk.answer(look_id, product_id, until)

    def after_worker_boot(self, broker: Any, _worker: Any) -> None:
        self._life = asyncio.run_coroutine_threadsafe(self._live(broker), _loop())
        self._life.add_done_callback(self._failed_to_start)
        self._parts.result(_START_S)

    def before_worker_shutdown(self, _broker: Any, _worker: Any) -> None:
        metrics.WORKER_READY.set(0)
        asyncio.run_coroutine_threadsafe(self._parts.result(0)[0].stop(), _loop()).result(_STOP_S)

    def after_worker_shutdown(self, _broker: Any, _worker: Any) -> None:
        _loop().call_soon_threadsafe(self._ended.set)
        if self._life is not None:
            self._life.result(_STOP_S)

    def _failed_to_start(self, life: concurrent.futures.Future[None]) -> None:
        if not self._parts.done() and (error := life.exception()) is not None:
            self._parts.set_exception(error)

    async def _live(self, redis_broker: Any) -> None:
        async with loop_lag.watched(), wire_worker(self._settings, redis_broker) as parts, collector.settled():
            self._parts.set_result(parts)
            metrics.WORKER_READY.set(1)
            await self._ended.wait()


def _loop() -> asyncio.AbstractEventLoop:
    thread = get_event_loop_thread()
    assert thread is not None
    return thread.loop


def main() -> None:
    settings = load(IngestSettings)
    logs.setup("worker", settings.log_level)
    lifetime = Lifetime(settings)
    redis_broker = broker(settings.redis_url, [AsyncIO(), lifetime])
    declare_actors(redis_broker, lifetime.run_job)
    declare_look(redis_broker, lifetime.look)
    # Nothing here is ever delayed, and to ask for it is half of what a worker at rest does.
    redis_broker.delay_queues.clear()
    worker = dramatiq.Worker(redis_broker, worker_threads=settings.worker_threads, worker_timeout=50)

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    serving = telemetry_metrics.serve(settings.worker_metrics_port, settings.host)
    worker.start()
    started = lifetime.started
    if started:
        log.info("listening", extra={"service": "worker", "port": serving.port})
        stopped.wait()
        log.info("stopping", extra={"service": "worker"})
    worker.stop(timeout=int(_STOP_S * 1000))
    serving.close()
    if not started:
        sys.exit(1)


if __name__ == "__main__":
    main()
