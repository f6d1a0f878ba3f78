"""Asking a person: nothing goes before it is sent, and then it goes whole: to the help desk, as a link, as a file."""

import re
from pathlib import Path

from e2e.help_desk import HelpDesk
from e2e.web.browser import PRODUCT, QUESTION, Visit, grpc_web, serious_faults
from hsc.answer.v1 import answer_pb2
from playwright.async_api import Locator, Route, expect

NOTE, CONTACT = "It stays dark 🎹", "dana@example.com"


async def open_form(visit: Visit) -> Locator:
    """Asks, and wants a person to go on."""
    turn = await visit.ask()
    await turn.get_by_role("button", name="Ask a person").click()
    form = visit.page.get_by_role("dialog", name="Ask a person")
    await expect(form.get_by_label("What should they know?")).to_be_focused()
    return form


async def test_the_help_desk_gets_the_note_the_contact_and_what_was_answered(visit: Visit, help_desk: HelpDesk) -> None:
    form = await open_form(visit)
    await form.get_by_label("What should they know?").fill(NOTE)
    await form.get_by_label("How can they reach you?").fill(CONTACT)
    assert help_desk.taken == [], "something was sent before anybody said so"
    await form.get_by_role("button", name="Send to the help desk").click()
    await expect(form.get_by_role("status")).to_contain_text("The help desk has your question.")
    (told,) = help_desk.taken
    await expect(form.locator("code")).to_have_text(told["hand_over_id"])
    assert (told["note"], told["contact"]) == (NOTE, CONTACT)
    assert told["product"]["product_id"] == "ardlen-vireo-61"
    assert "Hold EXIT and SEQ and switch on" in told["transcript"][-1]["answer"]
    assert 17 in {citation["page_start"] for citation in told["transcript"][-1]["citations"]}
    await visit.page.keyboard.press("Escape")
    await expect(visit.turn.get_by_role("button", name="With a person")).to_be_focused()


async def test_the_questions_before_it_go_only_with_the_askers_consent(visit: Visit, help_desk: HelpDesk) -> None:
    await visit.ask()
    await visit.type("which power adaptor does it need")
    await visit.box.press("Enter")
    await expect(visit.page.locator("article.turn[data-phase=done]")).to_have_count(2, timeout=20_000)
    await visit.turn.get_by_role("button", name="Ask a person").click()
    form = visit.page.get_by_role("dialog")
    await form.get_by_label("the question before it").uncheck()
    await form.get_by_role("button", name="Send to the help desk").click()
    await expect(form.get_by_role("status")).to_be_visible()
    (told,) = help_desk.taken
    assert len(told["transcript"]) == 1


async def test_a_help_desk_that_does_not_take_it_is_said_and_the_words_are_kept(
    visit: Visit, help_desk: HelpDesk
) -> None:
    help_desk.status = 403
    form = await open_form(visit)
    await form.get_by_label("What should they know?").fill(NOTE)
    await form.get_by_role("button", name="Send to the help desk").click()
    await expect(form.get_by_role("alert")).to_contain_text("could not be reached", timeout=20_000)
    await expect(form.get_by_label("What should they know?")).to_have_value(NOTE)
    help_desk.status = 201
    await form.get_by_role("button", name="Send to the help desk").click()
    await expect(form.get_by_role("status")).to_contain_text("The help desk has your question.", timeout=20_000)
    assert [told["note"] for told in help_desk.taken] == [NOTE]


async def test_where_there_is_no_help_desk_the_link_and_the_file_are_offered(visit: Visit) -> None:
    async def nobody(route: Route) -> None:
        await grpc_web(route, answer_pb2.HandOverResponse(hand_over_id="4b1d", delivered=False))

    await visit.page.route(re.compile("AnswerService/HandOver"), nobody)
    form = await open_form(visit)
    await form.get_by_role("button", name="Send to the help desk").click()
    await expect(form.get_by_role("status")).to_contain_text("No help desk is connected here.")
    await expect(form.get_by_role("button", name="Copy the link")).to_be_visible()
    await expect(form.get_by_role("button", name="Save as a file")).to_be_visible()


async def test_the_link_and_the_file_carry_the_answer_with_its_sources(visit: Visit, tmp_path: Path) -> None:
    await visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    form = await open_form(visit)
    await form.get_by_role("button", name="Copy the link").click()
    await expect(form.get_by_role("button", name="Copied")).to_be_visible()
    link = await visit.page.evaluate("navigator.clipboard.readText()")
    async with visit.page.expect_download() as saving:
        await form.get_by_role("button", name="Save as a file").click()
    await (await saving.value).save_as(tmp_path / "conversation.md")
    saved = (tmp_path / "conversation.md").read_text()
    assert QUESTION in saved
    assert PRODUCT.split()[1] in saved
    assert re.search(r"\[\d+\] Vireo 61 Reference Manual, page 17: “", saved)
    assert link in saved
    await visit.page.goto(link)
    await expect(visit.page.get_by_role("main")).to_contain_text("Hold EXIT and SEQ and switch on")


async def test_the_form_keeps_the_focus_gives_it_back_and_has_no_serious_fault(visit: Visit) -> None:
    form = await open_form(visit)
    assert await serious_faults(visit.page) == []
    for _ in range(12):
        await visit.page.keyboard.press("Tab")
        inside = "document.activeElement === document.body || document.activeElement.closest('dialog') !== null"
        assert await visit.page.evaluate(inside)
    await visit.page.keyboard.press("Escape")
    await expect(form).to_have_count(0)
    await expect(visit.turn.get_by_role("button", name="Ask a person")).to_be_focused()
