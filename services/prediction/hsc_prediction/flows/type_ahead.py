"""Predict while a person types: the latest keystroke wins, and what was typed before it is never looked at."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from hsc_rpc.background import stop

from hsc_prediction import metrics
from hsc_prediction.domain.product import Candidate
from hsc_prediction.flows.live import Answer, Live
from hsc_prediction.flows.prefetch import ManualState, Prefetch

# Manuals one stream follows at a time; the oldest makes room.
FOLLOWED = 4


class Keystroke(Protocol):
    """The whole text after a key was pressed; `limit` 0 is the usual one."""

    sequence: int
    text: str
    limit: int
    session_id: str
    language: str


class Predicted(NamedTuple):
    """The answer to a keystroke, and the microseconds it took."""

    sequence: int
    answer: Answer
    took_us: int


class Progress(NamedTuple):
    """A manual's state, told with the newest keystroke that was answered."""

    sequence: int
    manual: ManualState


@dataclass
class Mailbox:
    """One slot for keystrokes and one a product for manuals: a client that sends or reads badly costs no memory."""

    newest: Keystroke | None = None
    # When the oldest keystroke came that the next reply answers (`time.perf_counter`).
    arrived: float = 0.0
    manuals: dict[str, ManualState] = field(default_factory=dict)
    failure: Exception | None = None
    closed: bool = False
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, keystroke: Keystroke) -> None:
        """Replace what was not looked at yet; a keystroke older than that is dropped."""
        if self.newest is not None:
            metrics.SKIPPED.inc()
            if keystroke.sequence < self.newest.sequence:
                return
        else:
            self.arrived = time.perf_counter()
        self.newest = keystroke
        self._changed.set()

    def tell(self, manual: ManualState) -> None:
        """Keep a manual's newest state."""
        self.manuals[manual.product_id] = manual
        self._changed.set()

    def close(self, failure: Exception | None = None) -> None:
        """No more keystrokes come; `failure` ends the stream."""
        self.closed, self.failure = True, failure
        self._changed.set()

    async def wait(self) -> None:
        """Until something changed."""
        await self._changed.wait()
        self._changed.clear()


class Presence(Protocol):
    """Who counts the people online."""

    def enter(self, session_id: str) -> str:
        """Count a stream in; returns what `leave` takes."""
        ...

    def leave(self, seat: str) -> None:
        """Count it out."""
        ...


@dataclass
class TypeAhead:
    """Serves streams of keystrokes."""

    live: Live
    prefetch: Prefetch
    prefetch_at: float
    presence: Presence

    async def answer(self, keystrokes: AsyncIterator[Keystroke]) -> AsyncIterator[Predicted | Progress]:
        """Predictions for the newest keystroke, and how far the manuals are; ends when the client's side does."""
        stream = _Stream(self)
        reading = asyncio.create_task(stream.read(keystrokes), name="keystrokes")
        try:
            while True:
                await stream.mailbox.wait()
                for event in stream.events():
                    yield event
                if stream.mailbox.failure is not None:
                    raise stream.mailbox.failure
                if stream.mailbox.closed and stream.mailbox.newest is None:
                    return
        finally:
            if stream.seat:
                self.presence.leave(stream.seat)
            await stop(reading, *stream.following.values())
            # A task that was cancelled holds its frames, and they the stream.
            stream.following.clear()


@dataclass
class _Stream:
    serving: TypeAhead
    mailbox: Mailbox = field(default_factory=Mailbox)
    following: "dict[str, asyncio.Task[None]]" = field(default_factory=dict)
    session_id: str | None = None
    seat: str = ""
    answered: int = 0
    locked: str = ""

    async def read(self, keystrokes: AsyncIterator[Keystroke]) -> None:
        try:
            async for keystroke in keystrokes:
                self.mailbox.put(keystroke)
        except Exception as failure:
            self.mailbox.close(failure)
        else:
            self.mailbox.close()

    def events(self) -> "list[Predicted | Progress]":
        """What there is to say now: the newest keystroke's prediction first."""
        out: list[Predicted | Progress] = []
        keystroke, self.mailbox.newest = self.mailbox.newest, None
        if keystroke is not None and self.mailbox.failure is None:
            if self.session_id is None:
                self.session_id = keystroke.session_id
                self.seat = self.serving.presence.enter(keystroke.session_id)
            answer, took_us = self.serving.live.predict(keystroke.text, keystroke.limit, "typed", self.mailbox.arrived)
            self.answered = keystroke.sequence
            out.append(Predicted(keystroke.sequence, answer, took_us))
            if answer.best is not None:
                self._foresee(answer.best, keystroke.language)
        manuals, self.mailbox.manuals = self.mailbox.manuals, {}
        out += [Progress(self.answered, manual) for manual in manuals.values()]
        return out

    def _foresee(self, best: Candidate, language: str) -> None:
        if best.locked and best.product.product_id != self.locked:
            metrics.LOCKS.inc()
            self.locked = best.product.product_id
        if self.mailbox.closed or not (best.locked or best.together >= self.serving.prefetch_at):
            return
        product_id = best.product.product_id
        if product_id in self.following:
            return
        while len(self.following) >= FOLLOWED:
            self.following.pop(next(iter(self.following))).cancel()
        self.following[product_id] = asyncio.create_task(self._follow(product_id, language), name="manual")

    async def _follow(self, product_id: str, language: str) -> None:
        states = self.serving.prefetch.follow(product_id, self.session_id or "", language)
        async with aclosing(states) as following:  # type: ignore[type-var]
            async for state in following:
                self.mailbox.tell(state)
