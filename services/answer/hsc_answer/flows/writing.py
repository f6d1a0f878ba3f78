"""How an answer's words come: extractive, or by a model whose every sentence is checked before it is shown."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from hsc_answer.domain import extract, translation, verify
from hsc_answer.domain.events import Chunk, Cited, Done, Event, Outcome, Stage, Status, Timings, Usage
from hsc_answer.domain.passage import Citation, Passage, find_quote
from hsc_answer.domain.prompt import Draft
from hsc_answer.domain.ranking import Hit, ManualIndex
from hsc_answer.flows.circuit import Circuit
from hsc_answer.flows.ports import ModelFailed, Product, Question, Writer
from hsc_answer.metrics import MODEL_COST, MODEL_FALLBACKS, MODEL_TOKENS, STAGE_SECONDS, VERIFICATION_DROPS

log = logging.getLogger(__name__)

EXTRACTIVE = "extractive"
# Raise it when the words of the prompt, or the form of an extract, change: kept answers are not served then.
PROMPT_VERSION = "5"
MODEL_WORDS = 1_000
MOST_TRANSLATED = 10_000
MOST_SENTENCES = 30


@dataclass(frozen=True)
class Patience:
    """How long a model may take: to its first sentence that can be shown, to each further one, to the last. Seconds.

    What it translates before, and the wait for another replica's model, are of the time to the first sentence.
    """

    first_sentence_s: float
    sentence_s: float
    answer_s: float


@dataclass(frozen=True)
class Model:
    """Who writes, how long it is waited for, and when it is left alone."""

    writer: Writer
    patience: Patience
    circuit: Circuit


@dataclass
class Attempt:
    """What a model did for one answer, after another replica's was waited for so long."""

    waited_s: float = 0.0
    shown: int = 0
    failed: bool = False
    translated: Usage = field(default_factory=Usage)
    written: Usage = field(default_factory=Usage)
    began: float = 0.0
    due: float | None = None

    def first_sentence_due(self, patience: Patience) -> float:
        """Return by when, on the loop's clock, the first sentence must be there: counted from the first thing asked.

        Raises TimeoutError when that is over.
        """
        now = asyncio.get_running_loop().time()
        if self.due is None:
            self.due = now + patience.first_sentence_s - self.waited_s
        if self.due <= now:
            raise TimeoutError
        return self.due

    @property
    def usage(self) -> Usage:
        """What the translation and the writing used."""
        return self.translated + self.written


@dataclass(frozen=True)
class Writing:
    """Writes by a model where there is one; else, or when it fails before its first sentence, extractive."""

    by: Model | None = None

    @property
    def model(self) -> str:
        """The name answers are kept under."""
        return self.by.writer.name if self.by else EXTRACTIVE

    @property
    def prompt_version(self) -> str:
        """The version answers are kept under."""
        return PROMPT_VERSION

    @property
    def repeatable(self) -> bool:
        """Whether the same question over the same manuals writes the same events."""
        return self.by is None

    def sees(self, hits: Sequence[Hit], index: ManualIndex) -> Sequence[Passage]:
        """Return the passages that an answer is written from, best first: those the model is shown, or those found."""
        return [hit.passage for hit in hits] if self.by is None else sections(hits, index, MODEL_WORDS)

    async def __call__(
        self,
        question: Question,
        asked: str,
        product: Product,
        hits: Sequence[Hit],
        index: ManualIndex,
        titles: Mapping[str, str],
        attempt: Attempt,
    ) -> AsyncIterator[Event]:
        """Yield citations and chunks, then Done. A model that failed at the translation is not waited for again."""
        numbering = Numbering(titles)
        reason = hint = ""
        if question.image and not (self.by and self.by.writer.sees_images):
            reason = "IMAGE_NOT_READ"
            hint = "Pictures cannot be looked at here; the answer is from the words of the question alone."
        if self.by is not None and not attempt.failed:
            async with aclosing(
                self._by_model(
                    self.by, question, asked, product, sections(hits, index, MODEL_WORDS), numbering, attempt
                )
            ) as events:
                async for event in events:
                    yield event
            if attempt.shown:
                if attempt.failed:
                    reason, hint = "MODEL_INTERRUPTED", "The model stopped early; ask again for the rest."
                yield Status(Stage.CHECKED, f"{numbering.count} citations")
                yield Done(
                    Outcome.ANSWERED,
                    model=self.model,
                    usage=attempt.usage,
                    timings=Timings(write_us=_since(attempt.began)),
                    reason=reason,
                    hint=hint,
                )
                return
        if attempt.failed:
            reason, hint = "MODEL_UNAVAILABLE", "The model did not answer; these are the manual's own words."
        began = time.perf_counter()
        with STAGE_SECONDS.labels("write").time():
            written = extract.write(asked, hits, index)
        write_us = _since(began)
        yield Status(Stage.CHECKED, f"{len(written.citations)} citations")
        for sentence in written.sentences:
            for event in numbering.sentence(sentence.text, sentence.citation):
                yield event
        yield Done(
            Outcome.ANSWERED,
            model=EXTRACTIVE,
            usage=attempt.usage,
            timings=Timings(write_us=write_us),
            reason=reason,
            hint=hint,
        )

    async def translated(self, asked: str, product: Product, index: ManualIndex, attempt: Attempt) -> str:
        """Return the question in the manual's language where the model can put it so; else as it was asked."""
        if self.by is None or not (language := translation.needed(asked, index)):
            return asked
        said = ""
        stream = self.by.writer.translate(asked, language, product.name)
        try:
            due = attempt.first_sentence_due(self.by.patience)
            with STAGE_SECONDS.labels("translate").time(), self.by.circuit.call():
                async with asyncio.timeout_at(due), aclosing(stream):
                    async for item in stream:
                        if isinstance(item, Usage):
                            attempt.translated = item
                        elif len(said := said + item) > MOST_TRANSLATED:
                            break
        except (ModelFailed, TimeoutError) as error:
            _gave_way(self.by, attempt, error)
            return asked
        finally:
            _paid(self.by, attempt.translated)
        said = said.strip()
        return said if translation.sound(asked, said) else asked

    async def _by_model(
        self,
        by: Model,
        question: Question,
        asked: str,
        product: Product,
        passages: Sequence[Passage],
        numbering: "Numbering",
        attempt: Attempt,
    ) -> AsyncGenerator[Event, None]:
        """Yield the sentences that the manual carries, each in its time; tell in `attempt` how it went."""
        clock = asyncio.get_running_loop().time
        attempt.began = time.perf_counter()
        end = clock() + by.patience.answer_s
        # The question to the letter, and what it goes on from.
        words = "\n".join((question.text, *asked.splitlines()[1:]))
        stream = by.writer.write(words, question.language, product.name, passages, question.image)
        try:
            due = attempt.first_sentence_due(by.patience)
            with by.circuit.call():
                async with aclosing(stream):
                    while attempt.shown < MOST_SENTENCES:
                        async with asyncio.timeout_at(min(due, end)):
                            item = await anext(stream, None)
                        if item is None:
                            break
                        if isinstance(item, Usage):
                            attempt.written = item
                            continue
                        citation = _checked(item, passages, product, words)
                        if citation is None:
                            continue
                        attempt.shown += 1
                        for event in numbering.sentence(item.text, citation):
                            yield event
                        due = clock() + by.patience.sentence_s
        except (ModelFailed, TimeoutError) as error:
            _gave_way(by, attempt, error)
        finally:
            # Also what an answer cost that nobody waited for.
            _paid(by, attempt.written)


def sections(hits: Sequence[Hit], index: ManualIndex, most_words: int) -> list[Passage]:
    """Return the sections of the hits, best first, each in reading order, as many as `most_words` hold.

    A section that is too long for what is left gives the hit's passage alone. The first hit is there in any case.
    """
    chosen: dict[tuple[str, int], Passage] = {}
    left = most_words
    for hit in hits:
        if (hit.passage.manual_id, hit.passage.ordinal) in chosen:
            continue
        fresh = [p for p in index.around(hit.passage) if (p.manual_id, p.ordinal) not in chosen]
        if _words(fresh) > left:
            fresh = [hit.passage]
        if chosen and _words(fresh) > left:
            break
        chosen.update({(p.manual_id, p.ordinal): p for p in fresh})
        left -= _words(fresh)
    return list(chosen.values())


def _gave_way(by: Model, attempt: Attempt, error: Exception) -> None:
    attempt.failed = True
    log.warning("the model failed: %s", error or "it took too long", extra={"model": by.writer.name})
    MODEL_FALLBACKS.labels(by.writer.name).inc()


def _paid(by: Model, usage: Usage) -> None:
    MODEL_TOKENS.labels(by.writer.name, "in").inc(usage.input_tokens)
    MODEL_TOKENS.labels(by.writer.name, "out").inc(usage.output_tokens)
    MODEL_COST.labels(by.writer.name).inc(usage.cost_usd)


def _words(passages: Sequence[Passage]) -> int:
    return sum(len(passage.text.split()) for passage in passages)


def _checked(draft: Draft, passages: Sequence[Passage], product: Product, question: str) -> Citation | None:
    """Return the citation that carries a sentence; None, and counted, when nothing does."""
    with STAGE_SECONDS.labels("verify").time():
        if not 1 <= draft.passage <= len(passages):
            VERIFICATION_DROPS.labels("PASSAGE_UNKNOWN").inc()
            return None
        passage = passages[draft.passage - 1]
        verdict = verify.check(draft.text, draft.quote, passage, (product.name, product.brand_name), question)
        if not verdict.ok:
            VERIFICATION_DROPS.labels(verdict.reason).inc()
            return None
        return find_quote(draft.quote, [passage])


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
