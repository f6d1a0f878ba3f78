"""Which trace, request, session and product the running task is about.

Each call runs in a task of its own, so what is bound in it ends with it. Every log line carries these ids, and every
call to another service takes them along.
"""

import hashlib
import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace

from hsc_telemetry import tracing

# What may travel in a header and be searched for in a log.
_ID = re.compile(r"[\x21-\x7e]{1,128}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids of what is being done; empty where there is none."""

    trace: tracing.Trace | None = None
    request_id: str = ""
    session_id: str = ""
    product_id: str = ""

    def fields(self) -> dict[str, str]:
        """Return the ids as the log lines name them. A session's id opens its conversation, so its digest stands in."""
        return {
            "trace_id": self.trace.trace_id if self.trace else "",
            "span_id": self.trace.span_id if self.trace else "",
            "request_id": self.request_id,
            "session_id": hashlib.sha256(self.session_id.encode()).hexdigest()[:16] if self.session_id else "",
            "product_id": self.product_id,
        }


_NONE = Ids()
_CURRENT: ContextVar[Ids] = ContextVar("ids", default=_NONE)


def current() -> Ids:
    """Return the ids of the running task."""
    return _CURRENT.get()


def bind(*, session_id: str = "", product_id: str = "") -> None:
    """Name the session or the product the running task is about; what is empty stays as it was."""
    ids = _CURRENT.get()
    _CURRENT.set(
        replace(ids, session_id=session_id or ids.session_id, product_id=product_id or ids.product_id),
    )


def bind_metadata(metadata: Mapping[str, str | bytes]) -> None:
    """Follow the caller's trace and request, from the headers of a call or of a queued job."""
    trace = tracing.follow(_text(metadata, "traceparent"))
    _CURRENT.set(
        Ids(
            trace=trace,
            request_id=_text(metadata, "x-request-id") or trace.trace_id,
            session_id=_text(metadata, "x-session-id"),
        )
    )


def bind_message(message: object) -> None:
    """Take session and product from a request that names them."""
    session_id, product_id = getattr(message, "session_id", ""), getattr(message, "product_id", "")
    if session_id or product_id:
        bind(session_id=session_id, product_id=product_id)


def outgoing() -> tuple[tuple[str, str], ...]:
    """Return the headers that take the ids along; `bind_metadata` reads them at the other end."""
    ids = _CURRENT.get()
    trace = ids.trace or tracing.begin()
    headers = [("traceparent", trace.traceparent), ("x-request-id", ids.request_id or trace.trace_id)]
    if _ID.fullmatch(ids.session_id):
        headers.append(("x-session-id", ids.session_id))
    return tuple(headers)


def _text(metadata: Mapping[str, str | bytes], name: str) -> str:
    value = metadata.get(name, "")
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""
