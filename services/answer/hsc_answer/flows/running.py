"""An answer being written on this replica: one writer, any number of readers."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager

from hsc_answer.domain.events import Done, Event, Numbered
from hsc_answer.flows.ports import Journal


class Running:
    """The events so far, each journalled before it is seen. Readers wait for the writer, never the writer for them."""

    def __init__(self, answer_id: str, journal: Journal, events: Sequence[Numbered] = ()) -> None:
        self.answer_id = answer_id
        self.events = list(events)
        self.readers = 0
        self.over = False
        self._journal = journal
        self._changed = asyncio.Event()
        self._failure: Exception | None = None

    async def put(self, event: Event) -> Numbered:
        """Number an event, journal it, then show it."""
        numbered = Numbered(self.events[-1].number + 1 if self.events else 1, event)
        await self._journal.append(self.answer_id, numbered)
        self.events.append(numbered)
        self._wake()
        return numbered

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

    async def follow(self, after: int) -> AsyncIterator[Numbered]:
        """Yield the events after number `after`, then raise what stopped the writer, if something did."""
        place = 0
        while True:
            changed = self._changed
            while place < len(self.events):
                numbered = self.events[place]
                place += 1
                if numbered.number > after:
                    yield numbered
                if isinstance(numbered.event, Done):
                    return
            if self.over:
                if self._failure is not None:
                    raise self._failure
                return
            await changed.wait()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
