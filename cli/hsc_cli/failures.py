"""Failures as a person and as a script meet them: a sentence that says what to do, and an exit code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from grpc import StatusCode, aio
from hsc_rpc.errors import Failure, from_call

OK = 0
FAILED = 1
USAGE = 2
UNAVAILABLE = 3
MISSING = 4
NOT_ALLOWED = 5
NO_ANSWER = 6
INTERRUPTED = 130
READER_LEFT = 141

NOT_FOUND = StatusCode.NOT_FOUND

EXIT_CODES = """\b
Exit codes:
  0    done
  1    failed, or done with faults
  2    wrong usage, or a request that was refused as invalid
  3    the system cannot be reached, or is too busy
  4    not found: a product, a manual, a job, a file
  5    not allowed: the admin token is missing or wrong
  6    no answer: the manual is silent, or there is none
  130  interrupted
  141  nobody read the output to its end
"""

_CODES = {
    StatusCode.INVALID_ARGUMENT: USAGE,
    StatusCode.OUT_OF_RANGE: USAGE,
    StatusCode.UNAVAILABLE: UNAVAILABLE,
    StatusCode.DEADLINE_EXCEEDED: UNAVAILABLE,
    StatusCode.RESOURCE_EXHAUSTED: UNAVAILABLE,
    StatusCode.NOT_FOUND: MISSING,
    StatusCode.UNAUTHENTICATED: NOT_ALLOWED,
    StatusCode.PERMISSION_DENIED: NOT_ALLOWED,
}


def exit_code(failure: Failure) -> int:
    """Return the exit code of a failure."""
    if failure.reason == "NO_DOCUMENT":
        return NO_ANSWER
    return _CODES.get(failure.code, FAILED)


@contextmanager
def failures_of_calls(address: str = "the gateway") -> Iterator[None]:
    """Turn a call's error into the Failure that the server meant."""
    try:
        yield
    except aio.AioRpcError as error:
        failure = from_call(error)
        if failure.reason == failure.code.name:
            # Nobody behind the gateway spoke: the transport did, in words for its own authors.
            failure.message = _in_plain_words(failure, address)
        raise failure from None


def _in_plain_words(failure: Failure, address: str) -> str:
    if failure.code is StatusCode.UNAVAILABLE:
        return (
            f"nothing that serves this answers at {address}: start the system with `make run`, "
            "or set HSC_ADDRESS; `hsc doctor` finds out more"
        )
    if failure.code is StatusCode.DEADLINE_EXCEEDED:
        return f"{address} did not answer in time: try again, or see `hsc doctor`"
    if failure.code is StatusCode.UNIMPLEMENTED:
        return f"what answers at {address} does not know this call: is it the gateway, and of this version?"
    return failure.message


def as_json(failure: Failure) -> dict[str, Any]:
    """Return what `--json` says of a failure."""
    said: dict[str, Any] = {
        "code": failure.code.name,
        "reason": failure.reason,
        "message": failure.message,
        "field_violations": [{"field": v.field, "description": v.description} for v in failure.violations],
    }
    if failure.retry_after_s is not None:
        said["retry_after_s"] = failure.retry_after_s
    return {"error": said}
