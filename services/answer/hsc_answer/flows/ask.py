"""One question, one answer: begun once and written once, in a task that outlives its first reader for a while."""

import asyncio
import logging
import secrets
import time
from collections.abc import Sequence

from hsc_rpc.errors import Failure, Violation, invalid, unavailable

from hsc_answer.domain.events import Chunk, Cited, Context, Done, Evidence, Numbered, Outcome, Receipt, Status
from hsc_answer.domain.prompt import picture_type
from hsc_answer.flows.compose import Compose
from hsc_answer.flows.ports import Catalog, Journal, Product, Question, Receipts, Sessions, Turn
from hsc_answer.flows.resolution import Resolution
from hsc_answer.flows.running import Running
from hsc_answer.metrics import ANSWERS

log = logging.getLogger(__name__)


class Ask:
    """Begins answers, and writes them."""

    def __init__(
        self,
        catalog: Catalog,
        compose: Compose,
        journal: Journal,
        sessions: Sessions,
        receipts: Receipts,
        resolution: Resolution,
        *,
        linger_s: float,
    ) -> None:
        self._catalog = catalog
        self._compose = compose
        self._journal = journal
        self._sessions = sessions
        self._receipts = receipts
        self._resolution = resolution
        self._linger_s = linger_s
        self._written: dict[str, tuple[Running, asyncio.Task[None]]] = {}
        self._lingering: set[asyncio.Task[None]] = set()

    def running(self, answer_id: str) -> Running | None:
        """Return an answer that is being written on this replica."""
        found = self._written.get(answer_id)
        return found[0] if found else None

    async def begin(self, question: Question) -> str:
        """Return the id of the question's answer, and write it when it is new.

        Raises PRODUCT_UNKNOWN, and INVALID_REQUEST for an image that is none.
        """
        if question.image and not picture_type(question.image):
            raise invalid(Violation("image", "is neither a PNG, a JPEG nor a WebP picture"))
        product = await self._catalog.product(question.product_id)
        # 128 random bits: an answer's id is what opens its receipt.
        answer_id = secrets.token_hex(16)
        if question.request_id and (claimed := await self._journal.claim(question, answer_id)) != answer_id:
            return claimed
        await self._journal.open(answer_id, question, repeatable=self._compose.repeatable)
        self._start(Running(answer_id, self._journal), question, product)
        return answer_id

    async def go_on(self, answer_id: str, question: Question, stored: Sequence[Numbered]) -> Running:
        """Go on with an answer whose writer died: what is stored is not written twice."""
        product = await self._catalog.product(question.product_id)
        running = Running(answer_id, self._journal, stored)
        self._start(running, question, product)
        return running

    def left(self, running: Running) -> None:
        """Take note that a reader left: without readers the writer lingers for one who resumes, then ends."""
        if not running.over:
            task = asyncio.create_task(self._linger(running), name=f"linger {running.answer_id}")
            self._lingering.add(task)
            task.add_done_callback(self._lingering.discard)

    async def _linger(self, running: Running) -> None:
        while True:
            await asyncio.sleep(self._linger_s)
            found = self._written.get(running.answer_id)
            if found is None or running.readers:
                return
            if not await self._journal.followed(running.answer_id):
                found[1].cancel()
                return

    async def close(self) -> None:
        """End what is still being written; other replicas go on with it."""
        tasks = [*self._lingering, *(task for _, task in self._written.values())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, running: Running, question: Question, product: Product) -> None:
        task = asyncio.create_task(self._write(running, question, product), name=f"answer {running.answer_id}")
        self._written[running.answer_id] = running, task
        task.add_done_callback(lambda _: self._written.pop(running.answer_id, None))

    async def _write(self, running: Running, question: Question, product: Product) -> None:
        evidence = Evidence((), (), "")
        asked_at = time.time()
        goes_on = bool(running.events)
        kept = sum(isinstance(n.event, Context | Cited | Chunk) for n in running.events)
        try:
            async with self._journal.writing(running.answer_id):
                async for event in self._compose(question, product):
                    if isinstance(event, Evidence):
                        evidence = event
                    elif isinstance(event, Done):
                        answered = event.outcome is Outcome.ANSWERED
                        turn = Turn(question.text, product.product_id, running.answer_id, asked_at, answered)
                        await self._keep(running, event, question, product, evidence, turn)
                        await running.put(event)
                        if question.session_id:
                            await self._take_back_if_deleted(question.session_id, turn)
                    elif isinstance(event, Status):
                        if not goes_on:
                            await running.put(event)
                    elif kept:
                        kept -= 1
                    else:
                        await running.put(event)
            running.end()
        except asyncio.CancelledError:
            running.end(unavailable("DRAINING", "This replica stopped writing; resume, and another one goes on."))
            raise
        except Exception as error:
            if not isinstance(error, Failure):
                log.exception("an answer broke off")
            running.end(error)

    async def _take_back_if_deleted(self, session_id: str, turn: Turn) -> None:
        """Kept first, asked then: who deletes a conversation while its answer is written is heard in any order."""
        try:
            if await self._journal.deleted(turn.answer_id):
                await self._journal.delete([turn.answer_id])
                await self._sessions.take_back(session_id, turn)
        except Failure as failure:
            log.warning("a deleted answer is still there for a while", extra={"reason": failure.reason})

    async def _keep(
        self, running: Running, done: Done, question: Question, product: Product, evidence: Evidence, turn: Turn
    ) -> None:
        ANSWERS.labels(done.outcome.value, done.model, str(done.cached).lower()).inc()
        events = [numbered.event for numbered in running.events]
        receipt = Receipt(
            answer_id=running.answer_id,
            question=question.text,
            language=question.language,
            product_id=product.product_id,
            product_name=product.name,
            evidence=evidence,
            citations=tuple(e for e in events if isinstance(e, Cited)),
            chunks=tuple(e for e in events if isinstance(e, Chunk)),
            done=done,
            asked_at=turn.asked_at,
        )
        await self._receipts.keep(receipt, question.session_id)
        if question.session_id:
            await self._resolution.asked(turn, await self._sessions.append(question.session_id, turn))
