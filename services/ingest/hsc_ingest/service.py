"""IngestService: protobuf ⇄ flows, nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc_audit import Chain
from hsc_rpc import pages
from hsc_rpc.drain import open_ended
from hsc_rpc.errors import Violation, invalid
from hsc_rpc.guard import CALLER

from hsc_ingest.adapters.documents import Documents
from hsc_ingest.adapters.messages import (
    JOB_STATES,
    STATES,
    TASKS,
    document_message,
    job_message,
)
from hsc_ingest.flows.housekeeping import Housekeeping
from hsc_ingest.flows.manuals import ReadManuals
from hsc_ingest.flows.model import Job, JobState
from hsc_ingest.flows.operate import OperateJobs
from hsc_ingest.flows.prefetch import Prefetch, Watch
from hsc_ingest.flows.propose import ProposeDocuments
from hsc_ingest.flows.upload import AcceptImport, FileStart, UploadManual

_OUR_JOB_STATES = {int(number): state for state, number in JOB_STATES.items()}


@dataclass(frozen=True, slots=True)
class Flows:
    """The use cases this service offers."""

    prefetch: Prefetch
    watch: Watch
    manuals: ReadManuals
    upload: UploadManual
    accept_import: AcceptImport
    jobs: OperateJobs
    documents: Documents
    propose: ProposeDocuments
    housekeeping: Housekeeping


class IngestService(ingest_pb2_grpc.IngestServiceServicer):
    """One method an RPC."""

    def __init__(self, flows: Flows, chain: Chain) -> None:
        self._flows = flows
        self._chain = chain

    async def _audited(self, kind: str, subject: str, data: bytes = b"") -> None:
        await self._chain.append(kind, CALLER.get().subject, subject, data)

    async def PrefetchManual(
        self, request: ingest_pb2.PrefetchManualRequest, _: Any
    ) -> ingest_pb2.PrefetchManualResponse:
        state = await self._flows.prefetch(request.product_id, request.session_id, request.language)
        return ingest_pb2.PrefetchManualResponse(state=STATES[state])

    @open_ended
    async def WatchManual(
        self, request: ingest_pb2.WatchManualRequest, _: Any
    ) -> AsyncIterator[ingest_pb2.WatchManualResponse]:
        async for document, preferred in self._flows.watch(request.product_id, request.language):
            yield document_message(document, preferred=preferred)

    async def ListManuals(self, request: ingest_pb2.ListManualsRequest, _: Any) -> ingest_pb2.ListManualsResponse:
        manuals = await self._flows.manuals.of_product(
            request.product_id, request.language, for_question=request.for_question
        )
        return ingest_pb2.ListManualsResponse(manuals=manuals)

    async def GetManual(self, request: ingest_pb2.GetManualRequest, _: Any) -> ingest_pb2.GetManualResponse:
        return ingest_pb2.GetManualResponse(manual=await self._flows.manuals.get(request.manual_id))

    async def ListPassages(
        self, request: ingest_pb2.ListPassagesRequest, _: Any
    ) -> AsyncIterator[ingest_pb2.ListPassagesResponse]:
        async for passage in self._flows.manuals.passages(request.manual_id):
            yield ingest_pb2.ListPassagesResponse(passage=passage)

    async def DownloadManual(
        self, request: ingest_pb2.DownloadManualRequest, _: Any
    ) -> AsyncIterator[ingest_pb2.DownloadManualResponse]:
        async for part in self._flows.manuals.download(request.manual_id, request.offset):
            yield part

    async def ListDocumentStates(
        self, _request: ingest_pb2.ListDocumentStatesRequest, _: Any
    ) -> AsyncIterator[ingest_pb2.ListDocumentStatesResponse]:
        async for each in self._flows.documents.standings():
            yield ingest_pb2.ListDocumentStatesResponse(
                product_id=each.product_id,
                document_id=each.document_id,
                state=STATES[each.state],
                reachable=each.reachable,
            )
        async for product_id, asked in self._flows.documents.questions():
            yield ingest_pb2.ListDocumentStatesResponse(product_id=product_id, asked=asked)

    async def UploadManual(
        self, request_iterator: AsyncIterator[ingest_pb2.UploadManualRequest], _: Any
    ) -> ingest_pb2.UploadManualResponse:
        first = await anext(aiter(request_iterator), None)
        if first is None or first.WhichOneof("part") != "header":
            raise invalid(Violation("header", "is missing: it is the first message"))
        header = first.header

        async def chunks() -> AsyncIterator[bytes]:
            async for request in request_iterator:
                if request.WhichOneof("part") != "chunk":
                    raise invalid(Violation("header", "may only be the first message"))
                yield request.chunk

        manual_id, document_id = await self._flows.upload(
            header.product_id, header.role, header.language, header.file_name, chunks()
        )
        await self._audited("UploadManual", document_id, bytes.fromhex(manual_id))
        return ingest_pb2.UploadManualResponse(manual_id=manual_id, document_id=document_id)

    async def ImportCatalog(
        self, request_iterator: AsyncIterator[ingest_pb2.ImportCatalogRequest], _: Any
    ) -> ingest_pb2.ImportCatalogResponse:
        async def parts() -> AsyncIterator[FileStart | bytes]:
            async for request in request_iterator:
                if request.WhichOneof("part") == "file":
                    yield FileStart(request.file.name, request.file.mode, request.file.request_id)
                else:
                    yield request.chunk

        job_id = await self._flows.accept_import(parts())
        await self._audited("ImportCatalog", job_id)
        return ingest_pb2.ImportCatalogResponse(job_id=job_id)

    @open_ended
    async def WatchJob(self, request: ingest_pb2.WatchJobRequest, _: Any) -> AsyncIterator[ingest_pb2.WatchJobResponse]:
        await self._audited("WatchJob", request.job_id)
        async for progress in self._flows.jobs.watch(request.job_id):
            files = progress.files
            yield ingest_pb2.WatchJobResponse(
                state=JOB_STATES[progress.state],
                files_done=files.files_done,
                files_total=files.files_total,
                added=files.added,
                updated=files.updated,
                removed=files.removed,
                faults=[
                    ingest_pb2.Fault(
                        file=fault.file, product_id=fault.product_id, field=fault.field, message=fault.message
                    )
                    for fault in progress.faults
                ],
            )

    async def ListJobs(self, request: ingest_pb2.ListJobsRequest, _: Any) -> ingest_pb2.ListJobsResponse:
        size = pages.size(request.page_size)
        state = _OUR_JOB_STATES.get(request.state)
        jobs = await self._flows.jobs.list_newest(state, _before(request.page_token), size + 1)
        token = _token(jobs[size - 1]) if len(jobs) > size else ""
        await self._audited("ListJobs", state or "")
        return ingest_pb2.ListJobsResponse(jobs=map(job_message, jobs[:size]), next_page_token=token)

    async def RetryJob(self, request: ingest_pb2.RetryJobRequest, _: Any) -> ingest_pb2.RetryJobResponse:
        job = await self._flows.jobs.retry(request.job_id)
        await self._audited("RetryJob", job.job_id)
        return ingest_pb2.RetryJobResponse(job=job_message(job))

    async def PurgeJobs(self, request: ingest_pb2.PurgeJobsRequest, _: Any) -> ingest_pb2.PurgeJobsResponse:
        state = _OUR_JOB_STATES.get(request.state, JobState.FAILED)
        purged = await self._flows.jobs.purge(state)
        await self._audited("PurgeJobs", state)
        return ingest_pb2.PurgeJobsResponse(purged=purged)

    async def ProposeDocuments(
        self, request: ingest_pb2.ProposeDocumentsRequest, _: Any
    ) -> ingest_pb2.ProposeDocumentsResponse:
        await self._audited("ProposeDocuments", request.product_id)
        return await self._flows.propose(request.product_id)

    async def RunMaintenance(
        self, request: ingest_pb2.RunMaintenanceRequest, _: Any
    ) -> ingest_pb2.RunMaintenanceResponse:
        task = TASKS[request.task]
        done = await self._flows.housekeeping(task, dry_run=request.dry_run)
        await self._audited("RunMaintenance", task, b"dry run" if request.dry_run else b"")
        return ingest_pb2.RunMaintenanceResponse(affected=done.affected, bytes=done.bytes, examples=done.examples)


def _token(job: Job) -> str:
    return pages.token(job.created_at.isoformat(), job.job_id)


def _before(token: str) -> tuple[datetime, str] | None:
    key = pages.after(token, 2)
    if key is None:
        return None
    try:
        return datetime.fromisoformat(str(key[0])), str(key[1])
    except ValueError:
        raise invalid(Violation("page_token", "is not one that ListJobs gave")) from None
