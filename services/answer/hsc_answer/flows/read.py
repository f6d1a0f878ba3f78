"""Reading an answer from any replica: while it is written here, while it is written elsewhere, and after."""

from collections.abc import AsyncIterator

from grpc import StatusCode
from hsc_rpc.errors import Failure, not_found, precondition

from hsc_answer.domain.events import Done, Event, Numbered
from hsc_answer.flows.ask import Ask
from hsc_answer.flows.ports import Journal, Receipts


class Read:
    """Yields an answer's events after a number, without gap or repetition."""

    def __init__(self, ask: Ask, journal: Journal, receipts: Receipts) -> None:
        self._ask = ask
        self._journal = journal
        self._receipts = receipts

    async def __call__(self, answer_id: str, after: int = 0) -> AsyncIterator[Numbered]:
        """Raises ANSWER_UNKNOWN, and ANSWER_LOST when a model's answer died with its writer."""
        running = self._ask.running(answer_id)
        while running is None:
            opened = await self._journal.opened(answer_id)
            if opened is None:
                async for numbered in self._from_receipt(answer_id, after):
                    yield numbered
                return
            async for numbered in self._journal.follow(answer_id, after):
                after = numbered.number
                yield numbered
                if isinstance(numbered.event, Done):
                    return
            if not opened.repeatable:
                raise Failure(
                    StatusCode.ABORTED,
                    "ANSWER_LOST",
                    "The answer broke off and cannot be continued; ask again.",
                    retry_after_s=0.5,
                )
            if await self._journal.take_over(answer_id):
                running = await self._ask.go_on(answer_id, opened.question, await self._journal.events(answer_id))
        with running.reading():
            try:
                async for numbered in running.follow(after):
                    yield numbered
            finally:
                self._ask.left(running)

    async def _from_receipt(self, answer_id: str, after: int) -> AsyncIterator[Numbered]:
        kept = await self._receipts.get(answer_id)
        if kept is None:
            raise not_found("ANSWER_UNKNOWN", "No answer has this id; it may have been deleted.")
        if after:
            # The numbers of its events are forgotten: part of it could be a gap or a repetition.
            raise precondition("ANSWER_OVER", "The answer is over; read all of it with GetAnswer.")
        receipt = kept.receipt
        events: list[Event] = [*receipt.citations, *receipt.chunks, receipt.done]
        for number, event in enumerate(events, 1):
            yield Numbered(number, event)
