"""Why a document was not fetched: a reason for programs, a hint for people, whether to try again."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Stable names: they stand in the contract, in metrics and in docs/errors.md."""

    BAD_URL = "BAD_URL"
    FORBIDDEN_ADDRESS = "FORBIDDEN_ADDRESS"
    NAME_UNKNOWN = "NAME_UNKNOWN"
    UNREACHABLE = "UNREACHABLE"
    BAD_CERTIFICATE = "BAD_CERTIFICATE"
    TIMEOUT = "TIMEOUT"
    TOO_MANY_REDIRECTS = "TOO_MANY_REDIRECTS"
    TOO_LARGE = "TOO_LARGE"
    EMPTY = "EMPTY"
    NOT_FOUND = "NOT_FOUND"
    LOGIN_REQUIRED = "LOGIN_REQUIRED"
    ACCESS_DENIED = "ACCESS_DENIED"
    RATE_LIMITED = "RATE_LIMITED"
    SERVER_ERROR = "SERVER_ERROR"
    BROKEN_RESPONSE = "BROKEN_RESPONSE"


_HINTS = {
    Reason.BAD_URL: "Correct the document's address in the catalogue: a full http:// or https:// URL.",
    Reason.FORBIDDEN_ADDRESS: "This address is not public. To fetch from it, add it to HSC_FETCH_ALLOW.",
    Reason.NAME_UNKNOWN: "No such host. Check the spelling of the address, or the name server.",
    Reason.UNREACHABLE: "The server cannot be reached now. It is tried again; otherwise upload the manual.",
    Reason.BAD_CERTIFICATE: "The server's certificate is not valid. Tell its owner, or upload the manual.",
    Reason.TIMEOUT: "The server is too slow. It is tried again; otherwise upload the manual.",
    Reason.TOO_MANY_REDIRECTS: "The address leads in circles. Replace it by the address of the file itself.",
    Reason.TOO_LARGE: "The file is larger than a manual may be. Attach a smaller edition.",
    Reason.EMPTY: "The server sent an empty file. Attach another address, or upload the manual.",
    Reason.NOT_FOUND: "The manual is no longer at this address. Attach its new address, or upload it.",
    Reason.LOGIN_REQUIRED: "The maker asks for a login. Download the manual by hand and upload it.",
    Reason.ACCESS_DENIED: "The server refuses to hand out this file. Download it by hand and upload it.",
    Reason.RATE_LIMITED: "The server asks to come back later. It is tried again by itself.",
    Reason.SERVER_ERROR: "The server has a fault of its own. It is tried again; otherwise upload the manual.",
    Reason.BROKEN_RESPONSE: "The server's answer broke off or is not HTTP. It is tried again.",
}

_MAY_PASS = frozenset(
    {
        Reason.UNREACHABLE,
        Reason.TIMEOUT,
        Reason.RATE_LIMITED,
        Reason.SERVER_ERROR,
        Reason.BROKEN_RESPONSE,
    }
)


class FetchFailure(Exception):
    """One typed failure.

    detail      what was seen, in words, free of secrets and of internal addresses' answers
    retryable   True when the same request may succeed later
    retry_after seconds the server asked us to wait, already bounded; None when it did not say
    """

    def __init__(
        self, reason: Reason, detail: str, *, retryable: bool | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.retryable = reason in _MAY_PASS if retryable is None else retryable
        self.retry_after = retry_after

    @property
    def hint(self) -> str:
        """What a person can do about it."""
        return _HINTS[self.reason]
