"""How a call ended: what came from upstream, or the bridge's own verdict, with the same rich details."""

from dataclasses import dataclass

from grpc import StatusCode
from hsc_rpc.errors import DETAILS_KEY, Failure, exhausted, unavailable

from hsc_wsbridge.metadata import Metadata, Pairs, outgoing, percent_encoded

_NAMES: dict[int, str] = {code.value[0]: code.name for code in StatusCode}


@dataclass(frozen=True, slots=True)
class Status:
    """A final gRPC status: numeric code, text, and the trailing metadata that goes with it."""

    code: int
    message: str
    metadata: Metadata

    @property
    def name(self) -> str:
        """The code's name, as metrics write it."""
        return _NAMES.get(self.code, "UNKNOWN")

    def trailers(self) -> Pairs:
        return [
            ("grpc-status", str(self.code)),
            ("grpc-message", percent_encoded(self.message)),
            *outgoing(pair for pair in self.metadata if pair[0] not in ("grpc-status", "grpc-message")),
        ]


def verdict(failure: Failure) -> Status:
    """The bridge's own end of a call."""
    number: int = failure.code.value[0]
    return Status(number, failure.message, [(DETAILS_KEY, failure.status().SerializeToString())])


def from_upstream(code: StatusCode, details: str, trailing: Metadata) -> Status:
    """The upstream's end of a call.

    A transport's failure has no details of ours and names inner addresses, so it is replaced.
    """
    if code is StatusCode.UNAVAILABLE and not any(key == DETAILS_KEY for key, _ in trailing):
        return UPSTREAM_UNAVAILABLE
    return Status(code.value[0], details, trailing)


UPSTREAM_UNAVAILABLE = verdict(unavailable("UPSTREAM_UNAVAILABLE", "The service cannot be reached; try again."))
DRAINING = verdict(unavailable("DRAINING", "This gateway is going away; open the stream again.", retry_after_s=0.1))
TOO_MANY_SOCKETS = verdict(
    exhausted("TOO_MANY_SOCKETS", "Too many streams are open; close some first.", retry_after_s=5)
)
METADATA_TIMEOUT = verdict(
    Failure(StatusCode.DEADLINE_EXCEEDED, "METADATA_TIMEOUT", "The first message, the metadata, came too late.")
)


def malformed(reason: str, error: Exception) -> Status:
    """INVALID_ARGUMENT for bytes that are not the protocol."""
    return verdict(Failure(StatusCode.INVALID_ARGUMENT, reason, str(error)))


def too_large(error: Exception) -> Status:
    return verdict(Failure(StatusCode.RESOURCE_EXHAUSTED, "MESSAGE_TOO_LARGE", str(error)))
