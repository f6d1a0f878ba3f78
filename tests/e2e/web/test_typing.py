"""One box: what is typed is never lost, and the product is found meanwhile."""

import re
from itertools import pairwise

from e2e.web.browser import PRODUCT, Visit
from playwright.async_api import WebSocketRoute, expect

SIXTY = "please tell me how do i reset everything on my ardlen vireo 61"


async def test_sixty_keystrokes_at_fifteen_a_second_lose_none_and_end_on_the_right_product(visit: Visit) -> None:
    await visit.type(SIXTY, delay=1000 / 15)
    await expect(visit.box).to_have_value(SIXTY)
    await visit.sure_of(PRODUCT)
    assert SIXTY.encode() in visit.typed[-1], "the last keystroke was not what was sent last"


async def test_letters_that_matched_are_marked_and_the_likelihood_is_a_word(visit: Visit) -> None:
    await visit.type("vireo 61")
    await expect(visit.options.first.locator("mark").first).to_have_text(re.compile("vireo", re.IGNORECASE))
    await expect(visit.options.first).not_to_contain_text("%")


async def test_tab_takes_the_product_and_leaves_the_question(visit: Visit) -> None:
    await visit.type("how do i reset the vireo 61")
    await visit.sure_of(PRODUCT)
    await expect(visit.page.locator(".keys")).to_contain_text("Tab to take")
    await visit.box.press("Tab")
    await expect(visit.page.locator(".lock")).to_contain_text(PRODUCT)
    await expect(visit.box).to_have_value("how do i reset the ")
    await expect(visit.box).to_be_focused()


async def test_a_lock_is_not_changed_by_what_is_typed_after_it_and_escape_undoes_it(visit: Visit) -> None:
    await visit.type("vireo 61")
    await visit.sure_of(PRODUCT)
    await visit.box.press("Tab")
    await visit.type("with a skerry dl-3")
    await expect(visit.page.locator(".lock")).to_contain_text(PRODUCT)
    await visit.box.press("Escape")
    await expect(visit.page.locator(".lock")).to_have_count(0)
    await expect(visit.box).to_have_value("with a skerry dl-3 vireo 61")


async def test_without_anything_to_take_tab_leaves_the_box(visit: Visit) -> None:
    await visit.box.focus()
    await visit.box.press("Tab")
    await expect(visit.box).not_to_be_focused()


async def test_arrows_choose_a_row_and_enter_takes_it(visit: Visit) -> None:
    await visit.type("korg")
    await visit.answered()
    await expect(visit.options.nth(1)).to_be_visible()
    second = await visit.options.nth(1).locator(".candidate-name").inner_text()
    await visit.box.press("ArrowDown")
    await visit.box.press("ArrowDown")
    await expect(visit.box).to_have_attribute("aria-activedescendant", "candidate-1")
    await visit.box.press("Enter")
    await expect(visit.page.locator(".lock")).to_contain_text(second)


async def test_near_twins_are_given_to_the_person_and_one_tap_asks(visit: Visit) -> None:
    await visit.type("how do i split the keyboard of the nord stage 4")
    await expect(visit.options.first).to_contain_text("Nord Stage 4")
    await visit.box.press("Enter")
    choices = visit.page.get_by_role("group", name="Which one do you mean?")
    await expect(choices).to_be_focused()
    # A second Enter is no choice.
    await visit.page.keyboard.press("Enter")
    await expect(visit.page.locator("article.turn")).to_have_count(0)
    await choices.get_by_role("button", name="Nord Stage 4 88").click()
    await expect(visit.turn.locator(".about")).to_contain_text("Nord Stage 4 88")


async def test_a_socket_cut_in_the_middle_of_typing_loses_nothing(visit: Visit) -> None:
    cut: list[WebSocketRoute] = []

    def pass_on(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        cut.append(socket)

    await visit.page.route_web_socket(re.compile("TypeAhead"), pass_on)
    await visit.page.reload()
    await visit.type("how do i reset ")
    await cut[0].close(code=1011)
    await visit.type("the vireo 61")
    await visit.sure_of(PRODUCT)
    assert len(cut) > 1, "the page did not connect again"


async def test_slash_focuses_the_box_from_anywhere(visit: Visit) -> None:
    await visit.page.get_by_role("button", name="Dark theme").focus()
    await visit.page.keyboard.press("/")
    await expect(visit.box).to_be_focused()
    await expect(visit.box).to_have_value("")


async def test_the_manuals_way_is_told_before_enter(visit: Visit) -> None:
    await visit.type("how do i reset the vireo 61")
    chip = visit.page.locator(".manual-chip")
    await expect(chip).to_contain_text("Manual ready", timeout=20_000)
    await expect(chip).to_contain_text(re.compile(r"[\d.]+ MB · 26 pages"))


async def test_a_product_without_a_manual_says_so_before_enter_and_after(visit: Visit) -> None:
    await visit.type("how do i tune the moog matriarch")
    chip = visit.page.locator(".manual-chip[data-state=failed]")
    await expect(chip).to_contain_text("no manual for this product", timeout=20_000)
    await visit.options.first.click()
    await expect(visit.turn.get_by_role("heading", name="There is no manual we could read.")).to_be_visible()


async def test_a_hundred_thousand_pasted_characters_get_an_exact_message(visit: Visit) -> None:
    await visit.box.fill("vireo " + "x" * 99_994)
    await visit.box.press("Enter")
    await expect(visit.page.get_by_role("alert")).to_contain_text("100,000")


async def test_pasted_controls_and_direction_marks_are_left_out(visit: Visit) -> None:
    await visit.box.fill("vireo\u202e \u206661\u0007 🎹")
    await expect(visit.box).to_have_value("vireo 61 🎹")


async def test_the_draft_survives_a_reload(visit: Visit) -> None:
    await visit.type("how do i reset the vireo 61")
    await visit.sure_of(PRODUCT)
    await visit.page.reload()
    await expect(visit.box).to_have_value("how do i reset the vireo 61")


async def test_offline_is_said_and_what_is_typed_is_kept(visit: Visit) -> None:
    await visit.type("how do i reset ")
    await visit.context.set_offline(True)
    await expect(visit.page.get_by_text("You are offline")).to_be_visible()
    await visit.context.set_offline(False)
    await expect(visit.page.get_by_text("You are offline")).to_be_hidden()
    await visit.type("the vireo 61")
    await visit.sure_of(PRODUCT)


async def test_the_rest_of_a_name_stands_behind_the_caret_only_when_it_is_sure(visit: Visit) -> None:
    await visit.type("ardlen vir")
    await expect(visit.page.locator(".ghost")).to_have_text("eo 61")
    await visit.box.press("ArrowRight")
    await expect(visit.page.locator(".lock")).to_contain_text(PRODUCT)


async def test_nothing_stands_behind_the_caret_while_it_is_unsure(visit: Visit) -> None:
    await visit.type("korg")
    await expect(visit.options.nth(1)).to_be_visible()
    await expect(visit.page.locator(".ghost")).to_have_count(0)
    await expect(visit.page.locator(".keys")).not_to_contain_text("Tab")


async def test_in_text_from_right_to_left_the_left_arrow_takes_the_product(visit: Visit) -> None:
    await visit.type("איך מאפסים ardlen vir")
    await expect(visit.page.locator(".ghost")).to_have_text("eo 61")
    await visit.box.press("ArrowLeft")
    await expect(visit.page.locator(".lock")).to_contain_text(PRODUCT)


async def test_every_reply_is_under_2_kb(visit: Visit) -> None:
    await visit.type("ardlen vireo korg nord")
    await expect(visit.options.first).to_be_visible()
    assert visit.predicted
    assert max(map(len, visit.predicted)) < 2000


async def test_rows_stay_where_they_are_while_the_first_is_the_same(visit: Visit) -> None:
    await visit.page.evaluate(
        """() => { window.lists = []; new MutationObserver(() => lists.push(
             [...document.querySelectorAll(".candidate-name")].map(each => each.textContent)
           )).observe(document.body, {subtree: true, childList: true, characterData: true}); }"""
    )
    await visit.type("nord stage 4 how do i", delay=40)
    await expect(visit.options.first).to_contain_text("Nord Stage 4")
    lists = [names for names in await visit.page.evaluate("lists") if names]
    for before, after in pairwise(lists):
        if before[0] == after[0]:
            jumped = [name for name in set(before) & set(after) if before.index(name) != after.index(name)]
            kept = [name for name in jumped if before.index(name) < len(after)]
            assert not kept, f"{kept} jumped: {before} then {after}"


async def test_a_chosen_product_offers_questions_from_its_manual(visit: Visit) -> None:
    await visit.open("/?product=ardlen-vireo-61")
    await visit.page.get_by_role("button", name="Connecting pedals").click()
    await expect(visit.turn.locator(".message")).to_contain_text("pedal", timeout=20_000)
