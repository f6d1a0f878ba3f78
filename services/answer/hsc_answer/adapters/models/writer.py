"""A model as a writer: what it is told, the sentences in what it says, what they cost."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from hsc_answer.adapters.models.lines import Lines
from hsc_answer.adapters.models.speaker import Speaker
from hsc_answer.domain.events import Usage
from hsc_answer.domain.passage import Passage
from hsc_answer.domain.prompt import Draft, instructions, request, translation
from hsc_answer.flows.ports import ModelBusy

RETRY_S = 0.1


@dataclass(frozen=True)
class Prices:
    """US dollars for a million tokens read, and for a million written."""

    input_usd: float = 0.0
    output_usd: float = 0.0


class ModelWriter:
    """Writes by any speaker."""

    def __init__(self, speaker: Speaker, prices: Prices) -> None:
        self.name = speaker.name
        self.sees_images = speaker.sees_images
        self._speaker = speaker
        self._prices = prices

    async def write(
        self, question: str, language: str, product: str, passages: Sequence[Passage], image: bytes
    ) -> AsyncGenerator[Draft | Usage, None]:
        """Yield sentences as they come, and the usage so far whenever it is known. Raises ModelFailed."""
        fence = secrets.token_hex(8)
        system, text = instructions(language, fence), request(question, product, passages, fence)
        lines = Lines()
        async with aclosing(self._say(system, text, image if self.sees_images else b"")) as said:
            async for item in said:
                if isinstance(item, Usage):
                    yield self._priced(item)
                    continue
                for draft in lines.feed(item):
                    yield draft
        for draft in lines.end():
            yield draft

    async def translate(self, text: str, language: str, product: str) -> AsyncGenerator[str | Usage, None]:
        """Yield the text in another language, piece by piece, and the usage so far. Raises ModelFailed."""
        system, fenced = translation(text, language, product, secrets.token_hex(8))
        async with aclosing(self._say(system, fenced, b"")) as said:
            async for item in said:
                yield self._priced(item) if isinstance(item, Usage) else item

    async def _say(self, system: str, text: str, image: bytes) -> AsyncGenerator[str | Usage, None]:
        """Try a second time, but never after the first token: what was shown cannot be said in other words."""
        silent, last = True, False
        while True:
            try:
                async with aclosing(self._speaker.say(system, text, image)) as said:
                    async for item in said:
                        silent = silent and isinstance(item, Usage)
                        yield item
                return
            except ModelBusy:
                if last or not silent:
                    raise
            last = True
            await asyncio.sleep(RETRY_S)

    def _priced(self, usage: Usage) -> Usage:
        cost = usage.input_tokens * self._prices.input_usd + usage.output_tokens * self._prices.output_usd
        return replace(usage, cost_usd=cost / 1_000_000)
