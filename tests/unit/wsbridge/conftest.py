from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
from hsc_wsbridge.config import Settings
from hsc_wsbridge.routes import LARGEST_MESSAGE, TYPING_MESSAGE, Route
from hsc_wsbridge.wiring import serving
from support.echo import SERVICE, Echo, serving_echo

METHODS = ("Unary", "Metadata", "Fail", "Stream", "FailLate", "Flood", "Bidi", "Hang", "NotThere")
ROUTES = {
    method: Route(method, "prediction", TYPING_MESSAGE if method.endswith("Bidi") else LARGEST_MESSAGE)
    for method in (f"/{SERVICE}/{name}" for name in METHODS)
}


@dataclass
class Bridged:
    """A bridge in front of an echo."""

    port: int
    echo: Echo
    stop: Callable[[], Awaitable[None]]

    def url(self, method: str) -> str:
        return f"http://127.0.0.1:{self.port}/{SERVICE}/{method}"


Start = Callable[..., Awaitable[Bridged]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Starts bridges with settings of the test's choice; stops them at its end."""
    async with AsyncExitStack() as stack:

        async def begin(**settings: object) -> Bridged:
            echo = await stack.enter_async_context(serving_echo())
            defaults = {
                "host": "127.0.0.1",
                "port": 0,
                "prediction_address": echo.address,
                "drain_delay_s": 0,
                "grace_s": 0.2,
            }
            bridge = serving(Settings(**{**defaults, **settings}), ROUTES)  # type: ignore[arg-type]
            stopped = False

            async def stop() -> None:
                nonlocal stopped
                if not stopped:
                    stopped = True
                    await bridge.__aexit__(None, None, None)

            port = await bridge.__aenter__()
            stack.push_async_callback(stop)
            return Bridged(port, echo, stop)

        yield begin


@pytest.fixture
async def bridged(start: Start) -> Bridged:
    return await start()
