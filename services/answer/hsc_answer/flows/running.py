"""An answer being written on this replica: one writer, any number of readers."""

from collections.abc import AsyncIterator, Sequence

from hsc_answer.domain.events import Done, Event, Numbered
from hsc_answer.flows.broadcast import Broadcast
from hsc_answer.flows.ports import Journal


class Running(Broadcast[Numbered]):
    """The events so far, each journalled before it is seen."""

    def __init__(self, answer_id: str, journal: Journal, events: Sequence[Numbered] = ()) -> None:
        super().__init__(events)
        self.answer_id = answer_id
        self._journal = journal

    async def put(self, event: Event) -> Numbered:
        """Number an event, journal it, then show it."""
        numbered = Numbered(self.events[-1].number + 1 if self.events else 1, event)
        await self._journal.append(self.answer_id, numbered)
        self.show(numbered)
        return numbered

    async def follow(self, after: int) -> AsyncIterator[Numbered]:
        """Yield the events after number `after`, then raise what stopped the writer, if something did."""
        async for numbered in self.all():
            if numbered.number > after:
                yield numbered
            if isinstance(numbered.event, Done):
                return
