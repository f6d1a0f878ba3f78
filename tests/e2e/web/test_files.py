"""What is dropped or pasted: pictures go with a question, a manual goes to its product in an administrator's name."""

import re
import struct
import zlib
from pathlib import Path

import pytest
from e2e.web.browser import PRODUCT, QUESTION, Visit, message
from hsc.answer.v1 import answer_pb2
from hsc_local.stack import Running
from playwright.async_api import expect
from support.pdf import make_pdf


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = b"".join(
    [
        b"\x89PNG\r\n\x1a\n",
        _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
        _chunk(b"IDAT", zlib.compress(b"\x00\xff\x00\x00")),
        _chunk(b"IEND", b""),
    ]
)


@pytest.mark.parametrize("way", ["drop", "paste"])
async def test_a_picture_goes_with_the_question(visit: Visit, way: str) -> None:
    await visit.give(way, "image/png", PNG, name="panel.png")
    await expect(visit.page.get_by_alt_text("panel.png")).to_be_visible()
    async with visit.page.expect_request(re.compile("AnswerService/Ask")) as asking:
        turn = await visit.ask()
    body = (await asking.value).post_data_buffer
    assert body
    asked = answer_pb2.AskRequest.FromString(message(body))
    assert (asked.product_id, asked.image) == ("ardlen-vireo-61", PNG)
    await expect(turn.locator(".about")).to_contain_text("with a picture")
    await expect(visit.page.get_by_alt_text("panel.png")).to_have_count(0)


async def test_a_picture_may_be_taken_away_again(visit: Visit) -> None:
    await visit.give("drop", "image/png", PNG, name="panel.png")
    await visit.page.get_by_role("button", name="Remove the picture").click()
    await expect(visit.page.get_by_alt_text("panel.png")).to_have_count(0)


@pytest.mark.parametrize("way", ["drop", "paste"])
async def test_a_picture_of_50_mb_is_refused_with_its_size_and_the_question_is_kept(visit: Visit, way: str) -> None:
    await visit.type(QUESTION)
    await visit.give(way, "image/jpeg", size=50_000_000)
    alert = visit.page.get_by_role("alert")
    await expect(alert).to_contain_text("This picture has 50 MB; at most 25 MB can be taken.")
    await expect(visit.box).to_have_value(QUESTION)


async def test_pictures_that_cannot_go_are_refused_with_the_reason(visit: Visit, tmp_path: Path) -> None:
    huge, note = tmp_path / "huge.png", tmp_path / "note.txt"
    with huge.open("wb") as file:
        file.truncate(50_000_000)
    note.write_text("hello")
    chooser = visit.page.locator("input[type=file]")
    await chooser.set_input_files(huge)
    await expect(visit.page.get_by_role("alert")).to_contain_text("50 MB")
    await chooser.set_input_files(note)
    await expect(visit.page.get_by_role("alert")).to_contain_text("PNG, JPEG and WebP")


async def test_an_administrator_drops_a_manual_and_it_is_answered_from(visit: Visit, house: Running) -> None:
    manual = make_pdf(
        ["# Tuning the Minitaur", "To tune the Minitaur, hold GLIDE and turn TUNE until it beats no more."]
    )
    await visit.open("/?product=moog-minitaur")
    await expect(visit.page.locator(".lock")).to_contain_text("Minitaur")
    await visit.give("drop", "application/pdf", manual, name="minitaur.pdf")
    form = visit.page.get_by_role("dialog", name="Add a manual")
    await expect(form).to_contain_text("Minitaur")
    token = form.get_by_label("Administrator’s token")
    await token.fill("a guess")
    await form.get_by_role("button", name="Add it").click()
    await expect(form.get_by_role("alert")).to_have_text("This token is not the right one.")
    await token.fill(house.admin_token)
    await form.get_by_role("button", name="Add it").click()
    await expect(form.get_by_role("status")).to_contain_text("The manual is there", timeout=20_000)
    kept = await visit.page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}, document.cookie])")
    assert house.admin_token not in kept
    await visit.page.keyboard.press("Escape")
    await expect(form).to_have_count(0)
    await expect(visit.page.locator(".manual-chip[data-state=ready]")).to_be_visible()
    await visit.type("how do i tune it")
    await visit.box.press("Enter")
    await expect(visit.turn.locator(".message")).to_contain_text("hold GLIDE and turn TUNE", timeout=20_000)


async def test_a_manual_without_a_product_is_asked_for_one(visit: Visit) -> None:
    await visit.give("drop", "application/pdf", make_pdf(["Anything"]), name="manual.pdf")
    await expect(visit.page.get_by_role("alert")).to_contain_text("Name the product first")


async def test_a_manual_for_the_product_that_the_text_names_says_which(visit: Visit) -> None:
    await visit.type("vireo 61")
    await visit.sure_of(PRODUCT)
    await visit.give("drop", "application/pdf", b"%PDF-1.4 but nothing else", name="manual.pdf")
    await expect(visit.page.get_by_role("dialog")).to_contain_text("Vireo 61")
