"""The frames of `grpc-websockets`: an incremental parser for what the client sends, encoders for what it gets.

Wire format: improbable-eng/grpc-web, `go/grpcweb/websocket_wrapper.go`, and the gRPC-Web protocol document.
Pure: bytes in, bytes out.
"""

import struct
from collections.abc import Iterable

DATA = 0x00
HALF_CLOSE = 0x01
LINES = 0x80
"""The flag of a frame that holds `key: value` lines: headers or trailers."""

PREFIX = 6
"""Bytes before the payload in a client's data message: the protocol's flag and the gRPC prefix."""

_GRPC_PREFIX = struct.Struct(">BI")


class FramingError(ValueError):
    """The client's bytes are not `grpc-websockets`; the text says which rule they break."""


class MessageTooLarge(FramingError):
    """A message is announced, or sent, that is longer than the stream allows."""


class ClientFrames:
    """Takes the client's WebSocket messages after the metadata, gives back whole gRPC messages.

    Data messages form one byte stream: a gRPC message may be split over several, or share one with others.
    """

    def __init__(self, max_message: int) -> None:
        self.half_closed = False
        self._max = max_message
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The gRPC messages that `data` (one WebSocket message) completes, in order.

        Raises FramingError; the parser must not be fed afterwards.
        """
        if self.half_closed:
            raise FramingError("nothing may follow the half-close")
        if not data:
            raise FramingError("a WebSocket message must not be empty")
        if data[0] == HALF_CLOSE:
            if len(data) > 1:
                raise FramingError("the half-close is exactly one byte")
            if self._rest:
                raise FramingError("the half-close came in the middle of a message")
            self.half_closed = True
            return []
        if data[0] != DATA:
            raise FramingError(f"unknown leading byte 0x{data[0]:02x}")
        if self._rest:
            self._rest += memoryview(data)[1:]
            messages, used = self._split(self._rest, 0)
            del self._rest[:used]
        else:
            messages, used = self._split(data, 1)
            self._rest += memoryview(data)[used:]
        return messages

    def _split(self, data: bytes | bytearray, start: int) -> tuple[list[bytes], int]:
        messages = []
        while len(data) - start >= _GRPC_PREFIX.size:
            flag, length = _GRPC_PREFIX.unpack_from(data, start)
            if flag:
                raise FramingError("compressed messages are not supported")
            if length > self._max:
                raise MessageTooLarge(f"a message of {length} bytes; at most {self._max} are taken here")
            end = start + _GRPC_PREFIX.size + length
            if end > len(data):
                break
            messages.append(bytes(data[start + _GRPC_PREFIX.size : end]))
            start = end
        return messages, start


def message_frame(message: bytes) -> bytes:
    """One gRPC message on its way to the client."""
    return _GRPC_PREFIX.pack(DATA, len(message)) + message


def lines_frame(pairs: Iterable[tuple[str, str]]) -> bytes:
    """Headers or trailers on their way to the client, in the order given."""
    lines = "".join(f"{key}: {value}\r\n" for key, value in pairs).encode("ascii")
    return _GRPC_PREFIX.pack(LINES, len(lines)) + lines
