"""Our words to the contract's."""

from __future__ import annotations

from hsc.catalog.v1 import catalog_pb2
from hsc.ingest.v1 import ingest_pb2

from hsc_ingest.domain.proposals import Proposal, Role
from hsc_ingest.flows.housekeeping import Task
from hsc_ingest.flows.model import Document, Job, JobState, State

STATES = {
    State.QUEUED: ingest_pb2.MANUAL_STATE_QUEUED,
    State.FETCHING: ingest_pb2.MANUAL_STATE_FETCHING,
    State.PARSING: ingest_pb2.MANUAL_STATE_PARSING,
    State.READY: ingest_pb2.MANUAL_STATE_READY,
    State.FAILED: ingest_pb2.MANUAL_STATE_FAILED,
}
JOB_STATES = {
    JobState.QUEUED: ingest_pb2.JOB_STATE_QUEUED,
    JobState.RUNNING: ingest_pb2.JOB_STATE_RUNNING,
    JobState.SUCCEEDED: ingest_pb2.JOB_STATE_SUCCEEDED,
    JobState.FAILED: ingest_pb2.JOB_STATE_FAILED,
}

TASKS: dict[int, Task] = {
    ingest_pb2.MAINTENANCE_TASK_RECHECK_MANUALS: Task.RECHECK_MANUALS,
    ingest_pb2.MAINTENANCE_TASK_REMOVE_BLOBS: Task.REMOVE_BLOBS,
    ingest_pb2.MAINTENANCE_TASK_REMOVE_JOBS: Task.REMOVE_JOBS,
}
ROLES = {
    Role.OWNERS: catalog_pb2.DOCUMENT_ROLE_OWNERS,
    Role.REFERENCE: catalog_pb2.DOCUMENT_ROLE_REFERENCE,
    Role.QUICK_START: catalog_pb2.DOCUMENT_ROLE_QUICK_START,
    Role.ADDENDUM: catalog_pb2.DOCUMENT_ROLE_ADDENDUM,
    Role.OTHER: catalog_pb2.DOCUMENT_ROLE_OTHER,
    Role.SERVICE: catalog_pb2.DOCUMENT_ROLE_SERVICE,
}


def document_message(document: Document, *, preferred: bool) -> ingest_pb2.WatchManualResponse:
    return ingest_pb2.WatchManualResponse(
        document_id=document.document_id,
        manual_id=document.manual_id if document.state is State.READY and document.manual_id else "",
        state=STATES[document.state],
        pages=document.pages,
        bytes=document.bytes,
        error=document.error,
        reason=document.reason,
        preferred=preferred,
    )


def proposal_message(one: Proposal) -> ingest_pb2.ProposedDocument:
    return ingest_pb2.ProposedDocument(
        url=one.url,
        title=one.title,
        type=catalog_pb2.DOCUMENT_TYPE_PDF if one.is_pdf else catalog_pb2.DOCUMENT_TYPE_HTML,
        role=ROLES[one.role],
        language=one.language,
        source=one.source,
    )


def job_message(job: Job) -> ingest_pb2.Job:
    message = ingest_pb2.Job(
        job_id=job.job_id,
        kind=job.kind,
        state=JOB_STATES[job.state],
        subject=job.subject,
        attempts=job.attempts,
        error=job.error,
    )
    message.created_at.FromDatetime(job.created_at)
    message.updated_at.FromDatetime(job.updated_at)
    return message
