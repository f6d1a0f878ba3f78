"""The end of a server, as its streams see it.

A stream that would go on for ever is ended at once when the server drains; any other when its patience is over.
Both end UNAVAILABLE/DRAINING, and the client resumes on another replica.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

_MARK = "_hsc_open_ended"


def open_ended(method: F) -> F:
    """Mark a streaming method that does not end by itself."""
    setattr(method, _MARK, True)
    return method


def is_open_ended(method: object) -> bool:
    """Tell whether a method was marked."""
    return getattr(method, _MARK, False) is True


class Drain:
    """Which calls go on, and how they are told to end."""

    def __init__(self) -> None:
        self.started = asyncio.Event()
        self._endless: set[asyncio.Task[object]] = set()
        self._finite: set[asyncio.Task[object]] = set()

    def enter(self, task: "asyncio.Task[object]", *, endless: bool) -> None:
        """Count a call in."""
        (self._endless if endless else self._finite).add(task)

    def leave(self, task: "asyncio.Task[object]") -> None:
        """Count a call out."""
        self._endless.discard(task)
        self._finite.discard(task)

    async def run(self, patience_s: float) -> None:
        """End the endless streams now, give the others `patience_s`, then end them too."""
        self.started.set()
        for task in tuple(self._endless):
            task.cancel()
        if self._finite:
            await asyncio.wait(tuple(self._finite), timeout=patience_s)
        for task in tuple(self._finite):
            task.cancel()
