"""A document becomes passages: fetched, identified by its bytes, parsed, kept, announced."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from hsc.catalog.v1 import catalog_pb2
from hsc_blobs import BlobMissing, BlobStore
from hsc_rpc.background import background

from hsc_ingest import metrics
from hsc_ingest.adapters.documents import Documents
from hsc_ingest.adapters.fetch import Fetched, Fetcher, FetchFailure, NotModified, Validators
from hsc_ingest.adapters.fetch import Reason as FetchReason
from hsc_ingest.adapters.manuals import Manuals
from hsc_ingest.adapters.parsing.sniff import HTML, sniff
from hsc_ingest.domain.manual import ReadingError, Reason
from hsc_ingest.flows.jobs import JobPolicy
from hsc_ingest.flows.model import UPLOADED, Document, GiveUp, Job, Outcome, State, TryAgain
from hsc_ingest.flows.ports import Events, Outcomes, Parser, Turns

# A person watches: what cannot succeed within this is said now, and may be asked for again later.
_LONGEST_WAIT_S = 30.0
_ASK_AGAIN_S = 3600.0
_ASK_AGAIN_SOON_S = 30.0
_REPORT_EVERY_S = 0.25
# Another document with the same address that was fetched so lately is not fetched again.
_FRESH_S = 600.0
NOT_WANTED = "NOT_WANTED"
_NOT_WANTED = "Nobody waited for this manual any more when its turn came. Ask for it again, and it is read."
_PASSWORD_FIELD = re.compile(rb"<input[^>]{0,500}\btype\s*=\s*[\"']?password", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a document could not be read from one address."""

    reason: str
    error: str
    retryable: bool = False
    retry_after: float | None = None


class ReadDocument:
    """The handler of `read` jobs; a job's subject is a document's id."""

    def __init__(
        self,
        documents: Documents,
        manuals: Manuals,
        blobs: BlobStore,
        fetcher: Fetcher,
        parser: Parser,
        events: Events,
        turns: Turns,
        outcomes: Outcomes,
        policy: JobPolicy,
    ) -> None:
        self._documents = documents
        self._manuals = manuals
        self._blobs = blobs
        self._fetcher = fetcher
        self._parser = parser
        self._events = events
        self._turns = turns
        self._outcomes = outcomes
        self._policy = policy

    async def run(self, job: Job) -> None:
        document = await self._documents.get(job.subject)
        if document is None:
            return
        flight = _Flight(document, self._documents, self._events)
        failures: list[Failed] = []
        with tempfile.TemporaryDirectory(prefix="hsc-ingest-") as folder:
            for position, address in enumerate(document.addresses):
                try:
                    async with self._turns.turn(address):
                        await self._read(flight, address, Path(folder) / str(position))
                    return
                except _NobodyWaits:
                    await self._outcomes.count(Outcome.CANCELLED)
                    return
                except FetchFailure as failure:
                    error = f"{failure.detail[:1].upper()}{failure.detail[1:]}. {failure.hint}"
                    failures.append(Failed(failure.reason, error, failure.retryable, failure.retry_after))
                except ReadingError as failure:
                    failures.append(Failed(failure.reason, failure.message))
        await self._failed(job, flight, failures)

    async def abandon(self, job: Job) -> None:
        document = await self._documents.get(job.subject)
        if document is not None and not document.state.final:
            message = "Reading this manual failed on our side; it is logged. Try again later."
            await _Flight(document, self._documents, self._events).fail("INTERNAL", message, _ASK_AGAIN_SOON_S)

    async def _failed(self, job: Job, flight: _Flight, failures: list[Failed]) -> None:
        # What may pass is worth more than what will not: the backup's 404 must not end the retries of the first.
        failed = next((each for each in failures if each.retryable), failures[0])
        metrics.FAILED.labels(failed.reason).inc()
        wait = failed.retry_after if failed.retry_after is not None else self._policy.backoff(job.attempts)
        last = job.attempts >= self._policy.max_attempts
        if failed.retryable and not last and wait <= _LONGEST_WAIT_S:
            await flight.move(State.QUEUED)
            raise TryAgain(f"{failed.reason}: {failed.error}", wait)
        again = max(failed.retry_after or 0, _ASK_AGAIN_SOON_S) if failed.retryable else _ASK_AGAIN_S
        await flight.fail(failed.reason, failed.error, again)
        raise GiveUp(f"{failed.reason}: {failed.error}")

    async def _read(self, flight: _Flight, address: str, path: Path) -> None:
        if not flight.checking and (twin := await self._documents.twin(flight.document, address, _FRESH_S)):
            await flight.ready(twin.manual_id, address, Validators(twin.etag, twin.last_modified))
            return
        await flight.go_on_if_wanted()
        await flight.move(State.FETCHING)
        async with flight.reporting():
            found = await self._bytes(flight, address, path)
        if isinstance(found, NotModified):
            await flight.unchanged()
            return
        manual_id = found.sha256
        if not await self._manuals.has(manual_id):
            await flight.go_on_if_wanted()
            await flight.move(State.PARSING, size=found.size)
            self._refuse_a_web_page(flight.document, path)
            async with flight.reporting():
                with metrics.PARSE_SECONDS.time():
                    transcript = await self._parser.parse(path, progress=flight.pages)
            if not transcript.passages:
                raise ReadingError(Reason.NOT_A_MANUAL, "There is no text in this file. Attach another address.")
            # Bytes before passages: a manual that can be cited can always be shown.
            await self._blobs.put(path)
            await self._manuals.store(manual_id, transcript, found.size)
        await flight.ready(manual_id, address, found.validators)

    async def _bytes(self, flight: _Flight, address: str, path: Path) -> Fetched | NotModified:
        if address.startswith(UPLOADED):
            manual_id = address.removeprefix(UPLOADED)
            try:
                await self._blobs.save(manual_id, path)
            except BlobMissing:
                raise FetchFailure(FetchReason.NOT_FOUND, "these bytes were never uploaded") from None
            size = await asyncio.to_thread(lambda: path.stat().st_size)
            return Fetched(path, manual_id, size, address, "", Validators())
        document = flight.document
        known = Validators(document.etag, document.last_modified) if document.fetched_url == address else None
        with metrics.FETCH_SECONDS.time():
            found = await self._fetcher.fetch(address, path, known=known, progress=flight.bytes)
        if isinstance(found, Fetched):
            metrics.FETCHED_BYTES.inc(found.size)
        return found

    def _refuse_a_web_page(self, document: Document, path: Path) -> None:
        """A PDF's address that gives a web page gives a login or a notice, not the manual."""
        if document.type != catalog_pb2.DOCUMENT_TYPE_PDF:
            return
        with path.open("rb") as file:
            head = file.read(512 * 1024)
        if sniff(head[:4096]) != HTML:
            return
        if _PASSWORD_FIELD.search(head):
            raise FetchFailure(FetchReason.LOGIN_REQUIRED, "the address leads to a login page")
        raise ReadingError(
            Reason.NOT_A_MANUAL, "This address leads to a web page, not to a PDF. Attach the address of the file."
        )


class _NobodyWaits(Exception):
    """The document is not wanted any more."""


class _Flight:
    """One document on its way: each step is stored, then announced.

    A document that is READY already is only being checked: nobody is told of the steps, and it stays READY whatever
    comes of it.
    """

    def __init__(self, document: Document, documents: Documents, events: Events) -> None:
        self.document = document
        self.checking = document.state is State.READY
        self._documents = documents
        self._events = events
        self._seen: tuple[int, int] = (0, 0)

    async def bytes(self, done: int, _announced: int | None) -> None:
        self._seen = (done, self._seen[1])

    def pages(self, done: int, _of: int) -> None:
        self._seen = (self._seen[0], done)

    @asynccontextmanager
    async def reporting(self) -> AsyncIterator[None]:
        """Tells how far the step is, a few times a second."""
        self._seen = (self.document.bytes, 0)

        async def report() -> None:
            told = self._seen
            while True:
                await asyncio.sleep(_REPORT_EVERY_S)
                if self._seen != told:
                    told = self._seen
                    await self.move(self.document.state, size=told[0], pages=told[1])

        async with background(report(), "progress of a manual"):
            yield

    async def move(self, state: State, *, size: int = 0, pages: int = 0) -> None:
        if self.checking:
            return
        self.document = replace(self.document, state=state, bytes=size, pages=pages, reason="", error="")
        arrived = state is State.PARSING
        await self._documents.advance(self.document, state, pages=pages, size=size, reachable=arrived)
        await self._events.publish(self.document)

    async def go_on_if_wanted(self) -> None:
        """Raises _NobodyWaits, the document left so, when those who asked for it are gone."""
        if self.checking or not await self._documents.cancel(self.document, NOT_WANTED, _NOT_WANTED):
            return
        self.document = replace(self.document, state=State.FAILED, reason=NOT_WANTED, error=_NOT_WANTED)
        await self._events.publish(self.document)
        raise _NobodyWaits

    async def fail(self, reason: str, error: str, ask_again_s: float) -> None:
        if self.checking:
            await self._documents.checked(self.document)
            return
        self.document = replace(self.document, state=State.FAILED, reason=reason, error=error)
        await self._documents.fail(self.document, reason, error, ask_again_s)
        await self._events.publish(self.document)

    async def unchanged(self) -> None:
        await self._documents.checked(self.document)
        await self._tell_stored()

    async def ready(self, manual_id: str, address: str, validators: Validators) -> None:
        await self._documents.ready(
            self.document,
            manual_id,
            source_url=address,
            etag=validators.etag,
            last_modified=validators.last_modified,
        )
        await self._tell_stored()

    async def _tell_stored(self) -> None:
        stored = await self._documents.get(self.document.document_id)
        if stored is not None:
            self.document = stored
            await self._events.publish(stored)
