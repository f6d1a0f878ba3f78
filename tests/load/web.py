"""grpc-web as a page speaks it: one POST a call, the answer frame by frame."""

import base64
import struct
from collections.abc import AsyncIterator

import aiohttp
from google.rpc import error_details_pb2, status_pb2

HEADERS = {"content-type": "application/grpc-web+proto", "x-grpc-web": "1"}
UNAVAILABLE = 14


class Failed(Exception):
    """A call that ended otherwise than OK; a lost connection is UNAVAILABLE."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(f"{code} {reason}")
        self.code = code


async def call(session: aiohttp.ClientSession, url: str, request: bytes) -> AsyncIterator[bytes]:
    """The messages of the answer as they come. Raises Failed."""
    body = b"\x00" + struct.pack(">I", len(request)) + request
    try:
        async with session.post(url, data=body, headers=HEADERS) as response:
            if response.status != 200:
                raise Failed(UNAVAILABLE, f"HTTP {response.status}")
            if "grpc-status" in response.headers:
                _judge(dict(response.headers.items()))
                return
            while True:
                flag, size = struct.unpack(">BI", await response.content.readexactly(5))
                payload = await response.content.readexactly(size)
                if flag & 0x80:
                    lines = payload.decode("latin-1").strip().split("\r\n")
                    _judge({name.strip().lower(): value.strip() for name, value in (x.split(":", 1) for x in lines)})
                    return
                yield payload
    except (aiohttp.ClientError, EOFError, ConnectionError, TimeoutError) as error:
        raise Failed(UNAVAILABLE, type(error).__name__) from None


def reason_of(details: str) -> str:
    """The reason in `grpc-status-details-bin`."""
    if not details:
        return ""
    status = status_pb2.Status.FromString(base64.b64decode(details + "=" * (-len(details) % 4)))
    info = error_details_pb2.ErrorInfo()
    return next((info.reason for packed in status.details if packed.Unpack(info)), "")


def _judge(trailers: dict[str, str]) -> None:
    lower = {name.lower(): value for name, value in trailers.items()}
    if code := int(lower["grpc-status"]):
        raise Failed(code, reason_of(lower.get("grpc-status-details-bin", "")))
