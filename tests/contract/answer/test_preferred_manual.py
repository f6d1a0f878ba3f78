"""Which of a product's manuals an answer waits for, and which it does not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hsc.answer.v1 import answer_pb2
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc_rpc.server import Server, running
from hsc_rpc.settings import ServerSettings

SYNTH = "tempera-2"
TEXTS = {
    "quick-start": "Press any key and play. The instrument has many voices and sounds for every taste.",
    "reference": "Polyphony: 16 voices\nKeyboard: 37 slim keys\nPower consumption: 12 W",
    "addendum": "Polyphony: 24 voices\nSince version 2 the instrument has more voices.",
}
QUEUED, READY, FAILED = (
    ingest_pb2.MANUAL_STATE_QUEUED,
    ingest_pb2.MANUAL_STATE_READY,
    ingest_pb2.MANUAL_STATE_FAILED,
)


class Shelf(ingest_pb2_grpc.IngestServiceServicer):
    """Documents in the order in which they are wanted, and how far each is."""

    def __init__(self, **states: Any) -> None:
        self.states = states
        self._changed = asyncio.Condition()

    async def put(self, document: str, state: Any) -> None:
        """Change a document's state."""
        async with self._changed:
            self.states[document] = state
            self._changed.notify_all()

    async def PrefetchManual(self, request: Any, context: Any) -> Any:
        return ingest_pb2.PrefetchManualResponse(state=QUEUED)

    async def WatchManual(self, request: Any, context: Any) -> Any:
        told: dict[str, Any] = {}
        async with self._changed:
            while True:
                first = next((d for d, state in self.states.items() if state != FAILED), next(iter(self.states)))
                for document, state in self.states.items():
                    if told.get(document) != (state, document == first):
                        told[document] = state, document == first
                        yield ingest_pb2.WatchManualResponse(
                            document_id=document,
                            state=state,
                            preferred=document == first,
                            reason="HTTP_404" if state == FAILED else "",
                        )
                if all(state in (READY, FAILED) for state in self.states.values()):
                    return
                await self._changed.wait()

    async def ListManuals(self, request: Any, context: Any) -> Any:
        ready = [document for document, state in self.states.items() if state == READY]
        return ingest_pb2.ListManualsResponse(
            manuals=[
                ingest_pb2.Manual(manual_id=d, document_id=d, sha256=d, revision=1, title=d, pages=1) for d in ready
            ]
        )

    async def ListPassages(self, request: Any, context: Any) -> Any:
        document = request.manual_id
        yield ingest_pb2.ListPassagesResponse(
            passage=ingest_pb2.Passage(
                page_start=1,
                page_end=1,
                section_path=["Specifications"],
                text=TEXTS[document],
                language="en",
                manual_id=document,
            )
        )


@asynccontextmanager
async def asked(world: Any, shelf: Shelf) -> AsyncIterator[Any]:
    """A replica whose ingest has this shelf."""

    @asynccontextmanager
    async def wire(_: Any, server: Server) -> AsyncIterator[None]:
        server.add(ingest_pb2_grpc.add_IngestServiceServicer_to_server, shelf, "hsc.ingest.v1.IngestService")
        yield

    settings = ServerSettings(host="127.0.0.1", port=0, metrics_port=0, drain_delay_s=0, grace_s=0.2)
    async with (
        running("ingest", settings, wire) as server,
        world.running(ingest_address=f"127.0.0.1:{server.port}") as replica,
    ):
        yield replica


def cited(events: list[Any]) -> set[str]:
    return {event.citation.manual_id for event in events if event.WhichOneof("payload") == "citation"}


@pytest.mark.parametrize("reference", [READY, FAILED])
async def test_an_answer_waits_for_the_preferred_manual_and_takes_the_next_when_it_fails(
    world: Any, reference: Any
) -> None:
    shelf = Shelf(reference=QUEUED, **{"quick-start": READY})
    async with asked(world, shelf) as replica:
        request = answer_pb2.AskRequest(product_id=SYNTH, question="How many voices does it have?")
        call = replica.stub.Ask(request)
        events = [await call.read()]
        while events[-1].status.stage != "fetching":
            assert events[-1].WhichOneof("payload") in ("context", "status"), "it did not wait"
            events.append(await call.read())
        await shelf.put("reference", reference)
        events += [event async for event in call]
    assert events[-1].done.outcome != answer_pb2.ANSWER_OUTCOME_NO_MANUAL
    assert ("reference" in cited(events)) == (reference == READY)


async def test_a_manual_that_is_not_preferred_is_not_waited_for(world: Any) -> None:
    async with asked(world, Shelf(reference=READY, addendum=QUEUED)) as replica:
        events = await replica.ask("How many voices does it have?")
    assert cited(events) == {"reference"}


async def test_when_all_fail_the_answer_says_why(world: Any) -> None:
    async with asked(world, Shelf(reference=FAILED, addendum=FAILED)) as replica:
        events = await replica.ask("How many voices does it have?")
    assert events[-1].done.outcome == answer_pb2.ANSWER_OUTCOME_NO_MANUAL
    assert events[-1].done.reason == "HTTP_404"
