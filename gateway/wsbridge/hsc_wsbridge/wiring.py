"""Builds the bridge: a channel per upstream, a multi-callable per route, the door in front of them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from aiohttp import web
from grpc import aio
from hsc_rpc.channels import KEEPALIVE, MAX_MESSAGE_BYTES, target

from hsc_wsbridge.config import Settings
from hsc_wsbridge.credentials import checking
from hsc_wsbridge.routes import ROUTES, Route
from hsc_wsbridge.seats import Seats
from hsc_wsbridge.server import Door, Limits


@asynccontextmanager
async def serving(settings: Settings, routes: Mapping[str, Route] = ROUTES) -> AsyncIterator[int]:
    """Serve while the context lasts; gives the port. Leaving it drains: readiness first, then the open calls."""
    addresses = {
        "prediction": settings.prediction_address,
        "answer": settings.answer_address,
        "ingest": settings.ingest_address,
    }
    async with AsyncExitStack() as stack:
        channels = {name: await stack.enter_async_context(_connect(to)) for name, to in addresses.items()}
        check = await stack.enter_async_context(checking(settings))
        door = Door(
            routes,
            {route.method: channels[route.service].stream_stream(route.method) for route in routes.values()},
            addresses=Seats(settings.hsc_max_sockets, settings.hsc_max_sockets_per_address),
            users=Seats(settings.hsc_max_sockets, settings.hsc_max_sockets_per_user),
            limits=Limits(
                first_message=settings.hsc_first_message_s,
                ping=settings.hsc_ping_s,
                call=settings.hsc_max_call_s,
                origins=settings.hsc_allowed_origins,
                metadata=settings.hsc_forward_metadata,
            ),
            check=check,
        )
        # Envoy logs every request; a second line here would say nothing more.
        runner = web.AppRunner(
            door.application(),
            access_log=None,
            shutdown_timeout=settings.grace_s,
            # While the upstream is slow nobody reads the socket, so only this tells that the client has gone.
            handler_cancellation=True,
            # Every socket pings at a time of its own; aiohttp would have all do it together, once a second.
            timeout_ceil_threshold=float("inf"),
        )
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, settings.host, settings.port, backlog=4096)
        await site.start()
        yield runner.addresses[0][1]
        await door.drain(settings.drain_delay_s)


def _connect(address: str) -> aio.Channel:
    """A channel over which nothing is sent again by itself.

    What gRPC keeps of every stream for that is an eighth of what an open socket costs, and whoever types opens the
    stream anew.
    """
    channel = aio.insecure_channel(
        target(address),
        options=[
            *KEEPALIVE,
            ("grpc.lb_policy_name", "round_robin"),
            ("grpc.enable_retries", 0),
            ("grpc.max_reconnect_backoff_ms", 1_000),
            # Replicas come and go with other addresses; the default would look again after 30 s.
            ("grpc.dns_min_time_between_resolutions_ms", 1_000),
            ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
            ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
        ],
    )
    channel.get_state(try_to_connect=True)  # as between the services
    return channel
