"""W3C trace context: `traceparent` read and written (https://www.w3.org/TR/trace-context/)."""

import os
import re
from dataclasses import dataclass

_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.ASCII)
_SAMPLED = 0x01


@dataclass(frozen=True, slots=True)
class Trace:
    """Where in which trace we are: ids in lower-case hexadecimal."""

    trace_id: str
    span_id: str
    sampled: bool = True
    # Of the caller's span; empty where the trace began with us.
    parent_id: str = ""

    @property
    def traceparent(self) -> str:
        """Return the header that makes us the parent of what we call."""
        return f"00-{self.trace_id}-{self.span_id}-{_SAMPLED if self.sampled else 0:02x}"


def begin() -> Trace:
    """Begin a trace."""
    return Trace(os.urandom(16).hex(), os.urandom(8).hex())


def follow(traceparent: str) -> Trace:
    """Return our own span in the caller's trace; a header that breaks the standard begins a new trace."""
    match = _TRACEPARENT.fullmatch(traceparent)
    if match is None:
        return begin()
    version, trace_id, parent_id, flags, more = match.groups()
    if version == "ff" or (version == "00" and more) or not int(trace_id, 16) or not int(parent_id, 16):
        return begin()
    return Trace(trace_id, os.urandom(8).hex(), bool(int(flags, 16) & _SAMPLED), parent_id)
