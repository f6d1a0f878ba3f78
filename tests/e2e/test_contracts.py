"""Every RPC of the contracts is driven once through the gateway: a new one fails here until it is routed and listed."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hsc
import pytest
from e2e.desk import Desk
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from grpc import StatusCode, aio
from hsc.access.v1 import access_pb2
from hsc.answer.v1 import answer_pb2
from hsc.audit.v1 import audit_pb2
from hsc.catalog.v1 import catalog_pb2
from hsc.ingest.v1 import ingest_pb2
from hsc.prediction.v1 import prediction_pb2
from hsc.status.v1 import status_pb2
from hsc_rpc.errors import from_call

OK = "OK"
VIREO = "ardlen-vireo-61"
NOBODY = "nobody-knows-this"
SESSION = "a-session-that-nobody-has-had"
BRAND = catalog_pb2.Brand(brand_id="contracts", name="Contracts")
HEADER = ingest_pb2.UploadManualRequest.Header(product_id=NOBODY, file_name="manual.pdf")

# What each is asked, and how its service must take it: OK, or the reason it gives.
DRIVEN: dict[str, tuple[Message, str]] = {
    "hsc.answer.v1.AnswerService/Ask": (answer_pb2.AskRequest(product_id=VIREO, question="What does E07 mean?"), OK),
    "hsc.answer.v1.AnswerService/DeleteSession": (answer_pb2.DeleteSessionRequest(session_id=SESSION), OK),
    "hsc.answer.v1.AnswerService/GetAnswer": (answer_pb2.GetAnswerRequest(answer_id=NOBODY), "ANSWER_UNKNOWN"),
    "hsc.answer.v1.AnswerService/GetSession": (answer_pb2.GetSessionRequest(session_id=SESSION), OK),
    "hsc.answer.v1.AnswerService/HandOver": (answer_pb2.HandOverRequest(answer_id=NOBODY), "ANSWER_UNKNOWN"),
    "hsc.answer.v1.AnswerService/ListRatedAnswers": (answer_pb2.ListRatedAnswersRequest(), OK),
    "hsc.answer.v1.AnswerService/RateAnswer": (
        answer_pb2.RateAnswerRequest(answer_id=NOBODY, verdict=answer_pb2.VERDICT_HELPFUL),
        "ANSWER_UNKNOWN",
    ),
    "hsc.answer.v1.AnswerService/ResumeAnswer": (answer_pb2.ResumeAnswerRequest(answer_id=NOBODY), "ANSWER_UNKNOWN"),
    "hsc.answer.v1.AnswerService/SearchManual": (answer_pb2.SearchManualRequest(product_id=VIREO, query="reset"), OK),
    "hsc.audit.v1.AuditService/ListEvents": (audit_pb2.ListEventsRequest(), OK),
    "hsc.audit.v1.AuditService/Verify": (audit_pb2.VerifyRequest(), OK),
    "hsc.catalog.v1.CatalogService/ApplyCatalog": (catalog_pb2.ApplyCatalogRequest(brand=BRAND), OK),
    "hsc.catalog.v1.CatalogService/AttachDocument": (
        catalog_pb2.AttachDocumentRequest(
            product_id=NOBODY, type=catalog_pb2.DOCUMENT_TYPE_PDF, url="https://a.org/b.pdf"
        ),
        "PRODUCT_UNKNOWN",
    ),
    "hsc.catalog.v1.CatalogService/GetProduct": (catalog_pb2.GetProductRequest(product_id=VIREO), OK),
    "hsc.catalog.v1.CatalogService/GetProductContext": (catalog_pb2.GetProductContextRequest(product_id=VIREO), OK),
    "hsc.catalog.v1.CatalogService/ListBrands": (catalog_pb2.ListBrandsRequest(), OK),
    "hsc.catalog.v1.CatalogService/ListProducts": (catalog_pb2.ListProductsRequest(), OK),
    "hsc.catalog.v1.CatalogService/ReportCoverage": (catalog_pb2.ReportCoverageRequest(), OK),
    "hsc.catalog.v1.CatalogService/StreamProducts": (catalog_pb2.StreamProductsRequest(), OK),
    "hsc.ingest.v1.IngestService/DownloadManual": (
        ingest_pb2.DownloadManualRequest(manual_id=NOBODY),
        "MANUAL_UNKNOWN",
    ),
    "hsc.ingest.v1.IngestService/GetManual": (ingest_pb2.GetManualRequest(manual_id=NOBODY), "MANUAL_UNKNOWN"),
    "hsc.ingest.v1.IngestService/ImportCatalog": (ingest_pb2.ImportCatalogRequest(chunk=b"{}"), "INVALID_REQUEST"),
    "hsc.ingest.v1.IngestService/ListDocumentStates": (ingest_pb2.ListDocumentStatesRequest(), OK),
    "hsc.ingest.v1.IngestService/ListJobs": (ingest_pb2.ListJobsRequest(), OK),
    "hsc.ingest.v1.IngestService/ListManuals": (ingest_pb2.ListManualsRequest(product_id=VIREO), OK),
    "hsc.ingest.v1.IngestService/ListPassages": (ingest_pb2.ListPassagesRequest(manual_id=NOBODY), "MANUAL_UNKNOWN"),
    "hsc.ingest.v1.IngestService/PrefetchManual": (ingest_pb2.PrefetchManualRequest(product_id=VIREO), OK),
    "hsc.ingest.v1.IngestService/ProposeDocuments": (
        ingest_pb2.ProposeDocumentsRequest(product_id=NOBODY),
        "PRODUCT_UNKNOWN",
    ),
    "hsc.ingest.v1.IngestService/PurgeJobs": (
        ingest_pb2.PurgeJobsRequest(state=ingest_pb2.JOB_STATE_RUNNING),
        "JOB_NOT_OVER",
    ),
    "hsc.ingest.v1.IngestService/RetryJob": (ingest_pb2.RetryJobRequest(job_id=NOBODY), "JOB_UNKNOWN"),
    "hsc.ingest.v1.IngestService/RunMaintenance": (
        ingest_pb2.RunMaintenanceRequest(task=ingest_pb2.MAINTENANCE_TASK_REMOVE_BLOBS, dry_run=True),
        OK,
    ),
    "hsc.ingest.v1.IngestService/UploadManual": (ingest_pb2.UploadManualRequest(header=HEADER), "PRODUCT_UNKNOWN"),
    "hsc.ingest.v1.IngestService/WatchJob": (ingest_pb2.WatchJobRequest(job_id=NOBODY), "JOB_UNKNOWN"),
    "hsc.ingest.v1.IngestService/WatchManual": (ingest_pb2.WatchManualRequest(product_id=VIREO), OK),
    "hsc.prediction.v1.PredictionService/Predict": (prediction_pb2.PredictRequest(text="vireo"), OK),
    "hsc.prediction.v1.PredictionService/ReportTimings": (prediction_pb2.ReportTimingsRequest(session_id=SESSION), OK),
    "hsc.prediction.v1.PredictionService/TypeAhead": (prediction_pb2.TypeAheadRequest(sequence=1, text="vireo"), OK),
    "hsc.status.v1.StatusService/GetStatus": (status_pb2.GetStatusRequest(), OK),
}


def methods() -> Iterator[MethodDescriptor]:
    """Every method of every service in the generated contracts."""
    for folder in map(Path, hsc.__path__):
        for file in sorted(folder.rglob("*_pb2.py")):
            name = ".".join(("hsc", *file.relative_to(folder).with_suffix("").parts))
            for service in importlib.import_module(name).DESCRIPTOR.services_by_name.values():
                yield from service.methods


METHODS = {f"{method.containing_service.full_name}/{method.name}": method for method in methods()}
ADMIN = [
    path
    for path, method in METHODS.items()
    if method.GetOptions().Extensions[access_pb2.access] == access_pb2.ACCESS_ADMIN
]


async def drive(desk: Desk, path: str, request: Message, metadata: Any = ()) -> str:
    """Call it with one request and take one response; returns OK, or the reason of the refusal."""
    method = METHODS[path]
    kind = f"{'stream' if method.client_streaming else 'unary'}_{'stream' if method.server_streaming else 'unary'}"
    answers: type[Message] = GetMessageClass(method.output_type)
    call = getattr(desk.channel, kind)(f"/{path}", type(request).SerializeToString, answers.FromString)
    running = call(iter([request]) if method.client_streaming else request, metadata=metadata, timeout=30)
    try:
        if not method.server_streaming:
            assert isinstance(await running, answers)
        else:
            # Silence until the end is an answer too: nothing is there to be listed.
            assert (first := await running.read()) is aio.EOF or isinstance(first, answers)
    except aio.AioRpcError as error:
        if error.code() is StatusCode.UNIMPLEMENTED:
            pytest.fail("the gateway does not route it, or no service has it")
        return from_call(error).reason
    finally:
        running.cancel()
    return OK


def test_every_method_of_the_contracts_is_in_the_table() -> None:
    assert sorted(DRIVEN) == sorted(METHODS)


@pytest.mark.parametrize("path", DRIVEN)
async def test_it_is_answered_through_the_gateway(desk: Desk, path: str) -> None:
    request, expected = DRIVEN[path]
    assert await drive(desk, path, request, desk.admin) == expected


@pytest.mark.parametrize("path", ADMIN)
async def test_it_is_closed_to_those_without_the_admins_token(desk: Desk, path: str) -> None:
    assert await drive(desk, path, DRIVEN[path][0]) == "TOKEN_MISSING"
    assert await drive(desk, path, DRIVEN[path][0], (("authorization", "Bearer guessed"),)) == "TOKEN_UNKNOWN"
