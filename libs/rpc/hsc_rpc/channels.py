"""Channels to other services: one way to open them."""

import json
from typing import Any

import grpc
from grpc import aio
from hsc_telemetry import context as telemetry

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


def connect(address: str) -> aio.Channel:
    """Open a channel to an address as `target` has it; every replica there gets its share of calls."""
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
    return aio.insecure_channel(
        target(address),
        options=options,
        interceptors=[_UnaryUnary(), _UnaryStream(), _StreamUnary()],
    )


def _with_context(details: Any) -> grpc.aio.ClientCallDetails:
    metadata = aio.Metadata(*(details.metadata or ()), *telemetry.outgoing())
    return aio.ClientCallDetails(details.method, details.timeout, metadata, details.credentials, details.wait_for_ready)


class _UnaryUnary(aio.UnaryUnaryClientInterceptor):
    async def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return await continuation(_with_context(client_call_details), request)


class _UnaryStream(aio.UnaryStreamClientInterceptor):
    async def intercept_unary_stream(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return await continuation(_with_context(client_call_details), request)


class _StreamUnary(aio.StreamUnaryClientInterceptor):
    async def intercept_stream_unary(self, continuation: Any, client_call_details: Any, request_iterator: Any) -> Any:
        return await continuation(_with_context(client_call_details), request_iterator)
