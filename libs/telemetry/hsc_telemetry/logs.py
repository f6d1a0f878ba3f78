"""One JSON object a line on standard output, with the ids of what is being done and without secrets."""

import logging
import os
import sys
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from pythonjsonlogger.json import JsonFormatter

from hsc_telemetry import context, sentry, spans
from hsc_telemetry.secrets import Hider


class _Line(JsonFormatter):
    """timestamp (UTC, ISO 8601), level, logger, service, message, the ids, then what the caller added as `extra`."""

    def __init__(self, service: str) -> None:
        super().__init__("%(message)s", json_ensure_ascii=False)
        self._service = service
        self._hide = Hider(os.environ)

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        log_data["timestamp"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        log_data["level"] = record.levelname
        log_data["logger"] = record.name
        log_data["service"] = self._service
        log_data |= context.current().fields()
        super().add_fields(log_data, record, message_dict)

    def format(self, record: logging.LogRecord) -> str:
        return self._hide(super().format(record))


def setup(service: str, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every log line, warning and uncaught exception of this process to `stream` (standard output).

    Errors go to Sentry too where SENTRY_DSN is set, spans to a collector where OTEL_EXPORTER_OTLP_ENDPOINT is.
    """
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(_Line(service))
    root = logging.getLogger()
    for old in tuple(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    sentry.begin(service)
    spans.begin(service)


def _uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
        return
    logging.getLogger("uncaught").critical("the process ends", exc_info=(kind, error, traceback))
