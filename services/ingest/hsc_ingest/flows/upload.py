"""Bytes that are nowhere on the web: manuals and catalogue files that arrive in chunks."""

from __future__ import annotations

import hashlib
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from hsc.catalog.v1 import catalog_pb2
from hsc_blobs import BlobStore
from hsc_rpc.errors import Violation, invalid

from hsc_ingest.adapters.documents import Documents
from hsc_ingest.adapters.imports import ImportFile, Imports
from hsc_ingest.adapters.parsing.sniff import PDF, sniff
from hsc_ingest.domain.manual import ReadingError
from hsc_ingest.flows.model import UPLOADED, JobKind
from hsc_ingest.flows.ports import Catalog, Events, Queue

MAX_MANUAL = 100 * 1024 * 1024
MAX_CATALOG_FILE = 16 * 1024 * 1024
MAX_IMPORT = 512 * 1024 * 1024
MAX_FILES = 5000


class Spool:
    """Chunks on their way to a temporary file, with a bound."""

    def __init__(self, folder: Path, most: int) -> None:
        self.path = folder / uuid.uuid4().hex
        self.size = 0
        self.head = b""
        self._most = most
        self._hash = hashlib.sha256()
        self._file = self.path.open("wb")

    def write(self, chunk: bytes) -> None:
        """Raises INVALID_ARGUMENT TOO_LARGE beyond the bound."""
        self.size += len(chunk)
        if self.size > self._most:
            raise invalid(Violation("chunk", f"is more than {self._most >> 20} MiB in all"), reason="TOO_LARGE")
        if len(self.head) < 4096:
            self.head += chunk[:4096]
        self._hash.update(chunk)
        self._file.write(chunk)

    def close(self) -> str:
        """The SHA-256 of what was written, in hexadecimal."""
        self._file.close()
        return self._hash.hexdigest()


class UploadManual:
    """Takes a manual's bytes, attaches them to the product, and has them read."""

    def __init__(self, catalog: Catalog, documents: Documents, blobs: BlobStore, queue: Queue, events: Events) -> None:
        self._catalog = catalog
        self._documents = documents
        self._blobs = blobs
        self._queue = queue
        self._events = events

    async def __call__(
        self, product_id: str, role: int, language: str, file_name: str, chunks: AsyncIterator[bytes]
    ) -> tuple[str, str]:
        """(manual_id, document_id). Raises Failure: PRODUCT_UNKNOWN, TOO_LARGE, EMPTY, NOT_A_MANUAL."""
        await self._catalog.documents(product_id)  # an unknown product is said before its bytes are sent
        with tempfile.TemporaryDirectory(prefix="hsc-upload-") as folder, ExitStack() as closing:
            spool = Spool(Path(folder), MAX_MANUAL)
            closing.callback(spool.close)
            async for chunk in chunks:
                spool.write(chunk)
            manual_id = spool.close()
            if not spool.size:
                raise invalid(Violation("chunk", "is missing: the file is empty"), reason="EMPTY")
            try:
                content_type = sniff(spool.head)
            except ReadingError as refusal:
                raise invalid(Violation("chunk", refusal.message), reason=refusal.reason) from None
            await self._blobs.put(spool.path)
        is_pdf = content_type == PDF
        document = await self._catalog.attach(
            product_id,
            type_=catalog_pb2.DOCUMENT_TYPE_PDF if is_pdf else catalog_pb2.DOCUMENT_TYPE_HTML,
            role=role or catalog_pb2.DOCUMENT_ROLE_OWNERS,
            language=language,
            url=f"{UPLOADED}{manual_id}",
        )
        (taken_up,), jobs = await self._documents.want([document])
        await self._documents.name_file(document.document_id, file_name.replace("\0", ""))
        await self._queue.announce(JobKind.READ, jobs)
        await self._events.publish(taken_up)
        return manual_id, document.document_id


@dataclass(frozen=True, slots=True)
class FileStart:
    """A file of an import begins. `mode` is the contract's number."""

    name: str
    mode: int
    request_id: str


class AcceptImport:
    """Takes catalogue files, keeps them, and has a job import them."""

    def __init__(self, imports: Imports, blobs: BlobStore, queue: Queue) -> None:
        self._imports = imports
        self._blobs = blobs
        self._queue = queue

    async def __call__(self, parts: AsyncIterator[FileStart | bytes]) -> str:
        """The job's id. The same request id is the same job. Raises Failure: INVALID_REQUEST, TOO_LARGE."""
        job_id = str(uuid.uuid4())
        files: list[ImportFile] = []
        request_id = ""
        total = 0
        with tempfile.TemporaryDirectory(prefix="hsc-import-") as folder, ExitStack() as closing:
            begun: FileStart | None = None
            spool: Spool | None = None
            async for part in parts:
                if isinstance(part, FileStart):
                    await self._keep(files, begun, spool)
                    if len(files) >= MAX_FILES:
                        raise invalid(Violation("file", f"is more than the {MAX_FILES}th"), reason="TOO_LARGE")
                    request_id = request_id or part.request_id
                    begun = part
                    spool = Spool(Path(folder), MAX_CATALOG_FILE)
                    closing.callback(spool.close)
                elif spool is None:
                    raise invalid(Violation("chunk", "comes before the file it belongs to"))
                else:
                    total += len(part)
                    if total > MAX_IMPORT:
                        raise invalid(Violation("chunk", "is more than an import may be"), reason="TOO_LARGE")
                    spool.write(part)
            await self._keep(files, begun, spool)
        if not files:
            raise invalid(Violation("file", "is missing: an import has at least one"))
        accepted = await self._imports.add(job_id, request_id, files)
        await self._queue.announce(JobKind.IMPORT, [accepted])
        return accepted

    async def _keep(self, files: list[ImportFile], begun: FileStart | None, spool: Spool | None) -> None:
        if begun is not None and spool is not None:
            spool.close()
            blob = await self._blobs.put(spool.path)
            files.append(ImportFile(len(files), begun.name.replace("\0", ""), begun.mode, blob))
            spool.path.unlink()
