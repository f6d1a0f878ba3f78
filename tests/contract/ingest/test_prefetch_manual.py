import asyncio
import hashlib
import urllib.parse
from pathlib import Path

import pytest
from grpc import StatusCode
from hsc.catalog.v1 import catalog_pb2
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from support.ingest import ADMIN, PlayedCatalog, document, refusal, until_final
from support.pdf import make_pdf
from support.wait import until
from support.web import Web

MANUAL = make_pdf(["# Resetting", "Hold the power button for ten seconds to reset the synthesizer."])
PREFETCH = ingest_pb2.PrefetchManualRequest


async def test_a_manual_that_was_asked_for_becomes_ready_and_can_be_read(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    catalog.add("p/ready", document("d/ready", web.page("/m.pdf", MANUAL)))

    answer = await ingest.PrefetchManual(PREFETCH(product_id="p/ready"))
    assert answer.state == ingest_pb2.MANUAL_STATE_QUEUED

    last = (await until_final(ingest, "p/ready"))["d/ready"]
    assert last.state == ingest_pb2.MANUAL_STATE_READY, last
    passages = ingest.ListPassages(ingest_pb2.ListPassagesRequest(manual_id=last.manual_id))
    assert "ten seconds" in " ".join([each.passage.text async for each in passages])


async def test_a_hundred_askers_cause_one_download(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    catalog.add("p/crowd", document("d/crowd", web.page("/crowd.pdf", make_pdf(["Everybody wants this one."]))))
    await asyncio.gather(*(ingest.PrefetchManual(PREFETCH(product_id="p/crowd")) for _ in range(100)))
    await until_final(ingest, "p/crowd")
    assert web.count("/crowd.pdf") == 1


async def test_a_manual_that_is_ready_is_not_fetched_again(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    catalog.add("p/twice", document("d/twice", web.page("/twice.pdf", make_pdf(["Once is enough."]))))
    await ingest.PrefetchManual(PREFETCH(product_id="p/twice"))
    await until_final(ingest, "p/twice")
    again = await ingest.PrefetchManual(PREFETCH(product_id="p/twice"))
    assert again.state == ingest_pb2.MANUAL_STATE_READY
    assert web.count("/twice.pdf") == 1


async def test_the_answer_is_about_the_owners_manual_in_the_askers_language(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    catalog.add(
        "p/tongues",
        document(
            "d/de", web.page("/de.pdf", make_pdf(["Halten Sie die Taste zehn Sekunden lang gedrückt."])), language="de"
        ),
        document("d/he", web.page("/gone.pdf", status=404), language="he"),
    )
    await ingest.PrefetchManual(PREFETCH(product_id="p/tongues"))
    await until_final(ingest, "p/tongues")
    german = await ingest.PrefetchManual(PREFETCH(product_id="p/tongues", language="de-AT"))
    assert german.state == ingest_pb2.MANUAL_STATE_READY


async def test_the_backup_address_is_tried_when_the_first_fails(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    web.page("/backup.pdf", make_pdf(["From the second address."]))
    catalog.add("p/backup", document("d/backup", web.url("/gone.pdf"), backup_url=web.url("/backup.pdf")))
    await ingest.PrefetchManual(PREFETCH(product_id="p/backup"))
    last = (await until_final(ingest, "p/backup"))["d/backup"]
    assert last.state == ingest_pb2.MANUAL_STATE_READY
    assert (web.count("/gone.pdf"), web.count("/backup.pdf")) == (1, 1)


def busy_once(web: Web, path: str) -> str:
    """The address of a manual whose server is in trouble when it is asked for the first time."""

    async def first_503_then_the_manual(writer: asyncio.StreamWriter) -> None:
        if web.count(path) == 1:
            writer.write(b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n")
        else:
            body = make_pdf(["It went well the second time."])
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    return web.raw(path, first_503_then_the_manual)


@pytest.mark.parametrize("busy", ["first", "backup"])
async def test_one_address_that_is_gone_does_not_end_the_retries_of_the_other(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, busy: str
) -> None:
    urls = [busy_once(web, f"/{busy}-busy.pdf"), web.url("/gone.pdf")]
    url, backup_url = urls if busy == "first" else reversed(urls)
    catalog.add(f"p/{busy}", document(f"d/{busy}", url, backup_url=backup_url))
    await ingest.PrefetchManual(PREFETCH(product_id=f"p/{busy}"))
    assert (await until_final(ingest, f"p/{busy}"))[f"d/{busy}"].state == ingest_pb2.MANUAL_STATE_READY


async def test_a_server_in_trouble_is_asked_again(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    catalog.add("p/busy", document("d/busy", busy_once(web, "/busy.pdf")))
    await ingest.PrefetchManual(PREFETCH(product_id="p/busy"))
    last = (await until_final(ingest, "p/busy"))["d/busy"]
    assert last.state == ingest_pb2.MANUAL_STATE_READY
    assert web.count("/busy.pdf") == 2


async def test_the_same_bytes_at_two_addresses_are_one_manual(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    body = make_pdf(["One manual for both colours."])
    catalog.add("p/black", document("d/black", web.page("/black.pdf", body)))
    catalog.add("p/white", document("d/white", web.page("/white.pdf", body)))
    for product_id in ("p/black", "p/white"):
        await ingest.PrefetchManual(PREFETCH(product_id=product_id))
    black = (await until_final(ingest, "p/black"))["d/black"]
    white = (await until_final(ingest, "p/white"))["d/white"]
    assert black.manual_id == white.manual_id != ""


@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        ("/none.pdf", None, "NOT_FOUND"),
        ("/image.pdf", b"\x89PNG\r\n\x1a\n" + bytes(100), "NOT_A_MANUAL"),
        ("/login.pdf", b"<html><form><input type='password'></form></html>", "LOGIN_REQUIRED"),
        ("/notice.pdf", b"<html><body><p>We moved.</p></body></html>", "NOT_A_MANUAL"),
        ("/empty.pdf", b"", "EMPTY"),
        ("/cut.pdf", MANUAL[:200], None),
        ("/blank.pdf", make_pdf([]), None),
    ],
)
async def test_what_is_no_manual_fails_once_with_its_reason_and_what_to_do(
    ingest: ingest_pb2_grpc.IngestServiceStub,
    catalog: PlayedCatalog,
    web: Web,
    path: str,
    body: bytes | None,
    reason: str | None,
) -> None:
    url = web.url(path) if body is None else web.page(path, body)
    catalog.add(f"p{path}", document(f"d{path}", url))
    await ingest.PrefetchManual(PREFETCH(product_id=f"p{path}"))
    last = (await until_final(ingest, f"p{path}"))[f"d{path}"]
    assert last.state == ingest_pb2.MANUAL_STATE_FAILED
    assert last.reason == reason or reason is None
    assert len(last.error) > 20
    assert web.count(path) == 1


async def test_a_redirect_into_the_house_is_refused(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    url = web.redirect("/out.pdf", f"http://localhost:{web.port}/inside")
    catalog.add("p/inside", document("d/inside", url))
    await ingest.PrefetchManual(PREFETCH(product_id="p/inside"))
    last = (await until_final(ingest, "p/inside"))["d/inside"]
    assert last.reason == "FORBIDDEN_ADDRESS"
    assert web.count("/inside") == 0


async def test_an_unknown_product_is_not_found(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    failure = await refusal(ingest.PrefetchManual(PREFETCH(product_id="p/none")))
    assert (failure.code, failure.reason) == (StatusCode.NOT_FOUND, "PRODUCT_UNKNOWN")


async def test_a_product_without_a_document_says_so(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog
) -> None:
    failure = await refusal(ingest.PrefetchManual(PREFETCH(product_id=catalog.add("p/bare"))))
    assert (failure.code, failure.reason) == (StatusCode.FAILED_PRECONDITION, "NO_DOCUMENT")


@pytest.mark.parametrize(
    ("url", "reason"),
    [("see the website", "BAD_URL"), ("gopher://x/1", "BAD_URL"), ("http://a b/", "BAD_URL")],
)
async def test_an_address_that_can_never_be_fetched_is_refused_at_once_and_leaves_no_job(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, url: str, reason: str
) -> None:
    catalog.add("p/bad", document("d/bad", url, type=catalog_pb2.DOCUMENT_TYPE_PDF))
    failure = await refusal(ingest.PrefetchManual(PREFETCH(product_id="p/bad")))
    assert (failure.code, failure.reason) == (StatusCode.FAILED_PRECONDITION, reason)
    assert await refusal(ingest.ListManuals(ingest_pb2.ListManualsRequest(product_id="p/unseen")))


async def test_a_session_has_a_budget(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    catalog.add("p/greedy", *(document(f"d/greedy{n}", web.url(f"/greedy{n}.pdf")) for n in range(40)))
    request = PREFETCH(product_id="p/greedy", session_id="greedy")
    await ingest.PrefetchManual(request)
    failure = await refusal(ingest.PrefetchManual(request))
    assert (failure.code, failure.reason) == (StatusCode.RESOURCE_EXHAUSTED, "PREFETCH_BUDGET")
    assert failure.retry_after_s


async def test_a_new_address_is_read_though_the_old_one_is_still_on_its_way(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()
    old, new = make_pdf(["This is the old edition of it."]), make_pdf(["This is the new edition of it."])

    async def slow(writer: asyncio.StreamWriter) -> None:
        asked.set()
        await go_on.wait()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(old) + old)

    catalog.add("p/moved", document("d/moved", web.raw("/old.pdf", slow)))
    await ingest.PrefetchManual(PREFETCH(product_id="p/moved"))
    await asked.wait()
    catalog.add("p/moved", document("d/moved", web.page("/new.pdf", new)))
    await ingest.PrefetchManual(PREFETCH(product_id="p/moved"))
    go_on.set()
    last = (await until_final(ingest, "p/moved"))["d/moved"]
    assert last.manual_id == hashlib.sha256(new).hexdigest()


async def test_variants_that_share_an_address_share_one_download(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    url = web.page("/variants.pdf", make_pdf(["One manual for every colour of it."]))
    manual_ids = set()
    for colour in ("red", "blue", "green"):
        catalog.add(f"p/{colour}", document(f"d/{colour}", url))
        await ingest.PrefetchManual(PREFETCH(product_id=f"p/{colour}"))
        last = (await until_final(ingest, f"p/{colour}"))[f"d/{colour}"]
        manual_ids.add(last.manual_id)
        assert (last.state, last.pages) == (ingest_pb2.MANUAL_STATE_READY, 1)
    assert len(manual_ids) == 1
    assert web.count("/variants.pdf") == 1


async def test_variants_that_are_asked_for_at_once_share_one_download(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    body = make_pdf(["Two colours of it at the same instant."])
    both_at_work = asyncio.Event()

    async def once_both_are_at_work(writer: asyncio.StreamWriter) -> None:
        await both_at_work.wait()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    url = web.raw("/at-once.pdf", once_both_are_at_work)
    for colour in ("cyan", "pink"):
        catalog.add(f"p/{colour}", document(f"d/{colour}", url))
        await ingest.PrefetchManual(PREFETCH(product_id=f"p/{colour}"))

    async def running() -> bool:
        jobs = (
            await ingest.ListJobs(ingest_pb2.ListJobsRequest(state=ingest_pb2.JOB_STATE_RUNNING), metadata=ADMIN)
        ).jobs
        return {job.subject for job in jobs} >= {"d/cyan", "d/pink"}

    await until(running)
    both_at_work.set()
    states = [(await until_final(ingest, f"p/{colour}"))[f"d/{colour}"].state for colour in ("cyan", "pink")]
    assert states == [ingest_pb2.MANUAL_STATE_READY] * 2
    assert web.count("/at-once.pdf") == 1


async def test_a_file_below_the_configured_folder_is_read(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, file_root: Path
) -> None:
    path = file_root / "a manual.pdf"
    path.write_bytes(make_pdf(["From the shelf beside the server."]))
    catalog.add("p/file", document("d/file", f"file://{urllib.parse.quote(str(path))}"))
    catalog.add("p/outside", document("d/outside", "file:///etc/hostname"))
    for product_id in ("p/file", "p/outside"):
        await ingest.PrefetchManual(PREFETCH(product_id=product_id))
    assert (await until_final(ingest, "p/file"))["d/file"].state == ingest_pb2.MANUAL_STATE_READY
    assert (await until_final(ingest, "p/outside"))["d/outside"].reason == "FORBIDDEN_ADDRESS"
