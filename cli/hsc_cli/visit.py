"""The scripted visit: what a person would see in the page, played in the terminal and checked on the way."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator

from grpc import StatusCode
from hsc.answer.v1 import answer_pb2
from hsc.catalog.v1 import catalog_pb2
from hsc.ingest.v1 import ingest_pb2
from hsc.prediction.v1 import prediction_pb2
from hsc_rpc.errors import Failure, precondition

from hsc_cli.answers import Telling, answer_events
from hsc_cli.client import QUICK_S, Client
from hsc_cli.failures import FAILED, OK, failures_of_calls
from hsc_cli.output import Output

PRODUCT_ID = "ardlen-vireo-61"
TYPED = "how do i reset the vireo 61 to factory settings"
QUESTION = "How do I reset to factory settings?"
# Nothing in the manual is about it.
SILENT_QUESTION = "Can I connect it over Bluetooth?"
READY_S = 90.0


class Visit:
    """One visit. `pace_s` is the pause after each keystroke."""

    def __init__(self, client: Client, out: Output, pace_s: float) -> None:
        self._client = client
        self._out = out
        self._pace_s = pace_s
        self._session_id = uuid.uuid4().hex
        self._sequence = 0
        self._typed_at: dict[int, float] = {}
        self._answered = 0
        self._locked = ""
        self._manual: prediction_pb2.ManualEvent | None = None
        self._finished = asyncio.Event()

    async def play(self) -> int:
        """Play the visit and return the exit code; what is not as promised raises a Failure."""
        await self.know_the_product()
        self._out.say("A customer types. The system predicts at every keystroke.\n", "bold")
        await self.type()
        self._out.say("\nEnter. The answer streams from the manual.\n", "bold")
        self._out.say(f"> {QUESTION}")
        answered = await self.ask(QUESTION)
        self._out.say("\nThe manual is silent about the next question, and so is the system.\n", "bold")
        self._out.say(f"> {SILENT_QUESTION}")
        silent = await self.ask(SILENT_QUESTION)
        promises = {
            "the answer stands on pages of the manual": (
                _outcome(answered) == answer_pb2.ANSWER_OUTCOME_ANSWERED
                and any(citation.page_start for citation in answered.citations.values())
            ),
            "no claim is made that the manual does not make": (
                _outcome(silent) == answer_pb2.ANSWER_OUTCOME_NOT_IN_MANUAL and not silent.text
            ),
        }
        self._out.say()
        for promise, kept in promises.items():
            self._out.result({"promise": promise, "kept": kept})
            self._out.say(f"{'✓' if kept else '✗'} {promise}", "green" if kept else "red")
        return OK if all(promises.values()) else FAILED

    async def know_the_product(self) -> None:
        """Raise Failure where the samples are not in the catalogue."""
        request = catalog_pb2.GetProductRequest(product_id=PRODUCT_ID)
        try:
            with failures_of_calls(self._client.place.address):
                await self._client.catalog.GetProduct(request, timeout=QUICK_S)
        except Failure as failure:
            if failure.code is StatusCode.NOT_FOUND:
                raise precondition("NO_SAMPLES", "the demo needs the sample catalogue: `make demo` brings it") from None
            raise

    async def type(self) -> None:
        """Type the question until its product is locked and the manual is ready. Raises Failure."""
        stream = self._client.prediction.TypeAhead(
            self._keystrokes(), timeout=READY_S + 60, metadata=self._client.place.credentials()
        )
        try:
            async with asyncio.timeout(READY_S):
                async for response in stream:
                    self._hear(response)
                    if self._finished.is_set():
                        break
        except TimeoutError:
            raise precondition("DEMO_FAILED", self._what_is_missing()) from None
        finally:
            stream.cancel()
        if not self._finished.is_set():
            raise precondition("DEMO_FAILED", self._what_is_missing())

    async def _keystrokes(self) -> AsyncIterator[prediction_pb2.TypeAheadRequest]:
        for self._sequence in range(1, len(TYPED) + 1):
            self._typed_at[self._sequence] = time.perf_counter()
            yield prediction_pb2.TypeAheadRequest(
                sequence=self._sequence, text=TYPED[: self._sequence], session_id=self._session_id, language="en"
            )
            await asyncio.sleep(self._pace_s)
        # The stream stays open until the manual has arrived, as it does in the page.
        await self._finished.wait()

    def _hear(self, response: prediction_pb2.TypeAheadResponse) -> None:
        self._out.result(response)
        match response.WhichOneof("event"):
            case "predictions":
                self._hear_predictions(response.sequence, response.predictions)
            case "manual":
                self._hear_manual(response.manual)
            case _:
                pass
        everything_typed = self._answered == len(TYPED)
        ready = self._manual is not None and self._manual.state == ingest_pb2.MANUAL_STATE_READY
        if everything_typed and self._locked and ready:
            self._finished.set()

    def _hear_predictions(self, sequence: int, response: prediction_pb2.PredictResponse) -> None:
        self._answered = max(self._answered, sequence)
        took_ms = (time.perf_counter() - self._typed_at.get(sequence, time.perf_counter())) * 1000
        best = response.predictions[0] if response.predictions else None
        self._locked = best.product_id if best and best.locked else ""
        shown = f"{best.name} {best.confidence:.0%}{' ●' if best.locked else ''}" if best else ""
        self._out.say(f"{TYPED[:sequence]:<{len(TYPED)}}  {took_ms:5.1f} ms  {shown}")
        if self._locked not in ("", PRODUCT_ID):
            raise precondition("DEMO_FAILED", f"the wrong product is locked: {self._locked}")

    def _hear_manual(self, manual: prediction_pb2.ManualEvent) -> None:
        if manual.product_id != PRODUCT_ID:
            return
        self._manual = manual
        name = ingest_pb2.ManualState.Name(manual.state).removeprefix("MANUAL_STATE_").lower()
        pages = f", {manual.pages} pages" if manual.pages else ""
        self._out.say(f"    manual: {name}{pages}", "cyan")
        if manual.state == ingest_pb2.MANUAL_STATE_FAILED:
            raise precondition(manual.reason or "DEMO_FAILED", f"the manual could not be read: {manual.error}")

    def _what_is_missing(self) -> str:
        if self._answered < len(TYPED):
            return f"only {self._answered} of {len(TYPED)} keystrokes were answered"
        if not self._locked:
            return "no product was locked"
        return f"the manual was not ready within {READY_S:.0f} s"

    async def ask(self, question: str) -> Telling:
        """Ask about the product and return the whole answer."""
        telling = Telling(self._out)
        request = answer_pb2.AskRequest(
            session_id=self._session_id, product_id=PRODUCT_ID, question=question, request_id=uuid.uuid4().hex
        )
        async for event in answer_events(self._client, request):
            telling.tell(event)
        return telling


def _outcome(telling: Telling) -> int:
    return telling.done.outcome if telling.done else answer_pb2.ANSWER_OUTCOME_UNSPECIFIED
