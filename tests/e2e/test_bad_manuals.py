"""Manuals that cannot be read: FAILED with a reason, an answer that says so, and nothing of what was there lost."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from e2e.desk import FAILED, READY, Desk, catalog_of, write
from hsc.catalog.v1 import catalog_pb2
from hsc.ingest.v1 import ingest_pb2
from support.pdf import make_pdf
from support.pdf_files import PdfFile, line
from support.web import Web

PNG = b"\x89PNG\r\n\x1a\n" + bytes(2_000)
LOGIN = b"""<html><head><title>Sign in</title></head><body><h1>Sign in</h1><form action="/login" method="post">
<input name="user"><input name="password" type="password"><button>Sign in</button></form></body></html>"""
SOUND = make_pdf(["# Resetting the Gloaming", "Hold SHIFT and PLAY for six seconds to reset the Gloaming 5."])
SECRET = PdfFile([line("Nobody reads this.", 72, 700)]).encrypted("a password")


async def endless(writer: asyncio.StreamWriter) -> None:
    """A body without an end, as fast as it is taken."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7\n")
    while True:
        writer.write(bytes(65_536))
        await writer.drain()


def serve_all(site: Web) -> dict[str, str]:
    """What each address gives, and the reason that it must fail for."""
    pdf: dict[str, Any] = {"Content_Type": "application/pdf"}
    return {
        site.url("/gone.pdf"): "NOT_FOUND",
        site.redirect("/members.pdf", site.page("/login", LOGIN, Content_Type="text/html")): "LOGIN_REQUIRED",
        site.page("/401.pdf", status=401): "LOGIN_REQUIRED",
        site.page("/picture.pdf", PNG, Content_Type="image/png"): "NOT_A_MANUAL",
        site.page("/empty.pdf", b"", **pdf): "EMPTY",
        site.page("/truncated.pdf", SOUND[: len(SOUND) // 2], **pdf): "TRUNCATED",
        site.page("/encrypted.pdf", SECRET, **pdf): "ENCRYPTED",
        site.page("/half-a-gigabyte.pdf", b"%PDF", Content_Length=str(500 * 1024 * 1024)): "TOO_LARGE",
        site.raw("/endless.pdf", endless): "TOO_LARGE",
        "http://127.0.0.2:9/inside.pdf": "FORBIDDEN_ADDRESS",
    }


@pytest.fixture(scope="module")
async def faulty(desk: Desk, site: Web, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Products with such manuals, by id, with the reason for each."""
    reasons = serve_all(site)
    products = {
        f"gloaming-{url.rpartition('/')[2].removesuffix('.pdf')}": (url, reason) for url, reason in reasons.items()
    }
    catalogue = catalog_of(
        "gloaming",
        *(
            {"id": name, "name": name.title(), "documentation": {"type": "pdf", "url": url}}
            for name, (url, _) in products.items()
        ),
    )
    ran = await desk.hsc("import", write(tmp_path_factory.mktemp("faulty") / "gloaming.json", catalogue))
    assert ran.code == 0, ran.out
    return {name: reason for name, (_, reason) in products.items()}


KINDS = ("gone", "members", "401", "picture", "empty", "truncated", "encrypted", "half-a-gigabyte", "endless")


@pytest.mark.parametrize("kind", KINDS)
async def test_it_fails_with_its_reason_and_a_sentence_for_a_person(
    desk: Desk, faulty: dict[str, str], kind: str
) -> None:
    (state,) = (await desk.manual(f"gloaming-{kind}")).values()
    assert (state.state, state.reason) == (FAILED, faulty[f"gloaming-{kind}"])
    assert " " in state.error
    assert "Error" not in state.error


@pytest.mark.parametrize("kind", ["gone", "encrypted"])
async def test_the_answer_says_that_there_is_no_manual_and_why(desk: Desk, faulty: dict[str, str], kind: str) -> None:
    answer = await desk.ask(f"gloaming-{kind}", "How do I reset it?")
    assert (answer.outcome, answer.done.reason) == ("NO_MANUAL", faulty[f"gloaming-{kind}"])
    assert (answer.text, answer.citations) == ("", [])
    assert answer.done.hint


async def test_an_address_inside_the_house_is_not_even_tried(desk: Desk, faulty: dict[str, str]) -> None:
    answer = await desk.ask("gloaming-inside", "How do I reset it?")
    assert (answer.outcome, answer.done.reason) == ("NO_MANUAL", "FORBIDDEN_ADDRESS")


@pytest.mark.parametrize(
    ("name", "content", "reason"), [("picture.pdf", PNG, "NOT_A_MANUAL"), ("empty.pdf", b"", "EMPTY")]
)
async def test_an_upload_that_is_no_manual_is_refused_and_not_attached(
    desk: Desk, faulty: dict[str, str], tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(content)
    before = await documents(desk, "gloaming-gone")
    ran = await desk.hsc("manual", "attach", "gloaming-gone", tmp_path / name)
    assert ran.code == 2
    assert f"({reason})" in ran.err
    assert await documents(desk, "gloaming-gone") == before


@pytest.mark.parametrize(
    ("product_id", "content", "reason"),
    [("gloaming-members", SOUND[: len(SOUND) // 2], "TRUNCATED"), ("gloaming-empty", SECRET, "ENCRYPTED")],
)
async def test_an_upload_that_cannot_be_opened_fails_and_is_no_manual(
    desk: Desk, faulty: dict[str, str], tmp_path: Path, product_id: str, content: bytes, reason: str
) -> None:
    (tmp_path / "manual.pdf").write_bytes(content)
    ran = await desk.hsc("manual", "attach", product_id, tmp_path / "manual.pdf", "--json")
    uploaded = ran.results[0]["document_id"]
    state = (await desk.manual(product_id))[uploaded]
    assert (state.state, state.reason) == (FAILED, reason)
    assert await manuals(desk, product_id) == set()


async def test_a_bad_manual_leaves_the_good_one_beside_it_as_it_was(
    desk: Desk, site: Web, faulty: dict[str, str], tmp_path: Path
) -> None:
    good = site.page("/good.pdf", SOUND, Content_Type="application/pdf")
    product = {"id": "gloaming-5", "name": "Gloaming 5", "documentation": {"type": "pdf", "url": good}}
    await desk.hsc("import", write(tmp_path / "gloaming.json", catalog_of("gloaming", product)))
    assert [state.state for state in (await desk.manual("gloaming-5")).values()] == [READY]
    before = await manuals(desk, "gloaming-5")
    await desk.hsc("manual", "attach", "gloaming-5", site.url("/truncated.pdf"))
    states = await desk.manual("gloaming-5")
    assert sorted(state.state for state in states.values()) == [READY, FAILED]
    assert await manuals(desk, "gloaming-5") == before
    answer = await desk.ask("gloaming-5", "How do I reset the Gloaming 5?")
    assert (answer.outcome, set(answer.pages)) == ("ANSWERED", {1})


async def documents(desk: Desk, product_id: str) -> list[str]:
    """The addresses of a product's documents."""
    found = await desk.catalog.GetProduct(catalog_pb2.GetProductRequest(product_id=product_id))
    return [document.url for document in found.product.documents]


async def manuals(desk: Desk, product_id: str) -> set[str]:
    """The ids of a product's manuals that can be read."""
    listed = await desk.ingest.ListManuals(ingest_pb2.ListManualsRequest(product_id=product_id))
    return {manual.manual_id for manual in listed.manuals}
