"""What the flows need of the world."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from hsc_answer.domain.events import CitedManual, Event, Evidence, Numbered, Receipt, Usage
from hsc_answer.domain.passage import Passage
from hsc_answer.domain.prompt import Draft
from hsc_answer.domain.ranking import ManualIndex


@dataclass(frozen=True)
class Question:
    """A question as it was asked. `session_id` and `request_id` may be empty, `image` too."""

    product_id: str
    text: str
    session_id: str = ""
    language: str = ""
    image: bytes = b""
    request_id: str = ""


@dataclass(frozen=True)
class Product:
    """The product a question is about; `context` is the catalogue's own message."""

    product_id: str
    name: str
    brand_name: str
    context: object


@dataclass(frozen=True)
class Progress:
    """How far the manual that is waited for has come. `state` is one of the manual's states."""

    state: str
    pages: int = 0
    bytes: int = 0
    reason: str = ""
    error: str = ""


@dataclass(frozen=True)
class Turn:
    """One question of a conversation. `asked_at` in seconds since the epoch; `answered`: the manual said it."""

    question: str
    product_id: str
    answer_id: str
    asked_at: float
    answered: bool = False


@dataclass(frozen=True)
class Handed:
    """How a hand-over is named on both sides, and whether the help desk has taken it."""

    hand_over_id: str
    delivered: bool


@dataclass(frozen=True)
class Transcript:
    """What a help desk is told: a conversation, oldest first, the answer that did not do at its end."""

    hand_over_id: str
    receipts: Sequence[Receipt]
    note: str
    contact: str


class Catalog(Protocol):
    """Knows products."""

    async def product(self, product_id: str) -> Product:
        """Return a product in its context. Raises the catalogue's failure when it is unknown."""
        ...


class Manuals(Protocol):
    """Knows manuals, and has them fetched."""

    async def ready(self, product_id: str, language: str, *, for_question: bool) -> Sequence[CitedManual]:
        """Return the manuals that can be searched now, the preferred one first.

        `for_question`: a question has just come; it is counted, so say so once.
        """
        ...

    def bring(self, product_id: str, language: str) -> AsyncIterator[Progress]:
        """Have the preferred manual read; ends with READY or FAILED."""
        ...

    async def passages(self, manual_id: str) -> Sequence[Passage]:
        """Return a manual's passages in reading order."""
        ...


class Library(Protocol):
    """Keeps the indexes of manuals in memory, within bounds."""

    async def index(self, manuals: Sequence[CitedManual]) -> ManualIndex:
        """Return the index over these manuals, built when it is not there."""
        ...


class Meaning(Protocol):
    """A sentence model: how alike a question and passages are in meaning."""

    name: str

    async def likeness(self, question: str, passages: Sequence[Passage]) -> Sequence[float]:
        """Return a cosine, −1 to 1, for each passage. Raises MeaningUnavailable."""
        ...


class MeaningUnavailable(Exception):
    """The sentence model could not say; the words decide."""


class Journal(Protocol):
    """The resume buffer: every event of an answer, readable from any replica for a while.

    `opened`, `events` and `follow` raise the failure JOURNAL_UNAVAILABLE while the buffer cannot be reached; writing
    goes on without it.
    """

    async def claim(self, question: Question, answer_id: str) -> str:
        """Return the answer that this request has already, else give it this one."""
        ...

    async def open(self, answer_id: str, question: Question, *, repeatable: bool) -> None:
        """Begin an answer. `repeatable`: the same question writes the same content again."""
        ...

    async def append(self, answer_id: str, numbered: Numbered) -> None:
        """Keep an event before anybody sees it."""
        ...

    def writing(self, answer_id: str) -> AbstractAsyncContextManager[None]:
        """Tell other replicas, as long as the context lasts, that the writer lives."""
        ...

    async def take_over(self, answer_id: str) -> bool:
        """Become the writer of an answer whose writer is dead; False when another replica did."""
        ...

    async def opened(self, answer_id: str) -> "Opened | None":
        """Return how an answer began, while it is remembered."""
        ...

    async def events(self, answer_id: str) -> Sequence[Numbered]:
        """Return what is kept of an answer."""
        ...

    def follow(self, answer_id: str, after: int) -> AsyncIterator[Numbered]:
        """Yield the events after number `after`; ends after Done, or when the writer is dead."""
        ...

    async def followed(self, answer_id: str) -> bool:
        """Return whether somebody follows on any replica; True when that cannot be told."""
        ...

    async def begun(self, session_id: str) -> Sequence[str]:
        """Return the answers that were lately begun in a conversation, written or not."""
        ...

    async def delete(self, answer_ids: Sequence[str]) -> None:
        """Forget answers, and remember for a while that they were deleted."""
        ...

    async def deleted(self, answer_id: str) -> bool:
        """Return whether an answer was deleted, maybe while it was written; False when that cannot be told."""
        ...


@dataclass(frozen=True)
class Opened:
    """How an answer began, and whether the same question writes the same events again."""

    question: Question
    repeatable: bool


class Sessions(Protocol):
    """Conversations. They are forgotten a day after the last question."""

    async def turns(self, session_id: str) -> Sequence[Turn]:
        """Return the conversation, oldest first; empty when it is unknown. Raises SESSIONS_UNAVAILABLE."""
        ...

    async def append(self, session_id: str, turn: Turn) -> Turn | None:
        """Add a question; returns the one before it, where there is one that is known."""
        ...

    async def take_back(self, session_id: str, turn: Turn) -> None:
        """Forget a question."""
        ...

    async def delete(self, session_id: str) -> None:
        """Forget a conversation."""
        ...


class Receipts(Protocol):
    """The receipts of answers, kept."""

    async def keep(self, receipt: Receipt, session_id: str) -> None:
        """Keep a receipt; returns before it is on disk, and bounds what waits."""
        ...

    async def get(self, answer_id: str) -> "Kept | None":
        """Return a receipt with its rating."""
        ...

    async def rate(self, answer_id: str, *, helpful: bool, reason: str) -> bool:
        """Store a verdict; the last one counts. False when no such answer is kept."""
        ...

    async def hand_over(self, answer_id: str) -> Handed | None:
        """Store that an answer is to go to a person, and return how that is named; None for an unknown answer."""
        ...

    async def handed_over(self, answer_id: str, session_id: str, handed: Handed) -> Handed:
        """Store that the help desk has taken it, and audit it."""
        ...

    async def rated(self, helpful: bool | None, before: str, limit: int) -> "tuple[Sequence[Kept], str]":
        """Return rated answers, newest first, and the token of the next page; empty at the end."""
        ...

    async def delete(self, session_id: str, answer_ids: Sequence[str]) -> None:
        """Delete the answers of a conversation."""
        ...


@dataclass(frozen=True)
class Kept:
    """A receipt and what its reader said of it; `helpful` is None without a verdict."""

    receipt: Receipt
    helpful: bool | None = None
    reason: str = ""


class Answers(Protocol):
    """Answers that can serve again, keyed by everything they depend on."""

    def get_or_write(
        self, key: str, write: "Callable[[float], AsyncIterator[Event | Evidence]]"
    ) -> "AsyncIterator[Event | Evidence]":
        """Yield a kept answer's events, or write it; of simultaneous askers one writes, and all read along.

        `write` is told for how many seconds another replica's writing was waited for. When the last of those who read
        leaves, the writing ends.
        """
        ...


class Writer(Protocol):
    """A model that writes answers from passages."""

    name: str
    sees_images: bool

    def write(
        self, question: str, language: str, product: str, passages: Sequence[Passage], image: bytes
    ) -> AsyncGenerator[Draft | Usage, None]:
        """Yield sentences as they come, and the usage so far whenever it is known. Raises ModelFailed."""
        ...

    def translate(self, text: str, language: str, product: str) -> AsyncGenerator[str | Usage, None]:
        """Yield the text in another language, piece by piece, and the usage so far. Raises ModelFailed."""
        ...


class ModelFailed(Exception):
    """A model could not serve; the extractive answer takes its place."""


class ModelBusy(ModelFailed):
    """It may serve a moment later: worth a second try while nothing was shown."""


class HelpDesk(Protocol):
    """The shop's own people, and how they are told."""

    async def take(self, transcript: Transcript) -> None:
        """Hand over; the same id twice is the same hand-over. Raises HANDOVER_FAILED."""
        ...


class Marks(Protocol):
    """Things that happen once."""

    async def first(self, key: str) -> bool:
        """Return whether this is the first time over all replicas; False when that cannot be told."""
        ...


class Popularity(Protocol):
    """Tells the others which products are asked about."""

    async def asked(self, product_id: str, *, manual_was_ready: bool) -> None:
        """A question about a product came; `manual_was_ready` says whether its manual was there."""
        ...
