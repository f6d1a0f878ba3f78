"""`hsc manual`: fetched and listed, or attached from a file or a URL."""

from pathlib import Path
from typing import Any

from hsc.catalog.v1 import catalog_pb2


async def test_it_watches_and_lists(hsc: Any) -> None:
    ran = await hsc("manual", "ardlen-vireo-61")
    assert ran.code == 0
    assert "d-1 ready 26 pages" in ran.err
    assert "Vireo 61 Reference Manual" in ran.out


async def test_a_document_that_failed_is_explained(hsc: Any) -> None:
    ran = await hsc("manual", "ardlen-vireo-61")
    assert "d-2 could not be read: the maker answers 404 (FETCH_NOT_FOUND)" in ran.out


async def test_a_product_without_a_document_has_no_answer(hsc: Any) -> None:
    ran = await hsc("manual", "none", "--json")
    assert ran.code == 6
    assert ran.error["reason"] == "NO_DOCUMENT"


async def test_a_file_is_uploaded_whole(hsc: Any, system: Any, tmp_path: Path) -> None:
    pdf = tmp_path / "service.pdf"
    pdf.write_bytes(b"%PDF-1.7" + bytes(700_000))
    ran = await hsc("manual", "attach", "ardlen-vireo-61", str(pdf), "--role", "service", "--language", "de")
    assert ran.code == 0
    [(header, data)] = system.ingest.uploads
    assert (header.product_id, header.file_name, header.language) == ("ardlen-vireo-61", "service.pdf", "de")
    assert header.role == catalog_pb2.DOCUMENT_ROLE_SERVICE
    assert data == pdf.read_bytes()


async def test_a_url_is_attached_with_the_type_of_its_ending(hsc: Any, system: Any) -> None:
    await hsc("manual", "attach", "ardlen-vireo-61", "https://ardlen.example/guide.html?v=2")
    [request] = system.catalog.attached
    assert request.type == catalog_pb2.DOCUMENT_TYPE_HTML
    assert request.role == catalog_pb2.DOCUMENT_ROLE_OWNERS


async def test_a_file_that_is_not_there_is_not_found(hsc: Any, system: Any) -> None:
    ran = await hsc("manual", "attach", "ardlen-vireo-61", "nowhere.pdf")
    assert (ran.code, system.ingest.uploads) == (4, [])


async def test_attaching_needs_the_admin(hsc: Any, system: Any) -> None:
    ran = await hsc("manual", "attach", "ardlen-vireo-61", "https://ardlen.example/a.pdf", HSC_ADMIN_TOKEN="")
    assert (ran.code, system.catalog.attached) == (5, [])
    assert "HSC_ADMIN_TOKEN" in ran.err


async def test_what_is_found_is_shown_with_the_line_that_attaches_it(hsc: Any, system: Any) -> None:
    ran = await hsc("manual", "find", "silent")
    assert ran.code == 0
    assert "Silent Box Handbuch" in ran.out
    assert "found on https://maker.example/silent-box" in ran.out
    line = (
        "hsc manual attach silent 'https://maker.example/get?id=3&lang=de' --role quick-start --type pdf --language de"
    )
    assert line in ran.out
    assert system.catalog.attached == []


async def test_finding_nothing_says_what_else_there_is(hsc: Any) -> None:
    ran = await hsc("manual", "find", "none")
    assert ran.code == 1
    assert "hsc manual attach" in ran.out
