"""The `hsc` command as a process of its own, against servers of the real contracts behind a door like the gateway's."""

import asyncio
import json
import os
import pty
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from grpc import StatusCode
from hsc.answer.v1 import answer_pb2, answer_pb2_grpc
from hsc.catalog.v1 import catalog_pb2, catalog_pb2_grpc
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc.prediction.v1 import prediction_pb2, prediction_pb2_grpc
from hsc.status.v1 import status_pb2, status_pb2_grpc
from hsc_rpc.errors import Failure, not_found, precondition
from hsc_rpc.server import Server, running
from hsc_rpc.settings import ServerSettings

TOKEN = "an-admin-token-of-the-tests"
PRODUCTS = {
    "ardlen-vireo-61": "Ardlen Vireo 61",
    "ardlen-tarn-16": "Ardlen Tarn 16",
    "silent": "Silent Box",
    "none": "Without Manual",
}


class Catalog(catalog_pb2_grpc.CatalogServiceServicer):
    """Two brands, a few products, and what was attached."""

    def __init__(self) -> None:
        self.empty = False
        self.attached: list[Any] = []

    async def GetProduct(self, request: Any, context: Any) -> Any:
        if self.empty or request.product_id not in PRODUCTS:
            raise not_found("PRODUCT_UNKNOWN", f"no product has the id {request.product_id!r}")
        return catalog_pb2.GetProductResponse(product=_product(request.product_id))

    async def ListProducts(self, request: Any, context: Any) -> Any:
        products = [] if self.empty else [_product("ardlen-vireo-61")]
        return catalog_pb2.ListProductsResponse(products=products)

    async def AttachDocument(self, request: Any, context: Any) -> Any:
        self.attached.append(request)
        document = catalog_pb2.Document(document_id="d-9", type=request.type, role=request.role, url=request.url)
        return catalog_pb2.AttachDocumentResponse(document=document)

    async def ReportCoverage(self, request: Any, context: Any) -> Any:
        for brand, products, asked in (("ardlen", 6, 7), ("roland", 29, 4)):
            yield catalog_pb2.ReportCoverageResponse(
                brand_id=brand,
                brand_name=brand.title(),
                products=products,
                with_document=5,
                reachable=4,
                read=3,
                asked=asked,
                wanted=[catalog_pb2.WantedManual(product_id=f"{brand}-x", name=f"{brand.title()} X", asked=products)],
            )


class Prediction(prediction_pb2_grpc.PredictionServiceServicer):
    """Knows products by a part of their name, and is sure where one alone has it."""

    def __init__(self) -> None:
        self.wrong = False

    def predict(self, text: str) -> Any:
        words = [word for word in text.lower().split() if len(word) > 2]
        fitting = [i for i, name in PRODUCTS.items() if any(word in name.lower().split() for word in words)]
        if self.wrong and fitting:
            fitting = ["ardlen-tarn-16"]
        return prediction_pb2.PredictResponse(
            predictions=[
                prediction_pb2.Prediction(
                    product_id=i,
                    name=PRODUCTS[i],
                    brand_name="Ardlen",
                    confidence=1 / len(fitting),
                    locked=len(fitting) == 1,
                )
                for i in fitting
            ]
        )

    async def Predict(self, request: Any, context: Any) -> Any:
        return self.predict(request.text)

    async def TypeAhead(self, requests: Any, context: Any) -> Any:
        told = False
        async for request in requests:
            predictions = self.predict(request.text)
            yield prediction_pb2.TypeAheadResponse(sequence=request.sequence, predictions=predictions)
            if not told and predictions.predictions and predictions.predictions[0].locked:
                told = True
                for state in (ingest_pb2.MANUAL_STATE_PARSING, ingest_pb2.MANUAL_STATE_READY):
                    manual = prediction_pb2.ManualEvent(
                        product_id=predictions.predictions[0].product_id, state=state, pages=26
                    )
                    yield prediction_pb2.TypeAheadResponse(sequence=request.sequence, manual=manual)


class Ingest(ingest_pb2_grpc.IngestServiceServicer):
    """Takes files and keeps what arrived; a job is over at once."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.modes: set[int] = set()
        self.largest_chunk = 0
        self.uploads: list[tuple[Any, bytes]] = []
        self.job_state = ingest_pb2.JOB_STATE_SUCCEEDED
        self.faults: list[Any] = []
        self.watches_to_break = 0
        self.purged: list[int] = []
        self.maintained: list[Any] = []

    async def ImportCatalog(self, requests: Any, context: Any) -> Any:
        name = ""
        async for request in requests:
            if request.HasField("file"):
                name = request.file.name
                self.modes.add(request.file.mode)
                self.files[name] = b""
            else:
                self.largest_chunk = max(self.largest_chunk, len(request.chunk))
                self.files[name] += request.chunk
        return ingest_pb2.ImportCatalogResponse(job_id="job-1")

    async def WatchJob(self, request: Any, context: Any) -> Any:
        total = len(self.files)
        yield ingest_pb2.WatchJobResponse(state=ingest_pb2.JOB_STATE_RUNNING, files_total=total, faults=self.faults[:1])
        if self.watches_to_break:
            self.watches_to_break -= 1
            raise Failure(StatusCode.UNAVAILABLE, "DRAINING", "this replica stops", retry_after_s=0.1)
        yield ingest_pb2.WatchJobResponse(
            state=self.job_state, files_done=total, files_total=total, added=7, updated=2, faults=self.faults[1:]
        )

    async def ListJobs(self, request: Any, context: Any) -> Any:
        failed = ingest_pb2.JOB_STATE_FAILED
        return ingest_pb2.ListJobsResponse(
            jobs=[
                ingest_pb2.Job(job_id="job-7", kind="import", state=failed, subject="roland.json"),
                ingest_pb2.Job(job_id="job-1", kind="import", state=failed, error="the catalogue is away"),
            ]
        )

    async def RetryJob(self, request: Any, context: Any) -> Any:
        if request.job_id != "job-7":
            raise not_found("JOB_UNKNOWN", f"no job has the id {request.job_id!r}")
        return ingest_pb2.RetryJobResponse(job=ingest_pb2.Job(job_id=request.job_id))

    async def PurgeJobs(self, request: Any, context: Any) -> Any:
        self.purged.append(request.state)
        return ingest_pb2.PurgeJobsResponse(purged=3)

    async def ProposeDocuments(self, request: Any, context: Any) -> Any:
        if request.product_id != "silent":
            return ingest_pb2.ProposeDocumentsResponse()
        document = ingest_pb2.ProposedDocument(
            url="https://maker.example/get?id=3&lang=de",
            title="Silent Box Handbuch",
            type=catalog_pb2.DOCUMENT_TYPE_PDF,
            role=catalog_pb2.DOCUMENT_ROLE_QUICK_START,
            language="de",
            source="https://maker.example/silent-box",
        )
        return ingest_pb2.ProposeDocumentsResponse(documents=[document])

    async def RunMaintenance(self, request: Any, context: Any) -> Any:
        self.maintained.append(request)
        return ingest_pb2.RunMaintenanceResponse(affected=2, bytes=30_000, examples=["f00d"])

    async def UploadManual(self, requests: Any, context: Any) -> Any:
        header, data = None, b""
        async for request in requests:
            if request.HasField("header"):
                header = request.header
            data += request.chunk
        self.uploads.append((header, data))
        return ingest_pb2.UploadManualResponse(manual_id="m-5", document_id="d-5")

    async def PrefetchManual(self, request: Any, context: Any) -> Any:
        if request.product_id == "none":
            raise precondition("NO_DOCUMENT", "this product has no manual: attach one")
        return ingest_pb2.PrefetchManualResponse(state=ingest_pb2.MANUAL_STATE_QUEUED)

    async def WatchManual(self, request: Any, context: Any) -> Any:
        yield ingest_pb2.WatchManualResponse(document_id="d-1", state=ingest_pb2.MANUAL_STATE_FETCHING)
        yield ingest_pb2.WatchManualResponse(
            document_id="d-1", manual_id="m-1", state=ingest_pb2.MANUAL_STATE_READY, pages=26, bytes=162_000
        )
        yield ingest_pb2.WatchManualResponse(
            document_id="d-2",
            state=ingest_pb2.MANUAL_STATE_FAILED,
            error="the maker answers 404",
            reason="FETCH_NOT_FOUND",
        )

    async def ListManuals(self, request: Any, context: Any) -> Any:
        manual = ingest_pb2.Manual(
            manual_id="m-1", role=catalog_pb2.DOCUMENT_ROLE_REFERENCE, pages=26, title="Vireo 61 Reference Manual"
        )
        return ingest_pb2.ListManualsResponse(manuals=[manual])


class Answer(answer_pb2_grpc.AnswerServiceServicer):
    """Answers what is asked of the Vireo, unless it is about Bluetooth."""

    def __init__(self) -> None:
        self.break_after = 0
        self.resumed_after: list[int] = []
        self.always_answers = False
        self.page = 17

    def events(self, product_id: str, question: str) -> list[dict[str, Any]]:
        citation = answer_pb2.Citation(
            index=1,
            page_start=self.page,
            page_end=self.page,
            section_path=["Backup", "Reset"],
            quote="Hold EXIT\nand SEQ \x1b[31m",
        )
        if product_id == "none":
            done = answer_pb2.Done(
                outcome=answer_pb2.ANSWER_OUTCOME_NO_MANUAL, reason="NO_DOCUMENT", hint="Attach a manual."
            )
            return [{"done": done}]
        if "bluetooth" in question.lower() and not self.always_answers:
            return [
                {"citation": citation},
                {"done": answer_pb2.Done(outcome=answer_pb2.ANSWER_OUTCOME_NOT_IN_MANUAL)},
            ]
        return [
            {"status": answer_pb2.Status(stage="search", detail="26 pages")},
            {"citation": citation},
            {"chunk": answer_pb2.Chunk(text="Hold EXIT and SEQ. ", citation_indexes=[1])},
            {"chunk": answer_pb2.Chunk(text="Then switch on.", citation_indexes=[1])},
            {"done": answer_pb2.Done(outcome=answer_pb2.ANSWER_OUTCOME_ANSWERED, confidence=0.9)},
        ]

    async def Ask(self, request: Any, context: Any) -> Any:
        for number, payload in enumerate(self.events(request.product_id, request.question), start=1):
            if self.break_after and number > self.break_after:
                raise Failure(StatusCode.UNAVAILABLE, "DRAINING", "this replica stops", retry_after_s=0.1)
            yield answer_pb2.AskResponse(answer_id="a-1", event=number, **payload)

    async def ResumeAnswer(self, request: Any, context: Any) -> Any:
        self.resumed_after.append(request.after_event)
        events = list(enumerate(self.events("ardlen-vireo-61", ""), start=1))
        for number, payload in events[request.after_event :]:
            yield answer_pb2.ResumeAnswerResponse(answer_id="a-1", event=number, **payload)


class Status(status_pb2_grpc.StatusServiceServicer):
    """All is well, unless the tests say otherwise."""

    def __init__(self) -> None:
        self.response = status_pb2.GetStatusResponse(
            services=[status_pb2.ServiceStatus(name="catalog", version="0.1.0", serving=True)]
        )

    async def GetStatus(self, request: Any, context: Any) -> Any:
        return self.response


@dataclass
class System:
    """The servers behind the door, and the door."""

    catalog: Catalog = field(default_factory=Catalog)
    prediction: Prediction = field(default_factory=Prediction)
    ingest: Ingest = field(default_factory=Ingest)
    answer: Answer = field(default_factory=Answer)
    status: Status = field(default_factory=Status)
    address: str = ""
    port: int = 0
    ready: int = 200


@dataclass(frozen=True)
class Ran:
    """How a run of `hsc` ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self) -> Any:
        return json.loads(self.err.splitlines()[-1])["error"]


Hsc = Callable[..., Awaitable[Ran]]


@pytest.fixture
async def system() -> AsyncIterator[System]:
    """The servers, with the house's own guard in front, reached through one door."""
    parts = System()

    @asynccontextmanager
    async def wire(_: Any, server: Server) -> AsyncIterator[None]:
        for part, register, name in (
            (parts.catalog, catalog_pb2_grpc.add_CatalogServiceServicer_to_server, "hsc.catalog.v1.CatalogService"),
            (
                parts.prediction,
                prediction_pb2_grpc.add_PredictionServiceServicer_to_server,
                "hsc.prediction.v1.PredictionService",
            ),
            (parts.ingest, ingest_pb2_grpc.add_IngestServiceServicer_to_server, "hsc.ingest.v1.IngestService"),
            (parts.answer, answer_pb2_grpc.add_AnswerServiceServicer_to_server, "hsc.answer.v1.AnswerService"),
            (parts.status, status_pb2_grpc.add_StatusServiceServicer_to_server, "hsc.status.v1.StatusService"),
        ):
            server.add(register, part, name)
        yield

    settings = ServerSettings.model_validate(
        {"host": "127.0.0.1", "port": 0, "metrics_port": 0, "hsc_admin_token": TOKEN, "drain_delay_s": 0, "grace_s": 1}
    )
    async with running("catalog", settings, wire) as server, _door(parts, server.port) as port:
        parts.address, parts.port = f"127.0.0.1:{port}", server.port
        yield parts


@asynccontextmanager
async def _door(system: System, grpc_port: int) -> AsyncIterator[int]:
    """One port for HTTP/1.1 health checks and for gRPC, as the gateway has."""
    tasks: set[asyncio.Task[None]] = set()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.read(65536)
        if first.startswith(b"GET "):
            status = system.ready if b" /ready " in first else 200
            writer.write(b"HTTP/1.1 %d x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % status)
            await writer.drain()
            writer.close()
            return
        behind_reader, behind = await asyncio.open_connection("127.0.0.1", grpc_port)
        behind.write(first)
        for task in (asyncio.create_task(pump(reader, behind)), asyncio.create_task(pump(behind_reader, writer))):
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def hsc(system: System, tmp_path: Path) -> Hsc:
    """Run `hsc` with these arguments; variables given by name replace those of the environment.

    On a terminal, standard output and error are one, in `out`. Ctrl-C comes once `interrupt_after` was said. `unread`,
    standard output is a pipe whose reader has left.
    """

    async def run(
        *arguments: str,
        terminal: bool = False,
        interrupt_after: bytes = b"",
        unread: bool = False,
        **environment: str,
    ) -> Ran:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("HSC_")}
        variables = {"HSC_ADDRESS": system.address, "HSC_ADMIN_TOKEN": TOKEN, "HSC_HOME": str(tmp_path / "home")}
        screen, its_end = pty.openpty() if terminal else (-1, asyncio.subprocess.PIPE)
        deaf = _pipe_without_reader() if unread else None
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            "from hsc_cli.main import main; main()",
            *arguments,
            env={**inherited, "TERM": "xterm", "COLUMNS": "120", **variables, **environment},
            cwd=tmp_path,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=its_end if deaf is None else deaf,
            stderr=its_end,
        )
        if deaf is not None:
            os.close(deaf)
        async with asyncio.timeout(60):
            if terminal:
                os.close(its_end)
                out, err = await asyncio.to_thread(_all_of, screen), b""
                await process.wait()
            else:
                heard = b""
                if interrupt_after:
                    assert process.stdout is not None
                    heard = await process.stdout.readuntil(interrupt_after)
                    process.send_signal(signal.SIGINT)
                rest, err = await process.communicate()
                out = heard + (rest or b"")
        assert "Traceback" not in err.decode(), err.decode()
        return Ran(process.returncode or 0, out.decode(), err.decode())

    return run


def _pipe_without_reader() -> int:
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def _all_of(screen: int) -> bytes:
    """Read a terminal until nobody writes to it any more; Linux says so with an error."""
    shown = b""
    with suppress(OSError):
        while data := os.read(screen, 65536):
            shown += data
    os.close(screen)
    return shown


def _product(product_id: str) -> catalog_pb2.Product:
    return catalog_pb2.Product(product_id=product_id, name=PRODUCTS[product_id], brand_id="ardlen", brand_name="Ardlen")
