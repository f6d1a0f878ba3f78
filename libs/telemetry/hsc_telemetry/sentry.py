"""Errors to Sentry, where SENTRY_DSN is set: an error's log line with its stack, and nothing of whom it happened to."""

import json
import logging
import os
from typing import TYPE_CHECKING, Any

from hsc_telemetry import context
from hsc_telemetry.secrets import Hider

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

# What an event may say; requests, users, breadcrumbs, modules and variables stay here.
_KEPT = frozenset(
    [
        "event_id",
        "timestamp",
        "level",
        "logger",
        "logentry",
        "exception",
        "message",
        "platform",
        "release",
        "environment",
        "sdk",
        "server_name",
    ]
)


def begin(service: str) -> None:
    """Send errors from now on. Without SENTRY_DSN nothing is loaded and nothing is sent."""
    dsn = os.environ.get("SENTRY_DSN")
    if not dsn:
        return
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.logging import LoggingIntegration

    hide = Hider(os.environ)

    def scrub(event: "Event", _hint: "Hint") -> "Event | None":
        said: dict[str, Any] = {name: value for name, value in event.items() if name in _KEPT}
        ids = context.current().fields()
        said["tags"] = {"service": service} | {name: value for name, value in ids.items() if value}
        cleaned: Event = json.loads(hide(json.dumps(said, default=str)))
        return cleaned

    sentry_sdk.init(
        dsn=dsn,
        before_send=scrub,
        default_integrations=False,
        auto_enabling_integrations=False,
        # What happened last is sent before the process is gone, and nobody is told to wait.
        integrations=[
            LoggingIntegration(level=None, event_level=logging.ERROR),
            AtexitIntegration(callback=lambda _pending, _timeout: None),
        ],
        max_breadcrumbs=0,
        include_local_variables=False,
        include_source_context=False,
        send_default_pii=False,
        send_client_reports=False,
        auto_session_tracking=False,
        server_name=service,
        shutdown_timeout=2,
    )
