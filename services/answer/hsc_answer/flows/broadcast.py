"""One writer, any number of readers: each reader gets all of it, from the beginning, as it comes."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")


class Broadcast(Generic[T]):
    """What was shown so far. Readers wait for the writer, never the writer for them."""

    def __init__(self, shown: Sequence[T] = ()) -> None:
        self.events = list(shown)
        self.readers = 0
        self.over = False
        self._changed = asyncio.Event()
        self._failure: Exception | None = None

    def show(self, event: T) -> None:
        """Show what comes next."""
        self.events.append(event)
        self._wake()

    def end(self, failure: Exception | None = None) -> None:
        """Nothing more will come; `failure` is what stopped the writer, if something did."""
        self.over, self._failure = True, failure
        self._wake()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Count a reader for as long as the context lasts."""
        self.readers += 1
        try:
            yield
        finally:
            self.readers -= 1

    async def all(self) -> AsyncIterator[T]:
        """Yield everything, then raise what stopped the writer, if something did."""
        place = 0
        while True:
            changed = self._changed
            while place < len(self.events):
                place += 1
                yield self.events[place - 1]
            if self.over:
                if self._failure is not None:
                    raise self._failure
                return
            await changed.wait()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
