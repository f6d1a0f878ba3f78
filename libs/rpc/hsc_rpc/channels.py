"""Channels to other services: one way to open them."""

import json
from collections.abc import Sequence
from typing import Any

import grpc
from grpc import aio
from hsc_telemetry import context as telemetry

Pairs = Sequence[tuple[str, str]]

MAX_MESSAGE_BYTES = 5 * 1024 * 1024

# Both ends must agree, or the server answers GOAWAY too_many_pings.
KEEPALIVE = (
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
)
_SERVICE_CONFIG = {
    "loadBalancingConfig": [{"round_robin": {}}],
    "methodConfig": [
        {
            "name": [{}],
            # UNAVAILABLE is said before anything was done, and writes are idempotent by request_id.
            "retryPolicy": {
                "maxAttempts": 3,
                "initialBackoff": "0.05s",
                "maxBackoff": "0.5s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ],
}


def target(address: str) -> str:
    """Return where gRPC looks: every address behind the name `host:port`, or several `ip:port` with commas between."""
    return f"ipv4:{address}" if "," in address else f"dns:///{address}"


def connect(address: str, credentials: Pairs = (), tls: grpc.ChannelCredentials | None = None) -> aio.Channel:
    """Open a channel to an address as `target` has it; every replica there gets its share of calls.

    `credentials` go with each call that has none of the same name; a bidirectional stream takes them itself. With
    `tls` the other end must show a certificate that it trusts; between services there is none.
    """
    options: list[tuple[str, Any]] = [
        *KEEPALIVE,
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
        ("grpc.service_config", json.dumps(_SERVICE_CONFIG)),
        ("grpc.max_reconnect_backoff_ms", 1_000),
        # A replica that moved must be found at once, not after half a minute.
        ("grpc.dns_min_time_between_resolutions_ms", 1_000),
        ("grpc.enable_retries", 1),
    ]
    interceptors = [kind(credentials) for kind in (_UnaryUnary, _UnaryStream, _StreamUnary)]
    if tls is None:
        channel = aio.insecure_channel(target(address), options=options, interceptors=interceptors)
    else:
        channel = aio.secure_channel(target(address), tls, options=options, interceptors=interceptors)
    # Names are looked up and connections opened now, not within the first call.
    channel.get_state(try_to_connect=True)
    return channel


class _Adding:
    """What every call of ours says besides its own metadata."""

    def __init__(self, credentials: Pairs) -> None:
        self._credentials = credentials

    def added(self, details: Any) -> aio.ClientCallDetails:
        own = tuple(details.metadata or ())
        known = {key for key, _ in own}
        missing = (pair for pair in self._credentials if pair[0] not in known)
        metadata = aio.Metadata(*own, *missing, *telemetry.outgoing())
        return aio.ClientCallDetails(
            details.method, details.timeout, metadata, details.credentials, details.wait_for_ready
        )


class _UnaryUnary(_Adding, aio.UnaryUnaryClientInterceptor):
    async def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return await continuation(self.added(client_call_details), request)


class _UnaryStream(_Adding, aio.UnaryStreamClientInterceptor):
    async def intercept_unary_stream(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return await continuation(self.added(client_call_details), request)


class _StreamUnary(_Adding, aio.StreamUnaryClientInterceptor):
    async def intercept_stream_unary(self, continuation: Any, client_call_details: Any, request_iterator: Any) -> Any:
        return await continuation(self.added(client_call_details), request_iterator)
