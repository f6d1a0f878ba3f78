"""The client's side of a bridged call: one WebSocket that speaks `grpc-websockets`."""

import asyncio

from aiohttp import WSMsgType, web

from hsc_wsbridge.framing import lines_frame, message_frame
from hsc_wsbridge.metadata import CONTENT_TYPE, Metadata, outgoing
from hsc_wsbridge.status import Status

SUBPROTOCOL = "grpc-websockets"
_CLOSE_SECONDS = 5.0


class TextMessage(ValueError):
    """The client sent a text message; only binary ones have a meaning here."""


def subprotocol(offered: str) -> str | None:
    """The client's spelling of our token among the comma-separated offers, if it is there."""
    return next((token.strip() for token in offered.split(",") if token.strip().lower() == SUBPROTOCOL), None)


class Socket(web.WebSocketResponse):
    """A WebSocket without compression that pings, writes answers frame by frame and ends exactly once."""

    def __init__(self, token: str, *, max_message: int, ping_seconds: float) -> None:
        # A message over the stream's limit must still be read, or it could only be answered with a close code, which
        # clients cannot tell from a lost connection.
        super().__init__(
            protocols=(token,),
            compress=False,
            timeout=_CLOSE_SECONDS,
            heartbeat=ping_seconds,
            max_msg_size=2 * max_message,
        )
        # aiohttp would give the pong half of the ping's period: too strict for a phone in a train.
        self._pong_heartbeat = ping_seconds
        self._headers_sent = False
        self._ended = False

    async def read(self) -> bytes | None:
        """The next binary message, or None once the client has gone. Raises TextMessage."""
        message = await self.receive()
        if message.type is WSMsgType.BINARY:
            data: bytes = message.data
            return data
        if message.type is WSMsgType.TEXT:
            raise TextMessage("only binary messages are taken")
        return None

    async def send_message(self, message: bytes, initial_metadata: Metadata) -> None:
        """One message of the answer; the first one takes the headers with it."""
        if not self._headers_sent:
            await self._send_headers(initial_metadata)
        await self.send_bytes(message_frame(message))

    async def end(self, status: Status, initial_metadata: Metadata | None = None) -> None:
        """Trailers, then close: the first call wins, later ones do nothing. A lost connection is not an error here.

        A failure before the first message is one frame (trailers-only); an empty success has its headers.
        """
        if self._ended:
            return
        self._ended = True
        try:
            async with asyncio.timeout(2 * _CLOSE_SECONDS):
                if not self._headers_sent and status.code == 0:
                    await self._send_headers(initial_metadata or [])
                await self.send_bytes(lines_frame(status.trailers()))
                await self.close()
        except (ConnectionError, TimeoutError):
            self.abort()

    def _pong_not_received(self) -> None:
        # aiohttp would close, which waits until a peer that reads nothing has taken what is still unsent.
        super()._pong_not_received()
        self.abort()

    def abort(self) -> None:
        """Drops the connection; a polite close would wait for a peer that does not read."""
        if self._req is not None and self._req.transport is not None:
            self._req.transport.abort()

    @property
    def ended(self) -> bool:
        return self._ended

    async def _send_headers(self, initial_metadata: Metadata) -> None:
        self._headers_sent = True
        await self.send_bytes(lines_frame([("content-type", CONTENT_TYPE), *outgoing(initial_metadata)]))
