"""Waiting for a condition: the one place of the tests that sleeps."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")

PAUSE_S = 0.01


@overload
async def until(condition: Callable[[], Awaitable[T]], timeout_s: float = 10) -> T: ...
@overload
async def until(condition: Callable[[], T], timeout_s: float = 10) -> T: ...
async def until(condition: Callable[[], Any], timeout_s: float = 10) -> Any:
    """Return the first true result of `condition`; AssertionError with the last one after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while True:
        result = condition()
        value = await result if inspect.isawaitable(result) else result
        if value:
            return value
        assert time.monotonic() < deadline, f"still {value!r} after {timeout_s} s"
        await asyncio.sleep(PAUSE_S)


def until_sync(condition: Callable[[], T], timeout_s: float = 10) -> T:
    """`until` for tests without an event loop."""
    deadline = time.monotonic() + timeout_s
    while True:
        if value := condition():
            return value
        assert time.monotonic() < deadline, f"still {value!r} after {timeout_s} s"
        time.sleep(PAUSE_S)
