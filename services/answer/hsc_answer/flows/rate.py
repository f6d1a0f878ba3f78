"""What a reader says of an answer."""

from dataclasses import dataclass

from hsc_rpc.errors import not_found

from hsc_answer.flows.ports import Receipts
from hsc_answer.flows.resolution import Resolution


@dataclass(frozen=True)
class Rate:
    """Keeps verdicts; an answer that did not help is not resolved."""

    receipts: Receipts
    resolution: Resolution

    async def __call__(self, answer_id: str, *, helpful: bool, reason: str) -> None:
        """Store a verdict; the last one counts. Raises ANSWER_UNKNOWN."""
        if not await self.receipts.rate(answer_id, helpful=helpful, reason=reason):
            raise not_found("ANSWER_UNKNOWN", "No answer has this id; it may have been deleted.")
        if not helpful and (kept := await self.receipts.get(answer_id)):
            await self.resolution.unresolved(answer_id, kept.receipt.done.outcome, "not_helpful")
