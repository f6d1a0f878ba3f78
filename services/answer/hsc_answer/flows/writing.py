"""How an answer's words come: extractive, or by a model whose every sentence is checked before it is shown."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from hsc_answer.domain import extract, verify
from hsc_answer.domain.events import Chunk, Cited, Done, Event, Outcome, Stage, Status, Timings, Usage
from hsc_answer.domain.passage import Citation, Passage, find_quote
from hsc_answer.domain.prompt import Draft
from hsc_answer.domain.ranking import Hit, ManualIndex
from hsc_answer.flows.ports import ModelFailed, Product, Question, Writer
from hsc_answer.metrics import MODEL_FALLBACKS, STAGE_SECONDS, VERIFICATION_DROPS

log = logging.getLogger(__name__)

EXTRACTIVE = "extractive"
# Raise it when the words of the prompt, or the form of an extract, change: kept answers are not served then.
PROMPT_VERSION = "1"
MODEL_PASSAGES = 8


@dataclass(frozen=True)
class Writing:
    """Writes by `writer` where there is one; else, or when it fails before its first sentence, extractive."""

    writer: Writer | None
    first_sentence_s: float
    sentence_s: float

    @property
    def model(self) -> str:
        """The name answers are kept under."""
        return self.writer.name if self.writer else EXTRACTIVE

    @property
    def prompt_version(self) -> str:
        """The version answers are kept under."""
        return PROMPT_VERSION

    @property
    def repeatable(self) -> bool:
        """Whether the same question over the same manuals writes the same events."""
        return self.writer is None

    async def __call__(
        self,
        question: Question,
        asked: str,
        product: Product,
        hits: Sequence[Hit],
        index: ManualIndex,
        titles: Mapping[str, str],
    ) -> AsyncIterator[Event]:
        """Yield citations and chunks, then Done."""
        numbering = Numbering(titles)
        reason = hint = ""
        if self.writer is not None:
            began = time.perf_counter()
            usage, written = Usage(), 0
            try:
                async for item in self._drafts(question, asked, product, [h.passage for h in hits[:MODEL_PASSAGES]]):
                    if isinstance(item, Usage):
                        usage = item
                        continue
                    citation = self._checked(item, [h.passage for h in hits[:MODEL_PASSAGES]], product)
                    if citation is None:
                        continue
                    for event in numbering.sentence(item.text, citation):
                        yield event
                    written += 1
            except (ModelFailed, TimeoutError) as error:
                log.warning("the model failed: %s", error, extra={"model": self.writer.name})
                MODEL_FALLBACKS.labels(self.writer.name).inc()
                reason, hint = "MODEL_UNAVAILABLE", "The model did not answer; these are the manual's own words."
            if written:
                yield Status(Stage.CHECKED, f"{numbering.count} citations")
                yield Done(
                    Outcome.ANSWERED,
                    model=self.writer.name,
                    usage=usage,
                    timings=Timings(write_us=_since(began)),
                    reason="MODEL_INTERRUPTED" if reason else "",
                    hint="The model stopped early; ask again for the rest." if reason else "",
                )
                return
        if question.image and not (self.writer and self.writer.sees_images):
            reason = "IMAGE_NOT_READ"
            hint = "Pictures cannot be looked at here; the answer is from the words of the question alone."
        began = time.perf_counter()
        with STAGE_SECONDS.labels("write").time():
            written_extract = extract.write(asked, hits, index)
        write_us = _since(began)
        yield Status(Stage.CHECKED, f"{len(written_extract.citations)} citations")
        for sentence in written_extract.sentences:
            for event in numbering.sentence(sentence.text, sentence.citation):
                yield event
        yield Done(Outcome.ANSWERED, model=EXTRACTIVE, timings=Timings(write_us=write_us), reason=reason, hint=hint)

    async def _drafts(
        self, question: Question, asked: str, product: Product, passages: Sequence[Passage]
    ) -> AsyncIterator[Draft | Usage]:
        """Yield what the model writes, each within its time."""
        assert self.writer is not None
        stream = self.writer.write(
            f"{asked} {question.text}".strip(), question.language, product.name, passages, question.image
        )
        limit = self.first_sentence_s
        while True:
            async with asyncio.timeout(limit):
                try:
                    item = await anext(stream)
                except StopAsyncIteration:
                    return
            yield item
            limit = self.sentence_s

    @staticmethod
    def _checked(draft: Draft, passages: Sequence[Passage], product: Product) -> Citation | None:
        """Return the citation that carries a sentence; None, and counted, when nothing does."""
        began = time.perf_counter()
        try:
            if not 1 <= draft.passage <= len(passages):
                VERIFICATION_DROPS.labels("PASSAGE_UNKNOWN").inc()
                return None
            passage = passages[draft.passage - 1]
            verdict = verify.check(draft.text, draft.quote, passage, (product.name, product.brand_name))
            if not verdict.ok:
                VERIFICATION_DROPS.labels(verdict.reason).inc()
                return None
            return find_quote(draft.quote, [passage])
        finally:
            STAGE_SECONDS.labels("verify").observe(time.perf_counter() - began)


class Numbering:
    """Numbers citations from 1; the same quote keeps its number."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        self._titles = titles
        self._numbers: dict[tuple[str, int, int, int], int] = {}

    @property
    def count(self) -> int:
        """How many citations there are."""
        return len(self._numbers)

    def sentence(self, text: str, citation: Citation) -> list[Event]:
        """Return the events of one sentence: its citation, where it is new, then its chunk."""
        passage = citation.passage
        key = (passage.manual_id, passage.ordinal, citation.start, citation.end)
        events: list[Event] = []
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._numbers) + 1
            events.append(Cited.of(number, citation, self._titles.get(passage.manual_id, "")))
        events.append(Chunk(text, (number,)))
        return events


def _since(began: float) -> int:
    return round((time.perf_counter() - began) * 1e6)
