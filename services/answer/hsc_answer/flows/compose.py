"""From a question to the events of its answer: manual, passages, words, checks.

The order of events is part of the promise: context, stages, each citation before the chunk that rests on it, done.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace

from hsc_rpc.errors import Failure

from hsc_answer.domain import abstain, followup, naming
from hsc_answer.domain.analyse import normalise_question
from hsc_answer.domain.events import (
    Cited,
    CitedManual,
    Context,
    Done,
    Event,
    Evidence,
    Outcome,
    Stage,
    Status,
    Timings,
)
from hsc_answer.domain.passage import Citation, cite
from hsc_answer.domain.ranking import Hit
from hsc_answer.flows.find import Find
from hsc_answer.flows.ports import Answers, Library, Manuals, Popularity, Product, Progress, Question, Sessions
from hsc_answer.flows.writing import EXTRACTIVE, Attempt, Writing

HITS = 12
SILENT = "The manual does not say. Read the nearest passages, ask in other words, or ask a person."
UNTRANSLATED = "The question could not be translated, and nothing was found for it as it is; ask again in a minute."
NEAREST = 3
STATE_STAGES = {"QUEUED": Stage.FETCHING, "FETCHING": Stage.FETCHING, "PARSING": Stage.PARSING}


@dataclass(frozen=True)
class Compose:
    """Writes the events of an answer; the same question over the same manuals writes the same content."""

    manuals: Manuals
    library: Library
    sessions: Sessions
    answers: Answers
    popularity: Popularity
    writing: Writing
    wait_for_manual_s: float
    find: Find = field(default_factory=Find)

    @property
    def repeatable(self) -> bool:
        """Whether the same question over the same manuals writes the same events."""
        return self.writing.repeatable and self.find.repeatable

    async def __call__(self, question: Question, product: Product) -> AsyncIterator[Event | Evidence]:
        """Yield the events of an answer; the last is Done."""
        began = time.perf_counter()
        yield Context(product.context)
        ready = await self.manuals.ready(product.product_id, question.language, for_question=True)
        await self.popularity.asked(product.product_id, manual_was_ready=bool(ready))
        if not ready:
            last = Progress("QUEUED")
            try:
                async with asyncio.timeout(self.wait_for_manual_s):
                    async for progress in self._news(product.product_id, question.language):
                        last = progress
                        if (stage := STATE_STAGES.get(progress.state)) is not None:
                            yield Status(stage, _so_far(progress))
            except TimeoutError:
                last = Progress("LATE")
            if last.state == "READY":
                ready = await self.manuals.ready(product.product_id, question.language, for_question=False)
            if not ready:
                yield _no_manual(last, began)
                return
        manual_us = _since(began)
        yield Status(Stage.FOUND, ready[0].title)
        names = (product.name, product.brand_name)
        before = [naming.without(text, names) for text in await self._before(question)]
        asked = followup.resolve(naming.without(question.text, names), before)

        async def write(waited_s: float) -> AsyncIterator[Event | Evidence]:
            async for event in self._content(question, asked, product, ready, Attempt(waited_s)):
                yield event

        key = self._key(ready, asked, question)
        async for event in self.answers.get_or_write(key, write):
            if isinstance(event, Done):
                timings = replace(event.timings, manual_us=manual_us, total_us=_since(began))
                yield replace(event, timings=timings)
            else:
                yield event

    async def _before(self, question: Question) -> Sequence[str]:
        """Return what this conversation asked about the product; without memory a follow-up stands alone."""
        if not question.session_id:
            return ()
        try:
            turns = await self.sessions.turns(question.session_id)
        except Failure:
            return ()
        return [turn.question for turn in turns if turn.product_id == question.product_id]

    async def _news(self, product_id: str, language: str) -> AsyncIterator[Progress]:
        """Yield progress when its state changes: bytes and pages are the typing stream's business."""
        state = ""
        async for progress in self.manuals.bring(product_id, language):
            if progress.state != state:
                state = progress.state
                yield progress

    async def _content(
        self, question: Question, asked: str, product: Product, ready: Sequence[CitedManual], attempt: Attempt
    ) -> AsyncIterator[Event | Evidence]:
        began = time.perf_counter()
        index = await self.library.index(ready)
        asked = await self.writing.translated(asked, product, index, attempt)
        hits, by_words = await self.find(index, asked, HITS, question.language)
        yield Evidence(tuple(ready), tuple(self.writing.sees(hits, index)), self.writing.prompt_version)
        yield Status(Stage.READ, f"{len(hits)} passages")
        confidence = abstain.confidence(asked, by_words, index)
        search_us = _since(began)
        titles = {manual.manual_id: manual.title for manual in ready}
        if not hits or confidence < abstain.THRESHOLD:
            for number, cited in enumerate(_nearest(hits), 1):
                yield Cited.of(number, cited, titles.get(cited.passage.manual_id, ""))
            yield Done(
                Outcome.NOT_IN_MANUAL,
                confidence,
                EXTRACTIVE,
                usage=attempt.usage,
                timings=Timings(search_us=search_us),
                reason="MODEL_UNAVAILABLE" if attempt.failed else "NOT_IN_MANUAL",
                hint=UNTRANSLATED if attempt.failed else SILENT,
            )
            return
        async for event in self.writing(question, asked, product, hits, index, titles, attempt):
            if isinstance(event, Done):
                yield replace(event, confidence=confidence, timings=replace(event.timings, search_us=search_us))
            else:
                yield event

    def _key(self, ready: Sequence[CitedManual], asked: str, question: Question) -> str:
        # Everything an answer depends on: a changed manual can never serve an old answer.
        parts = [
            *(manual.sha256 for manual in ready),
            normalise_question(asked),
            question.language,
            self.writing.model,
            self.writing.prompt_version,
            self.find.name,
            hashlib.sha256(question.image).hexdigest() if question.image else "",
        ]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _nearest(hits: Sequence[Hit]) -> list[Citation]:
    return [cite(hit.passage, hit.start, hit.end) for hit in hits[:NEAREST]]


def _since(began: float) -> int:
    return round((time.perf_counter() - began) * 1e6)


def _so_far(progress: Progress) -> str:
    return f"{progress.pages} pages" if progress.pages else f"{progress.bytes} bytes" if progress.bytes else ""


def _no_manual(last: Progress, began: float) -> Done:
    reason, hint = last.reason, last.error
    if last.state == "LATE":
        reason, hint = "MANUAL_LATE", "The manual is still being read; ask again in a minute."
    return Done(
        Outcome.NO_MANUAL,
        model=EXTRACTIVE,
        timings=Timings(total_us=_since(began)),
        reason=reason or "NO_DOCUMENT",
        hint=hint or "No manual of this product is known; attach one, or ask a person.",
    )
