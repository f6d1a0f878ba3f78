"""Failures as clients see them: one gRPC status with a google.rpc.ErrorInfo and what else helps.

A service raises `Failure`; the guard turns it into the status. Every reason stands in docs/errors.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from google.protobuf import any_pb2, duration_pb2
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from grpc import StatusCode, aio

_M = TypeVar("_M", bound=Message)

DOMAIN = "hsc-jit"
DETAILS_KEY = "grpc-status-details-bin"
# Tells a channel that tries again by itself when to, or not to (gRFC A6, client retries).
PUSHBACK_KEY = "grpc-retry-pushback-ms"
# Whoever is asked to come back so much later is not helped by a channel that comes back at once.
_LATER_S = 0.5


@dataclass(frozen=True)
class Violation:
    """What is wrong with one field of the request."""

    field: str
    description: str


@dataclass(eq=False)
class Failure(Exception):
    """A typed failure: `reason` is UPPER_SNAKE, `message` says what to do next, for a person."""

    code: StatusCode
    reason: str
    message: str
    violations: tuple[Violation, ...] = ()
    retry_after_s: float | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.code.name} {self.reason}: {self.message}"

    def status(self) -> status_pb2.Status:
        """Return the google.rpc.Status that goes over the wire."""
        details: list[Message] = [
            error_details_pb2.ErrorInfo(reason=self.reason, domain=DOMAIN, metadata=dict(self.metadata))
        ]
        if self.violations:
            details.append(
                error_details_pb2.BadRequest(
                    field_violations=[
                        error_details_pb2.BadRequest.FieldViolation(field=v.field, description=v.description)
                        for v in self.violations
                    ]
                )
            )
        if self.retry_after_s is not None:
            delay = duration_pb2.Duration()
            delay.FromMilliseconds(round(self.retry_after_s * 1000))
            details.append(error_details_pb2.RetryInfo(retry_delay=delay))
        packed = []
        for detail in details:
            holder = any_pb2.Any()
            holder.Pack(detail)
            packed.append(holder)
        return status_pb2.Status(code=self.code.value[0], message=self.message, details=packed)


def invalid(*violations: Violation, reason: str = "INVALID_REQUEST") -> Failure:
    """INVALID_ARGUMENT, naming each field."""
    said = "; ".join(f"{v.field}: {v.description}" for v in violations)
    return Failure(StatusCode.INVALID_ARGUMENT, reason, said, tuple(violations))


def unstorable() -> Failure:
    """A text of the request is valid UTF-8 that PostgreSQL cannot hold: with the character NUL."""
    return invalid(Violation("request", "has a text with a character that cannot be stored"))


def not_found(reason: str, message: str) -> Failure:
    """NOT_FOUND, with a reason such as PRODUCT_UNKNOWN."""
    return Failure(StatusCode.NOT_FOUND, reason, message)


def precondition(reason: str, message: str) -> Failure:
    """FAILED_PRECONDITION: the request is sound, the state of things is not."""
    return Failure(StatusCode.FAILED_PRECONDITION, reason, message)


def unavailable(reason: str, message: str, retry_after_s: float = 1.0) -> Failure:
    """UNAVAILABLE with RetryInfo: the same call may succeed later."""
    return Failure(StatusCode.UNAVAILABLE, reason, message, retry_after_s=retry_after_s)


def exhausted(reason: str, message: str, retry_after_s: float = 1.0) -> Failure:
    """RESOURCE_EXHAUSTED with RetryInfo: too much at once."""
    return Failure(StatusCode.RESOURCE_EXHAUSTED, reason, message, retry_after_s=retry_after_s)


def trailers(failure: Failure) -> tuple[tuple[str, str | bytes], ...]:
    """Return the metadata a failed call ends with."""
    details = (DETAILS_KEY, failure.status().SerializeToString())
    if failure.retry_after_s is not None and failure.retry_after_s >= _LATER_S:
        return details, (PUSHBACK_KEY, "-1")
    return (details,)


def from_call(error: aio.AioRpcError) -> Failure:
    """Read the failure of another service's call; one that carries no ErrorInfo gets the code as its reason."""
    failure = Failure(error.code(), error.code().name, error.details() or error.code().name)
    status = _status_of(error)
    for packed in status.details if status else ():
        if (info := _unpack(packed, error_details_pb2.ErrorInfo())) is not None:
            failure.reason, failure.metadata = info.reason, dict(info.metadata)
        elif (bad := _unpack(packed, error_details_pb2.BadRequest())) is not None:
            failure.violations = tuple(Violation(v.field, v.description) for v in bad.field_violations)
        elif (retry := _unpack(packed, error_details_pb2.RetryInfo())) is not None:
            failure.retry_after_s = retry.retry_delay.ToMilliseconds() / 1000
    return failure


def _status_of(error: aio.AioRpcError) -> status_pb2.Status | None:
    metadata: Iterable[tuple[str, str | bytes]] = error.trailing_metadata() or ()
    for key, value in metadata:
        if key == DETAILS_KEY and isinstance(value, bytes):
            return status_pb2.Status.FromString(value)
    return None


def _unpack(packed: any_pb2.Any, into: _M) -> _M | None:
    return into if packed.Unpack(into) else None
