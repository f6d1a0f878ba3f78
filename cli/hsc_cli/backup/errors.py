"""The one way a backup or a restore fails: a sentence that says what to do."""

from grpc import StatusCode
from hsc_rpc.errors import Failure


def failed(message: str) -> Failure:
    """Return what ends a backup that must not count."""
    return Failure(StatusCode.DATA_LOSS, "BACKUP_FAILED", message)


def refused(message: str) -> Failure:
    """Return what stops a restore before it changes anything."""
    return Failure(StatusCode.FAILED_PRECONDITION, "RESTORE_REFUSED", message)


def misused(message: str) -> Failure:
    """Return what a wrong argument or setting gets."""
    return Failure(StatusCode.INVALID_ARGUMENT, "WRONG_USAGE", message)
