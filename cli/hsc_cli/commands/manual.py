"""`hsc manual`: what there is to answer from. Shown and read, looked for on the maker's site, attached."""

import asyncio
import os
import shlex
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import click
from hsc.catalog.v1 import catalog_pb2
from hsc.ingest.v1 import ingest_pb2
from hsc_rpc.errors import not_found

from hsc_cli.client import ANSWER_S, MANUAL_S, QUICK_S, Client
from hsc_cli.failures import FAILED, OK
from hsc_cli.output import Output
from hsc_cli.running import rpc_command

CHUNK_BYTES = 256 * 1024
ROLES = {
    name.removeprefix("DOCUMENT_ROLE_").lower().replace("_", "-"): value
    for name, value in catalog_pb2.DocumentRole.items()
    if value
}
TYPES = {"pdf": catalog_pb2.DOCUMENT_TYPE_PDF, "html": catalog_pb2.DOCUMENT_TYPE_HTML}


class _ShowsByDefault(click.Group):
    """`hsc manual PRODUCT` is short for `hsc manual show PRODUCT`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_ShowsByDefault, subcommand_metavar="PRODUCT | find PRODUCT | attach PRODUCT FILE|URL")
def manual() -> None:
    """Fetch and list a product's manuals, look for one on its maker's site, or attach one."""


@manual.command()
@click.argument("product")
@click.option("--language", default="", help="Read the manual in this language first, such as he.")
@rpc_command
async def show(client: Client, out: Output, product: str, language: str) -> int:
    """Have the manuals of PRODUCT fetched and read, watch that, and list them."""
    found = await client.product(product)
    out.note(f"{found.name} ({found.product_id})")
    await client.ingest.PrefetchManual(
        ingest_pb2.PrefetchManualRequest(product_id=found.product_id, language=language), timeout=QUICK_S
    )
    states = await _watched(client, out, found.product_id, language)
    listed = await client.ingest.ListManuals(
        ingest_pb2.ListManualsRequest(product_id=found.product_id, language=language), timeout=QUICK_S
    )
    out.result(listed)
    for state in states.values():
        if state.state == ingest_pb2.MANUAL_STATE_FAILED:
            out.say(f"{state.document_id} could not be read: {state.error} ({state.reason})", "yellow")
    out.table(
        ("manual", "role", "pages", "languages", "title", "from"),
        [
            (
                m.manual_id,
                catalog_pb2.DocumentRole.Name(m.role).removeprefix("DOCUMENT_ROLE_").lower(),
                m.pages or "online",
                " ".join(m.languages),
                m.title,
                m.source_url,
            )
            for m in listed.manuals
        ],
    )
    return OK if listed.manuals else FAILED


async def _watched(
    client: Client, out: Output, product_id: str, language: str
) -> dict[str, ingest_pb2.WatchManualResponse]:
    states: dict[str, ingest_pb2.WatchManualResponse] = {}
    request = ingest_pb2.WatchManualRequest(product_id=product_id, language=language)
    async for state in client.ingest.WatchManual(request, timeout=MANUAL_S):
        out.result(state)
        states[state.document_id] = state
        name = ingest_pb2.ManualState.Name(state.state).removeprefix("MANUAL_STATE_").lower()
        counts = (f"{state.pages} pages" if state.pages else "", f"{state.bytes:,} bytes" if state.bytes else "")
        out.note(" ".join(part for part in (state.document_id, name, *counts) if part))
    return states


@manual.command()
@click.argument("product")
@rpc_command
async def find(client: Client, out: Output, product: str) -> int:
    """Look for PRODUCT's manual on its maker's own site (admin). Nothing is attached: each find is yours to confirm."""
    found = await client.product(product)
    out.note(f"{found.name} ({found.product_id})")
    proposed = await client.ingest.ProposeDocuments(
        ingest_pb2.ProposeDocumentsRequest(product_id=found.product_id), timeout=ANSWER_S, metadata=client.as_admin()
    )
    out.result(proposed)
    for document in proposed.documents:
        out.say(document.title or document.url, "bold")
        out.say(f"  {document.url}")
        out.say(f"  found on {document.source}", "dim")
        out.say(f"  {_confirming(found.product_id, document)}")
    if not proposed.documents:
        out.say("nothing was found; `hsc manual attach PRODUCT FILE|URL` takes a manual from elsewhere", "yellow")
    return OK if proposed.documents else FAILED


def _confirming(product_id: str, document: ingest_pb2.ProposedDocument) -> str:
    """The line that attaches a proposal, for a shell."""
    role = next((name for name, value in ROLES.items() if value == document.role), "owners")
    kind = next(name for name, value in TYPES.items() if value == document.type)
    language = ("--language", document.language) if document.language else ()
    return shlex.join(("hsc", "manual", "attach", product_id, document.url, "--role", role, "--type", kind, *language))


@manual.command()
@click.argument("product")
@click.argument("source", metavar="FILE|URL")
@click.option("--role", type=click.Choice(sorted(ROLES)), default="owners", show_default=True)
@click.option("--language", default="", help="Its language, such as en.")
@click.option("--type", "kind", type=click.Choice(sorted(TYPES)), help="Of a URL (default: by its ending, else pdf).")
@rpc_command
async def attach(
    client: Client, out: Output, product: str, source: str, role: str, language: str, kind: str | None
) -> int:
    """Give PRODUCT (its exact id) a manual: a FILE is uploaded, a URL is fetched when it is needed.

    Attached manuals stay when a catalogue is imported with --replace.
    """
    address = urlsplit(source)
    if address.scheme in ("http", "https", "file"):
        is_html = address.path.endswith((".html", ".htm"))
        attached = await client.catalog.AttachDocument(
            catalog_pb2.AttachDocumentRequest(
                product_id=product,
                type=TYPES[kind or ("html" if is_html else "pdf")],
                role=ROLES[role],
                language=language,
                url=source,
            ),
            timeout=QUICK_S,
            metadata=client.as_admin(),
        )
        out.result(attached)
        out.say(f"attached as document {attached.document.document_id}")
        return OK
    path = _file(source)
    header = ingest_pb2.UploadManualRequest.Header(
        product_id=product, role=ROLES[role], language=language, file_name=path.name
    )
    uploaded = await client.ingest.UploadManual(_upload(path, header), timeout=MANUAL_S, metadata=client.as_admin())
    out.result(uploaded)
    out.say(f"uploaded as manual {uploaded.manual_id}, document {uploaded.document_id}")
    return OK


def _file(source: str) -> Path:
    path = Path(source)
    if not path.is_file() or not os.access(path, os.R_OK):
        raise not_found("NO_FILE", f"{source} is neither a file that can be read nor an http, https or file URL")
    return path


async def _upload(
    path: Path, header: ingest_pb2.UploadManualRequest.Header
) -> AsyncIterator[ingest_pb2.UploadManualRequest]:
    yield ingest_pb2.UploadManualRequest(header=header)
    with path.open("rb") as stream:
        while chunk := await asyncio.to_thread(stream.read, CHUNK_BYTES):
            yield ingest_pb2.UploadManualRequest(chunk=chunk)
