"""The passages nearest to a question: by its words, and where those leave it open also by its meaning."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hsc_answer.domain import mixing
from hsc_answer.domain.ranking import Hit, ManualIndex
from hsc_answer.flows.ports import Meaning, MeaningUnavailable
from hsc_answer.metrics import EMBEDDING_SKIPPED


class Found(NamedTuple):
    """Both orders, best first. Silence is judged by the words: its weights were fitted on them."""

    hits: Sequence[Hit]
    by_words: Sequence[Hit]


@dataclass(frozen=True)
class Find:
    """Ranks by words alone where there is no sentence model, or when it has nothing to say in time."""

    meaning: Meaning | None = None
    wait_s: float = 0.5

    @property
    def name(self) -> str:
        """What the order depends on beside the words; empty without a sentence model."""
        return self.meaning.name if self.meaning else ""

    @property
    def repeatable(self) -> bool:
        """Whether the same question always finds the same: a sentence model may be late."""
        return self.meaning is None

    async def __call__(self, index: ManualIndex, question: str, limit: int, language: str) -> Found:
        """Return at most `limit` hits in each order."""
        if self.meaning is None:
            hits = index.search(question, limit, language or None)
            return Found(hits, hits)
        ranked = index.search(question, max(limit, mixing.TOP), language or None)
        by_words = ranked[:limit]
        if not mixing.undecided(ranked):
            return Found(by_words, by_words)
        try:
            async with asyncio.timeout(self.wait_s):
                likeness = await self.meaning.likeness(question, [hit.passage for hit in ranked[: mixing.TOP]])
        except (TimeoutError, MeaningUnavailable) as fault:
            EMBEDDING_SKIPPED.labels("late" if isinstance(fault, TimeoutError) else "unavailable").inc()
            return Found(by_words, by_words)
        return Found(mixing.mixed(ranked, likeness)[:limit], by_words)
