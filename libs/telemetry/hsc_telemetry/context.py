"""Which trace, request, session and product the running task is about.

Each call runs in a task of its own, so what is bound in it ends with it. Every log line carries these ids, and every
call to another service takes them along.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
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


Metadata = Mapping[str, str | bytes] | Iterable[tuple[str, str | bytes]]


class _Headers:
    """What a call brought, read when somebody asks for the ids: most calls log nothing and call nobody."""

    __slots__ = ("_ids", "_metadata")

    def __init__(self, metadata: Metadata) -> None:
        self._metadata = metadata
        self._ids: Ids | None = None

    def ids(self) -> Ids:
        # Kept here, not in the variable: the tasks that a call begins are parts of the same span.
        if self._ids is None:
            metadata = dict(self._metadata)
            trace = tracing.follow(_text(metadata, "traceparent"))
            request_id = _text(metadata, "x-request-id") or trace.trace_id
            self._ids = Ids(trace=trace, request_id=request_id, session_id=_text(metadata, "x-session-id"))
        return self._ids


_NONE = Ids()
_CURRENT: ContextVar[Ids | _Headers] = ContextVar("ids", default=_NONE)


def current() -> Ids:
    """Return the ids of the running task."""
    found = _CURRENT.get()
    return found.ids() if isinstance(found, _Headers) else found


def bind(*, session_id: str = "", product_id: str = "") -> None:
    """Name the session or the product the running task is about; what is empty stays as it was."""
    ids = current()
    _CURRENT.set(
        replace(ids, session_id=session_id or ids.session_id, product_id=product_id or ids.product_id),
    )


def bind_metadata(metadata: Metadata) -> None:
    """Follow the caller's trace and request, from the headers of a call or of a queued job."""
    _CURRENT.set(_Headers(metadata))


def bind_message(message: object) -> None:
    """Take session and product from a request that names them."""
    session_id, product_id = getattr(message, "session_id", ""), getattr(message, "product_id", "")
    if session_id or product_id:
        bind(session_id=session_id, product_id=product_id)


def outgoing() -> tuple[tuple[str, str], ...]:
    """Return the headers that take the ids along; `bind_metadata` reads them at the other end."""
    ids = current()
    trace = ids.trace or tracing.begin()
    headers = [("traceparent", trace.traceparent), ("x-request-id", ids.request_id or trace.trace_id)]
    if _ID.fullmatch(ids.session_id):
        headers.append(("x-session-id", ids.session_id))
    return tuple(headers)


def _text(metadata: Mapping[str, str | bytes], name: str) -> str:
    value = metadata.get(name, "")
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""
