"""A conversation read, and deleted with everything that hangs on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from hsc_answer.flows.ports import Journal, Receipts, Sessions, Turn


@dataclass(frozen=True)
class Conversation:
    """Turns, oldest first."""

    sessions: Sessions
    journal: Journal
    receipts: Receipts

    async def turns(self, session_id: str) -> Sequence[Turn]:
        """Return the turns; none for a conversation nobody knows."""
        return await self.sessions.turns(session_id)

    async def delete(self, session_id: str) -> None:
        """Delete a conversation, its answers and what could bring them back. Doing it twice does no harm."""
        turns = await self.sessions.turns(session_id)
        answer_ids = list({*(turn.answer_id for turn in turns), *await self.journal.begun(session_id)})
        # First, for it marks them: an answer that is being written, or a receipt that waits, must not come back.
        await self.journal.delete(answer_ids)
        await self.receipts.delete(session_id, answer_ids)
        # Last: a deletion that broke off can be repeated as long as its turns are known.
        await self.sessions.delete(session_id)
