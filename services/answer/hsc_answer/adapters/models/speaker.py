"""What a model's own protocol gives: text, piece by piece."""

from collections.abc import AsyncGenerator
from typing import Protocol

from hsc_answer.domain.events import Usage
from hsc_answer.flows.ports import ModelBusy, ModelFailed

MOST_OUTPUT_TOKENS = 2_000
# Above what an answer may take: the end of a connection that nobody watches any more.
TOTAL_TIMEOUT_S = 120
# A moment later these may be over: too many requests, and a server's own faults.
PASSING = {408, 429, 500, 502, 503, 504}


class Speaker(Protocol):
    """A client of a model. It is tried once: who asks decides about a second time."""

    name: str
    sees_images: bool

    def say(self, system: str, text: str, image: bytes) -> AsyncGenerator[str | Usage, None]:
        """Yield text as it comes, and the tokens so far whenever they are told.

        `image` may be empty. Raises ModelFailed, also when what came is not all that the model had to say, and
        ModelBusy when the same request may be served a moment later.
        """
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


def refused(status: int, said: str) -> ModelFailed:
    """The failure that an HTTP status stands for."""
    failure = ModelBusy if status in PASSING else ModelFailed
    return failure(f"HTTP {status}: {said[:200]}")
