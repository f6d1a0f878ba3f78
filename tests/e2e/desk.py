"""The support desk as tests meet it: through the gateway, by its contracts, by the `hsc` command, by the keyboard."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grpc import aio
from hsc.answer.v1 import answer_pb2, answer_pb2_grpc
from hsc.catalog.v1 import catalog_pb2, catalog_pb2_grpc
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc.prediction.v1 import prediction_pb2, prediction_pb2_grpc
from hsc_local.stack import Running
from hsc_rpc.channels import connect
from hsc_rpc.errors import Failure, from_call
from support.grpc_websockets import Stream, data, open_stream

PATIENCE_S = 60
TYPE_AHEAD = "hsc.prediction.v1.PredictionService/TypeAhead"
READY, FAILED = ingest_pb2.MANUAL_STATE_READY, ingest_pb2.MANUAL_STATE_FAILED


@dataclass(frozen=True)
class Ran:
    """How a run of `hsc` ended. `results` is what it told a program, a value a line."""

    code: int
    out: str
    err: str

    @property
    def results(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Answer:
    """An answer that came to its end."""

    text: str
    citations: list[answer_pb2.Citation]
    done: answer_pb2.Done

    @property
    def outcome(self) -> str:
        return answer_pb2.AnswerOutcome.Name(self.done.outcome).removeprefix("ANSWER_OUTCOME_")

    @property
    def pages(self) -> list[int]:
        return [citation.page_start for citation in self.citations]

    @property
    def sections(self) -> set[str]:
        """Every title on the way to a cited section."""
        return {title for citation in self.citations for title in citation.section_path}

    def quotes(self, fact: str) -> list[answer_pb2.Citation]:
        """The citations in which the fact stands, white space folded."""
        wanted = " ".join(fact.split())
        return [each for each in self.citations if wanted in " ".join(each.quote.split())]


def read(events: list[Any]) -> Answer:
    """An answer from its events, whose numbers must have no gap and whose last must be `done`."""
    assert [event.event for event in events] == list(range(1, len(events) + 1))
    assert [event.WhichOneof("payload") for event in events].index("done") == len(events) - 1
    return Answer(
        " ".join(event.chunk.text for event in events if event.HasField("chunk")),
        [event.citation for event in events if event.HasField("citation")],
        events[-1].done,
    )


@dataclass
class Typing:
    """One person at the keyboard: a TypeAhead stream that stays open over many keystrokes."""

    stream: Stream
    session_id: str
    sequence: int = 0
    manuals: defaultdict[str, list[prediction_pb2.ManualEvent]] = field(default_factory=lambda: defaultdict(list))

    async def type(self, text: str) -> prediction_pb2.PredictResponse:
        """Send what stands in the box now; returns the predictions that answer exactly this."""
        self.sequence += 1
        request = prediction_pb2.TypeAheadRequest(sequence=self.sequence, text=text, session_id=self.session_id)
        await self.stream.send(data(request.SerializeToString()))
        async with asyncio.timeout(PATIENCE_S):
            while True:
                response = await self._next()
                if response.HasField("predictions") and response.sequence == self.sequence:
                    return response.predictions

    async def until_final(self, product_id: str) -> prediction_pb2.ManualEvent:
        """The last that this same stream says of a manual: READY or FAILED."""
        async with asyncio.timeout(PATIENCE_S):
            while not (told := self.manuals[product_id]) or told[-1].state not in (READY, FAILED):
                await self._next()
        return told[-1]

    async def _next(self) -> prediction_pb2.TypeAheadResponse:
        message = await self.stream.receive()
        assert message is not None, f"the typing stream ended: {self.stream.reply}"
        response = prediction_pb2.TypeAheadResponse.FromString(message)
        if response.HasField("manual"):
            self.manuals[response.manual.product_id].append(response.manual)
        return response


class Desk:
    """A stack, and an open channel to its gateway."""

    def __init__(self, up: Running, channel: aio.Channel) -> None:
        self.up = up
        self.channel = channel
        self.admin = (("authorization", f"Bearer {up.admin_token}"),)
        self.catalog = catalog_pb2_grpc.CatalogServiceStub(channel)
        self.prediction = prediction_pb2_grpc.PredictionServiceStub(channel)
        self.answer = answer_pb2_grpc.AnswerServiceStub(channel)
        self.ingest = ingest_pb2_grpc.IngestServiceStub(channel)

    @asynccontextmanager
    async def typing(self) -> AsyncIterator[Typing]:
        """Typing over a WebSocket, through Envoy and the bridge."""
        async with open_stream(f"{self.up.url}/{TYPE_AHEAD}") as stream:
            yield Typing(stream, uuid.uuid4().hex)

    async def hsc(self, *arguments: object) -> Ran:
        """Run the `hsc` command as a process of its own."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from hsc_cli.main import main; main()", *map(str, arguments)),
            env={**os.environ, "HSC_HOME": str(self.up.home.root)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(2 * PATIENCE_S):
            out, err = await process.communicate()
        assert process.returncode is not None
        assert b"Traceback" not in err, err.decode()
        return Ran(process.returncode, out.decode(), err.decode())

    async def predict(self, text: str, limit: int = 5) -> list[prediction_pb2.Prediction]:
        request = prediction_pb2.PredictRequest(text=text, limit=limit)
        return list((await self.prediction.Predict(request, timeout=PATIENCE_S)).predictions)

    async def ask(self, product_id: str, question: str, language: str = "") -> Answer:
        request = answer_pb2.AskRequest(product_id=product_id, question=question, language=language)
        return read([event async for event in self.answer.Ask(request, timeout=PATIENCE_S)])

    async def manual(self, product_id: str) -> dict[str, ingest_pb2.WatchManualResponse]:
        """Have a product's documents read; returns the last state of each."""
        await self.ingest.PrefetchManual(ingest_pb2.PrefetchManualRequest(product_id=product_id), timeout=PATIENCE_S)
        request = ingest_pb2.WatchManualRequest(product_id=product_id)
        return {each.document_id: each async for each in self.ingest.WatchManual(request, timeout=PATIENCE_S)}

    async def product_ids(self, brand_id: str = "") -> set[str]:
        """The ids of all products, or of one brand's."""
        found: set[str] = set()
        request = catalog_pb2.ListProductsRequest(brand_id=brand_id, page_size=1000)
        while True:
            listed = await self.catalog.ListProducts(request, timeout=PATIENCE_S)
            found |= {product.product_id for product in listed.products}
            request.page_token = listed.next_page_token
            if not request.page_token:
                return found

    async def revision(self) -> int:
        """The revision that the catalogue is at."""
        stream = self.catalog.StreamProducts(catalog_pb2.StreamProductsRequest(), timeout=PATIENCE_S)
        async for response in stream:
            if response.snapshot_complete:
                stream.cancel()
                return int(response.revision)
        raise AssertionError("the catalogue's stream ended before its snapshot was complete")


@asynccontextmanager
async def at(up: Running) -> AsyncIterator[Desk]:
    """A desk of this stack."""
    channel = connect(up.address)
    try:
        yield Desk(up, channel)
    finally:
        await channel.close()


async def refusal(call: Awaitable[Any]) -> Failure:
    """The typed failure that a call must end with."""
    try:
        await call
    except aio.AioRpcError as error:
        return from_call(error)
    raise AssertionError("the call was not refused")


def catalog_of(brand_id: str, *products: Mapping[str, Any]) -> dict[str, Any]:
    """A catalogue in the importer's file format."""
    return {"brand_identity": {"id": brand_id, "name": brand_id.title()}, "products": list(products)}


def write(path: Path, content: object) -> Path:
    """Write a catalogue file: text as it is, anything else as JSON."""
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path
