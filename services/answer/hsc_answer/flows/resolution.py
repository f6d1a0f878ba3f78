"""Whether an answer did: not asked again, not found unhelpful, not handed to a person."""

from dataclasses import dataclass

from hsc_answer.domain.events import Outcome
from hsc_answer.flows.ports import Marks, Turn
from hsc_answer.metrics import UNRESOLVED

# Who asks about the same product again so soon has not been helped.
ASKED_AGAIN_S = 600


@dataclass(frozen=True)
class Resolution:
    """Counts each answer at most once, whatever comes together, over all replicas."""

    marks: Marks

    async def unresolved(self, answer_id: str, outcome: Outcome, why: str) -> None:
        """Take note that an answer did not do. Only one that answered counts: the others never claimed to."""
        if outcome is Outcome.ANSWERED and await self.marks.first(answer_id):
            UNRESOLVED.labels(why).inc()

    async def asked(self, turn: Turn, before: Turn | None) -> None:
        """Take note of a question, and of the turn before it in its conversation."""
        if (
            before is not None
            and before.answered
            and before.product_id == turn.product_id
            and turn.asked_at - before.asked_at <= ASKED_AGAIN_S
        ):
            await self.unresolved(before.answer_id, Outcome.ANSWERED, "asked_again")
