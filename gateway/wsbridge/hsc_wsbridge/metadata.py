"""Metadata: what the client's first message says, what of it travels on, and how the answer's is written.

Pure. On our side of the bridge metadata is what grpc.aio takes: pairs of a lower-case key and `str`, or `bytes`
where the key ends in `-bin`.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Collection, Iterable
from urllib.parse import quote_from_bytes

MAX_FIRST_MESSAGE = 8 * 1024
CONTENT_TYPE = "application/grpc-web+proto"

Pairs = list[tuple[str, str]]
Metadata = list[tuple[str, str | bytes]]

_CONTENT_TYPES = ("application/grpc-web", CONTENT_TYPE)
_LINE = re.compile(rb"([0-9A-Za-z_.-]+):[ \t]*([\x20-\x7e\t]*)")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_TIMEOUT = re.compile(r"([0-9]{1,8})([HMSmun])")
_SECONDS = {"H": 3600.0, "M": 60.0, "S": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9}
# What percent-encoding leaves alone in grpc-message: printable ASCII without "%".
_PLAIN = bytes(byte for byte in range(0x20, 0x7F) if byte != ord("%"))


class MetadataError(ValueError):
    """The first message is not metadata; the text says why."""


def parse(message: bytes) -> Pairs:
    """The `key: value` lines of a client's first message, keys in lower case, in order.

    Raises MetadataError for anything but lines of printable ASCII that each end in CR LF, for more than 8 KiB,
    and for a content type that is not gRPC-Web with protobuf.
    """
    if len(message) > MAX_FIRST_MESSAGE:
        raise MetadataError(f"the metadata has {len(message)} bytes; at most {MAX_FIRST_MESSAGE} are taken")
    *lines, rest = message.split(b"\r\n")
    if rest or not lines:
        raise MetadataError("the first message must be metadata lines that each end in CR LF")
    pairs = []
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise MetadataError(f"metadata line {number} is not `key: value` in printable ASCII")
        pairs.append((match[1].decode("ascii").lower(), match[2].decode("ascii").strip()))
    for key, value in pairs:
        if key == "content-type" and value.lower() not in _CONTENT_TYPES:
            raise MetadataError(f"the content type must be {CONTENT_TYPE}")
    return pairs


def forwarded(pairs: Pairs, allowed: Collection[str]) -> Metadata:
    """The allowed part of a client's metadata. Raises MetadataError for a `-bin` value that is not base64."""
    metadata: Metadata = []
    for key, value in pairs:
        if key not in allowed:
            continue
        if key.endswith("-bin"):
            metadata.extend((key, _decode(key, part.strip())) for part in value.split(","))
        else:
            metadata.append((key, value))
    return metadata


def timeout_seconds(pairs: Pairs) -> float | None:
    """The client's `grpc-timeout` in seconds, if it sent one. Raises MetadataError where it is malformed."""
    for key, value in pairs:
        if key == "grpc-timeout":
            match = _TIMEOUT.fullmatch(value)
            if match is None:
                raise MetadataError("grpc-timeout must be up to 8 digits and one of H M S m u n")
            return int(match[1]) * _SECONDS[match[2]]
    return None


def request_id(from_gateway: str | None) -> str:
    """The gateway's id for this connection, so that its log and ours agree; a fresh one where there is none."""
    if from_gateway and _UUID.fullmatch(from_gateway):
        return from_gateway
    raw = secrets.token_hex(16)
    return f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"


def traceparent(request: str) -> str:
    """A W3C trace context whose trace id is the request id's digits."""
    return f"00-{request.replace('-', '')}-{secrets.token_hex(8)}-01"


def outgoing(metadata: Iterable[tuple[str, str | bytes]]) -> Pairs:
    """An answer's metadata as lines for the client: `-bin` values in base64, nothing that could break a line."""
    pairs = []
    for key, value in metadata:
        if isinstance(value, bytes):
            text = base64.b64encode(value).decode("ascii") if key.endswith("-bin") else value.decode("latin-1")
        else:
            text = value
        if text.isascii() and text.isprintable():
            pairs.append((key.lower(), text))
    return pairs


def percent_encoded(message: str) -> str:
    """`message` as the value of `grpc-message` (gRPC over HTTP/2, "Status-Message")."""
    return quote_from_bytes(message.encode("utf-8", "replace"), safe=_PLAIN)


def _decode(key: str, value: str) -> bytes:
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise MetadataError(f"the value of {key} is not base64") from None
