"""The HTTP door of the bridge: handshakes, admission, health, and the drain of everything that is open."""

import asyncio
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from aiohttp import hdrs, web
from hsc_rpc.edge import admins_only

from hsc_wsbridge import metrics
from hsc_wsbridge.bridge import Bridge, Upstream
from hsc_wsbridge.client import Socket, TextMessage, subprotocol
from hsc_wsbridge.credentials import Check, anyone, of_handshake
from hsc_wsbridge.metadata import (
    Metadata,
    MetadataError,
    Pairs,
    forwarded,
    parse,
    request_id,
    timeout_seconds,
    traceparent,
)
from hsc_wsbridge.origin import is_allowed
from hsc_wsbridge.routes import Route
from hsc_wsbridge.seats import Seats
from hsc_wsbridge.status import DRAINING, METADATA_TIMEOUT, TOO_MANY_SOCKETS, Status, malformed

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """Times in seconds; `metadata` are the keys of a client's metadata that travel on."""

    first_message: float = 10.0
    ping: float = 20.0
    call: float = 3600.0
    origins: Collection[str] = ()
    metadata: Collection[str] = ("authorization", "accept-language")


@dataclass
class Door:
    """Serves `routes` to WebSockets; `upstreams` holds one multi-callable per route."""

    routes: Mapping[str, Route]
    upstreams: Mapping[str, Upstream]
    addresses: Seats
    users: Seats
    limits: Limits = field(default_factory=Limits)
    check: Check = anyone

    def __post_init__(self) -> None:
        self._waiting: set[Socket] = set()
        self._open: set[Bridge] = set()
        self._draining = False

    def application(self) -> web.Application:
        """`/health` says the process lives, `/ready` that it takes new sockets; every other path is a method."""
        app = web.Application()
        app.router.add_get("/health", self._health)
        app.router.add_get("/ready", self._ready)
        app.router.add_get("/{service}/{method}", self._handshake)
        return app

    async def drain(self, notice_seconds: float) -> None:
        """Not ready any more; after `notice_seconds`, for load balancers to see it, ends every open call."""
        self._draining = True
        await asyncio.sleep(notice_seconds)
        for bridge in list(self._open):
            bridge.stop(DRAINING)
        await asyncio.gather(*(socket.end(DRAINING) for socket in list(self._waiting)))

    async def _health(self, _request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _ready(self, _request: web.Request) -> web.Response:
        return web.Response(status=503, text="draining\n") if self._draining else web.Response(text="ok\n")

    async def _handshake(self, request: web.Request) -> web.StreamResponse:
        """Over HTTP only an unknown path, a foreign page and another protocol are refused: browsers cannot see why."""
        route = self.routes.get(request.rel_url.raw_path)
        if route is None:
            raise _http_refusal("unknown_path", web.HTTPNotFound(text="no such method over a WebSocket\n"))
        headers = request.headers
        if not is_allowed(headers.get(hdrs.ORIGIN), headers.get(hdrs.HOST), self.limits.origins):
            raise _http_refusal("foreign_origin", web.HTTPForbidden(text="this page may not open sockets here\n"))
        token = subprotocol(headers.get(hdrs.SEC_WEBSOCKET_PROTOCOL, ""))
        if token is None:
            raise _http_refusal("no_subprotocol", web.HTTPBadRequest(text="speak grpc-websockets\n"))
        socket = Socket(token, max_message=route.max_message, ping_seconds=self.limits.ping)
        try:
            await socket.prepare(request)
        except ConnectionError:
            return socket  # It left before it was answered.
        metrics.ACTIVE.inc()
        try:
            await self._admit(request, socket, route)
        finally:
            metrics.ACTIVE.dec()
            if not socket.closed:
                socket.abort()
            # The connection keeps the socket's callback, the socket the connection: a ring with all of the call in it.
            request.protocol._data_received_cb = None
        return socket

    async def _admit(self, request: web.Request, socket: Socket, route: Route) -> None:
        address = _client_address(request)
        if self._draining:
            await self._refuse(socket, DRAINING, "draining", request)
        elif not self.addresses.take(address):
            await self._refuse(socket, TOO_MANY_SOCKETS, "too_many_sockets", request)
        else:
            try:
                await self._serve(request, socket, route)
            finally:
                self.addresses.leave(address)

    async def _serve(self, request: web.Request, socket: Socket, route: Route) -> None:
        try:
            first = await self._first_message(socket)
            if first is None:
                return
            pairs = parse(first)
            metadata = forwarded(pairs, self.limits.metadata)
            seconds = min(timeout_seconds(pairs) or self.limits.call, self.limits.call)
        except TimeoutError:
            await self._refuse(socket, METADATA_TIMEOUT, "metadata_timeout", request)
            return
        except TextMessage as error:
            await self._refuse(socket, malformed("TEXT_MESSAGE", error), "text_message", request)
            return
        except MetadataError as error:
            await self._refuse(socket, malformed("MALFORMED_METADATA", error), "malformed_metadata", request)
            return
        # An admin's token is the service's to check. A page gives its handshake no headers; a proxy in front may.
        given = of_handshake(request.headers.items()) or pairs
        if not admins_only(route.method) and (refusal := self.check(given)) is not None:
            await self._refuse(socket, refusal, "credentials", request)
            return
        user = _user(pairs)
        if user and not self.users.take(user):
            await self._refuse(socket, TOO_MANY_SOCKETS, "too_many_sockets", request)
            return
        try:
            await self._run(socket, route, [*metadata, *_own_metadata(request)], seconds)
        finally:
            if user:
                self.users.leave(user)

    async def _first_message(self, socket: Socket) -> bytes | None:
        self._waiting.add(socket)
        try:
            async with asyncio.timeout(self.limits.first_message):
                return await socket.read()
        finally:
            self._waiting.discard(socket)

    async def _run(self, socket: Socket, route: Route, metadata: Metadata, seconds: float) -> None:
        bridge = Bridge(socket, route, self.upstreams[route.method], metadata, seconds)
        self._open.add(bridge)
        try:
            await bridge.run()
        finally:
            self._open.discard(bridge)

    async def _refuse(self, socket: Socket, status: Status, reason: str, request: web.Request) -> None:
        metrics.REJECTIONS.labels(reason).inc()
        log.warning(
            "refused a stream", extra={"reason": reason, "method": request.path, "client": _client_address(request)}
        )
        await socket.end(status)


def _http_refusal(reason: str, response: web.HTTPException) -> web.HTTPException:
    metrics.REJECTIONS.labels(reason).inc()
    return response


def _client_address(request: web.Request) -> str:
    """Who connects, as the gateway says: it removes these headers from what clients send."""
    external = request.headers.get("x-envoy-external-address")
    last_hop = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return external or last_hop or request.remote or "unknown"


def _user(pairs: Pairs) -> str | None:
    """The caller's credential stands for the caller; whether it is a good one, the service says."""
    return next((value for key, value in pairs if key == "authorization"), None)


def _own_metadata(request: web.Request) -> Metadata:
    identity = request_id(request.headers.get("x-request-id"))
    return [
        ("x-request-id", identity),
        ("traceparent", traceparent(identity)),
        ("x-forwarded-for", _client_address(request)),
    ]
