"""One bridged call: the messages of a WebSocket to a gRPC stream, and the stream's answer back.

Two directions, each awaiting its own sends, so that whoever is slow slows the other end and nothing piles up here.
The downlink runs in a task of its own and ends the socket; the uplink runs in the caller's and ends with the socket.
"""

import asyncio
from typing import Any

import grpc
import grpc.aio

from hsc_wsbridge import metrics
from hsc_wsbridge.client import Socket, TextMessage
from hsc_wsbridge.framing import ClientFrames, FramingError, MessageTooLarge
from hsc_wsbridge.metadata import Metadata
from hsc_wsbridge.routes import Route
from hsc_wsbridge.status import Status, from_upstream, malformed, too_large

Upstream = grpc.aio.StreamStreamMultiCallable[bytes, bytes]
"""Any kind of RPC looks like this on the wire; the bytes are not looked at."""


class Bridge:
    """Joins a socket, after its first message, to an upstream call."""

    def __init__(
        self, socket: Socket, route: Route, upstream: Upstream, metadata: Metadata, timeout_seconds: float
    ) -> None:
        self._socket = socket
        self._route = route
        self._call = upstream(metadata=grpc.aio.Metadata(*metadata), timeout=timeout_seconds)
        self._downlink_task: asyncio.Task[None] | None = None
        self._verdict: Status | None = None

    async def run(self) -> None:
        """Returns when the socket is closed and the upstream call is over."""
        downlink = self._downlink_task = asyncio.create_task(self._downlink())
        try:
            # A task that is cancelled before its first step could not say how the call ended.
            await asyncio.sleep(0)
            refusal = await self._uplink()
            if refusal is not None:
                self.stop(refusal)
        finally:
            if self._verdict is None:
                downlink.cancel()
            await asyncio.wait([downlink])

    def stop(self, verdict: Status) -> None:
        """Ends the call upstream, and the socket with this status, unless it is ending already."""
        if self._downlink_task is not None and not self._socket.ended and self._verdict is None:
            self._verdict = verdict
            self._downlink_task.cancel()

    async def _uplink(self) -> Status | None:
        """Carries messages up until the socket closes; the status with which to stop, where the client breaks a rule.

        Reading goes on after the half-close: a Close that comes then cancels the call.
        """
        frames = ClientFrames(self._route.max_message)
        counter = metrics.MESSAGES.labels(self._route.method, "up")
        try:
            while (data := await self._socket.read()) is not None:
                for message in frames.feed(data):
                    await self._write(message)
                    counter.inc()
                if frames.half_closed:
                    await self._half_close()
        except TextMessage as error:
            return _refusal(malformed("TEXT_MESSAGE", error), "text_message")
        except MessageTooLarge as error:
            return _refusal(too_large(error), "message_too_large")
        except FramingError as error:
            return _refusal(malformed("MALFORMED_FRAME", error), "malformed_frame")
        return None

    async def _write(self, message: bytes) -> None:
        try:
            await self._call.write(message)
        except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
            pass  # The call is over; the downlink tells the client how.
        except asyncio.CancelledError:
            self._raise_if_ours()

    async def _half_close(self) -> None:
        try:
            await self._call.done_writing()
        except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
            pass
        except asyncio.CancelledError:
            self._raise_if_ours()

    def _raise_if_ours(self) -> None:
        """grpc.aio raises CancelledError where the *call* was cancelled too; only our task's own must pass."""
        task = asyncio.current_task()
        if not self._call.cancelled() or (task is not None and task.cancelling()):
            raise asyncio.CancelledError

    async def _downlink(self) -> None:
        """Carries the answer down; ends the socket with the call's status, or the verdict that stopped it."""
        headers: Metadata | None = None
        try:
            headers = await self._carry_down()
            status = Status(0, "", _pairs(await self._call.trailing_metadata()))
        except grpc.aio.AioRpcError as error:
            status = from_upstream(error.code(), error.details() or "", _pairs(error.trailing_metadata()))
        except ConnectionError:
            self._call.cancel()
            return
        except asyncio.CancelledError:
            self._call.cancel()
            if self._verdict is None:
                # Raised, it would stay with the task, and our frames with it: a ring that only a collection frees.
                return
            status = self._verdict
        metrics.CALLS.labels(self._route.method, status.name).inc()
        await self._socket.end(status, headers)

    async def _carry_down(self) -> Metadata:
        """Returns the call's initial metadata after its last message; raises AioRpcError where the call failed."""
        headers: Metadata | None = None
        counter = metrics.MESSAGES.labels(self._route.method, "down")
        while isinstance(message := await self._call.read(), bytes):
            if headers is None:
                headers = _pairs(await self._call.initial_metadata())
            await self._socket.send_message(message, headers)
            counter.inc()
        return headers if headers is not None else _pairs(await self._call.initial_metadata())


def _refusal(status: Status, reason: str) -> Status:
    metrics.REJECTIONS.labels(reason).inc()
    return status


def _pairs(metadata: Any) -> Metadata:
    """grpc.aio's multimap as the list it iterates as."""
    return list(metadata or ())
