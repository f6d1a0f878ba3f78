"""`hsc import PATH…`: catalogue files into the system."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from hsc.catalog.v1 import catalog_pb2
from hsc.ingest.v1 import ingest_pb2
from hsc_rpc.errors import not_found
from rich.progress import Progress

from hsc_cli.client import IMPORT_S, Client
from hsc_cli.failures import FAILED, OK, failures_of_calls
from hsc_cli.jobs import watch_job, why_failed
from hsc_cli.output import Output
from hsc_cli.running import rpc_command

# Well below the contract's 1 MiB a chunk, so that the file on its way never fills the memory.
CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True)
class CatalogFile:
    """A file to import, and the name that faults will call it by: relative to what the user named."""

    path: Path
    name: str


@click.command("import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--replace",
    is_flag=True,
    help="Remove products that a brand's file no longer has (otherwise they stay).",
)
@rpc_command
async def import_(client: Client, out: Output, paths: Sequence[Path], replace: bool) -> int:
    """Import catalogue files; a folder stands for all *.json files below it.

    Every fault is named with its file, product and field. One bad product does not lose the others,
    a bad file changes nothing.
    """
    files = catalog_files(paths)
    mode = catalog_pb2.IMPORT_MODE_REPLACE if replace else catalog_pb2.IMPORT_MODE_MERGE
    with out.progress() as progress:
        sending = progress.add_task("Sending", total=len(files), detail="")
        requests = import_requests(files, mode, lambda: progress.advance(sending))
        with failures_of_calls(client.place.address):
            job = await client.ingest.ImportCatalog(requests, timeout=IMPORT_S, metadata=client.as_admin())
        out.note(f"job {job.job_id}")
        progress.update(sending, visible=False)
        return await follow(client, out, job.job_id, progress)


async def follow(client: Client, out: Output, job_id: str, progress: Progress) -> int:
    """Show a job until it is over, and say what it has changed."""
    importing = progress.add_task("Importing", total=None, detail="")
    last = ingest_pb2.WatchJobResponse()
    faults = 0
    async for last in watch_job(client, job_id):
        out.result(last)
        counts = f"+{last.added} ~{last.updated} -{last.removed}"
        progress.update(importing, completed=last.files_done, total=last.files_total, detail=counts)
        for fault in last.faults:
            faults += 1
            place = ": ".join(part for part in (fault.file, fault.product_id, fault.field) if part)
            out.say(f"{place}: {fault.message}", "yellow")
    progress.update(importing, visible=False)
    failed = last.state != ingest_pb2.JOB_STATE_SUCCEEDED
    counts = f"{last.added} added, {last.updated} updated, {last.removed} removed; faults: {faults}"
    out.say(f"{last.files_done} of {last.files_total} files: {counts}", "red" if failed else "")
    if failed:
        why = await why_failed(client, job_id)
        out.say(f"the import failed{f': {why}' if why else ''}\nafter mending it: hsc jobs retry {job_id}", "red")
    return FAILED if failed or faults else OK


def catalog_files(paths: Sequence[Path]) -> list[CatalogFile]:
    """Return the files that `paths` stand for, each once. Raises Failure when one is missing or a folder is empty."""
    files: dict[Path, CatalogFile] = {}
    for path in paths:
        if path.is_dir():
            below = sorted(p for p in path.rglob("*.json") if p.is_file() and not p.name.startswith("."))
            if not below:
                raise not_found("NO_FILES", f"{path} holds no *.json file")
            found = [CatalogFile(p, p.relative_to(path).as_posix()) for p in below]
        elif path.is_file():
            found = [CatalogFile(path, path.name)]
        else:
            raise not_found("NO_FILES", f"{path} is neither a file nor a folder")
        if unreadable := [str(file.path) for file in found if not os.access(file.path, os.R_OK)]:
            raise not_found("NO_FILES", f"cannot be read: {', '.join(unreadable)}")
        for file in found:
            files.setdefault(file.path.resolve(), file)
    return list(files.values())


async def import_requests(
    files: Sequence[CatalogFile], mode: catalog_pb2.ImportMode.ValueType, sent: Callable[[], None]
) -> AsyncIterator[ingest_pb2.ImportCatalogRequest]:
    """Yield each file as its name and then its bytes, never more than a chunk in memory."""
    # One id for this run: should the call be repeated underneath, it stays the same job.
    request_id = uuid.uuid4().hex
    for file in files:
        head = ingest_pb2.ImportCatalogRequest.File(name=file.name, mode=mode, request_id=request_id)
        yield ingest_pb2.ImportCatalogRequest(file=head)
        with file.path.open("rb") as stream:
            while chunk := await asyncio.to_thread(stream.read, CHUNK_BYTES):
                yield ingest_pb2.ImportCatalogRequest(chunk=chunk)
        sent()
