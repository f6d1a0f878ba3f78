"""From an answer that did not do to a person: the conversation up to it goes to the shop's help desk, once."""

from collections.abc import Sequence
from dataclasses import dataclass

from hsc_rpc.errors import Failure, not_found

from hsc_answer.domain.events import Receipt
from hsc_answer.flows.ports import Handed, HelpDesk, Receipts, Sessions, Transcript
from hsc_answer.flows.resolution import Resolution
from hsc_answer.metrics import HAND_OVERS

MOST_TURNS = 20


@dataclass(frozen=True)
class HandOver:
    """Without a help desk the wish is kept all the same: the asker carries the transcript elsewhere."""

    receipts: Receipts
    sessions: Sessions
    desk: HelpDesk | None
    resolution: Resolution

    async def __call__(self, answer_id: str, session_id: str, note: str, contact: str) -> Handed:
        """Return how it is named and whether the help desk has it; the same answer is handed over once.

        Raises ANSWER_UNKNOWN, and HANDOVER_FAILED when the help desk did not take it: the same call tries again.
        """
        kept = await self.receipts.get(answer_id)
        handed = await self.receipts.hand_over(answer_id) if kept else None
        if kept is None or handed is None:
            raise not_found("ANSWER_UNKNOWN", "No answer has this id; it may have been deleted.")
        await self.resolution.unresolved(answer_id, kept.receipt.done.outcome, "handed_over")
        if handed.delivered:
            return handed
        if self.desk is None:
            HAND_OVERS.labels("no_desk").inc()
            return handed
        receipts = [*await self._before(answer_id, session_id), kept.receipt]
        try:
            await self.desk.take(Transcript(handed.hand_over_id, receipts, note, contact))
        except Failure:
            HAND_OVERS.labels("failed").inc()
            raise
        HAND_OVERS.labels("delivered").inc()
        return await self.receipts.handed_over(answer_id, session_id, handed)

    async def _before(self, answer_id: str, session_id: str) -> Sequence[Receipt]:
        """Return the conversation before the answer, oldest first; none when the answer is not of this conversation."""
        turns = await self.sessions.turns(session_id) if session_id else ()
        ids = [turn.answer_id for turn in turns]
        if answer_id not in ids:
            return ()
        before = [await self.receipts.get(earlier) for earlier in ids[: ids.index(answer_id)][-MOST_TURNS:]]
        return [kept.receipt for kept in before if kept]
