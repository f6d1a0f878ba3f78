"""The answer: cited, beside its manual, honest where the manual is silent, whole whatever the connection does."""

import asyncio
import re

from e2e.web.browser import PRODUCT, QUESTION, Visit, grpc_web, message, some_frames
from google.protobuf.message import Message
from hsc.answer.v1 import answer_pb2
from playwright.async_api import Route, expect
from support.wait import until


async def test_enter_streams_a_cited_answer_and_a_citation_opens_the_page_with_marks(visit: Visit) -> None:
    turn = await visit.ask()
    await expect(turn.locator(".message")).to_contain_text("Hold EXIT and SEQ and switch on")
    cite = turn.get_by_role("button", name=re.compile("page 17")).first
    await cite.hover()
    await expect(visit.page.get_by_role("tooltip")).to_contain_text("page 17")
    await cite.click()
    viewer = visit.page.get_by_role("region", name="Manual")
    await expect(viewer.get_by_label("Page number")).to_have_value("17")
    await expect(viewer.locator(".mark").first).to_be_in_viewport()
    await expect(viewer.locator(".textLayer")).to_contain_text("factory settings")


async def test_every_mark_lies_on_the_words_that_are_quoted(visit: Visit) -> None:
    turn = await visit.ask()
    await turn.locator(".sentence", has_text="Hold EXIT and SEQ").locator(".cite").first.click()
    mark = visit.page.locator(".mark").first
    await expect(mark).to_be_visible()
    words = visit.page.locator(".textLayer span", has_text="SEQ").last
    await expect(words).to_be_attached()
    here, there = await mark.bounding_box(), await words.bounding_box()
    assert here
    assert there
    assert here["y"] - 4 <= there["y"] + there["height"] / 2 <= here["y"] + here["height"] + 4


async def test_a_line_that_two_sentences_stand_on_is_marked_once(visit: Visit) -> None:
    turn = await visit.ask()
    await turn.locator(".source", has_text="page 17").first.click()
    marks = visit.page.locator(".mark")
    await expect(marks.nth(1)).to_be_visible()
    places = await marks.evaluate_all("marks => marks.map(mark => mark.style.cssText)")
    assert len(places) == len(set(places))


async def test_the_whole_way_with_the_keyboard_alone(visit: Visit) -> None:
    keys = visit.page.keyboard
    await keys.press("/")
    await keys.type(QUESTION, delay=15)
    await visit.sure_of(PRODUCT)
    await keys.press("Enter")
    await expect(visit.turn).to_have_attribute("data-phase", "done", timeout=20_000)
    cite = visit.turn.locator(".cite").first
    for _ in range(40):
        if await cite.evaluate("element => element === document.activeElement"):
            break
        await keys.press("Shift+Tab")
    await expect(cite).to_be_focused()
    await expect(visit.page.get_by_role("tooltip")).to_be_visible()
    await keys.press("Enter")
    viewer = visit.page.get_by_role("region", name="Manual")
    await expect(viewer).to_be_focused()
    await keys.press("Escape")
    await expect(viewer).to_have_count(0)
    await expect(cite).to_be_focused()


async def test_a_silent_manual_is_said_with_the_nearest_places_and_what_to_do(visit: Visit) -> None:
    turn = await visit.ask("what is the wifi password of the vireo 61")
    await expect(turn.get_by_role("heading", name="The manual does not say.")).to_be_visible()
    await expect(turn.locator(".source.full")).to_have_count(3)
    await expect(turn.locator(".message")).to_have_count(0)
    await turn.get_by_role("button", name="Find in the manual").click()
    await expect(visit.page.get_by_role("searchbox", name="Find in manual")).to_be_focused()


async def test_finding_in_the_manual_goes_to_the_place(visit: Visit) -> None:
    turn = await visit.ask()
    await turn.get_by_role("button", name="Find in manual").click()
    await visit.page.get_by_role("searchbox").fill("expression pedal calibrate")
    found = visit.page.get_by_role("list", name="Places in the manual").get_by_role("button").first
    await expect(found).to_contain_text(re.compile("pedal", re.IGNORECASE))
    await found.click()
    await expect(visit.page.locator(".mark").first).to_be_visible()


async def test_a_search_that_fails_is_not_taken_for_a_manual_that_is_silent(visit: Visit) -> None:
    turn = await visit.ask()
    await turn.get_by_role("button", name="Find in manual").click()
    await visit.page.route(re.compile("SearchManual"), lambda route: route.abort())
    await visit.page.get_by_role("searchbox").fill("pedal")
    await expect(visit.page.get_by_role("alert")).to_contain_text("The search does not answer just now.")
    visit.complaints.clear()


async def test_while_a_manual_is_read_the_answer_says_so_in_words(visit: Visit) -> None:
    async def begin(route: Route) -> None:
        await grpc_web(route, _event(1, status=answer_pb2.Status(stage="parsing", detail="12 pages")))

    await visit.page.route(re.compile("AnswerService/Ask"), begin)
    await visit.page.route(re.compile("AnswerService/ResumeAnswer"), lambda _: None)  # never answered
    await visit.type(QUESTION)
    await visit.sure_of(PRODUCT)
    await visit.box.press("Enter")
    await expect(visit.turn.locator(".stages")).to_have_text("Reading manual")


async def test_what_a_model_writes_is_shown_as_text_and_links_to_nothing(visit: Visit) -> None:
    evil = '<img src=x onerror="window.ran = 1"> [here](https://example.com) <a href="https://example.com">there</a>'

    async def write(route: Route) -> None:
        cited = answer_pb2.Citation(index=1, manual_id="m", page_start=3, quote=evil, manual_title=evil)
        done = answer_pb2.Done(outcome=answer_pb2.ANSWER_OUTCOME_ANSWERED)
        await grpc_web(
            route,
            _event(1, citation=cited),
            _event(2, chunk=answer_pb2.Chunk(text=evil, citation_indexes=[1])),
            _event(3, done=done),
        )

    await visit.page.route(re.compile("AnswerService/Ask"), write)
    turn = await visit.ask()
    await expect(turn.locator(".message")).to_contain_text(evil)
    await turn.locator(".cite").hover()
    await expect(visit.page.get_by_role("tooltip")).to_contain_text(evil)
    assert await turn.locator("a").evaluate_all("links => links.map(link => new URL(link.href).origin)") == [visit.url]
    await expect(turn.locator("img")).to_have_count(0)


def _event(number: int, **payload: Message) -> answer_pb2.AskResponse:
    return answer_pb2.AskResponse(answer_id="a" * 32, event=number, **payload)  # type: ignore[arg-type]


async def test_an_answer_cut_in_the_middle_goes_on_where_it_was(visit: Visit) -> None:
    cut = 0

    async def halve(route: Route) -> None:
        nonlocal cut
        whole = await route.fetch()
        body = await whole.body()
        cut += 1
        await route.fulfill(response=whole, body=some_frames(body, 4))

    await visit.page.route(re.compile("AnswerService/Ask"), halve)
    turn = await visit.ask()
    await expect(turn.locator(".message")).to_contain_text("Hold EXIT and SEQ and switch on")
    steps = await turn.locator(".block.step").all_inner_texts()
    assert cut == 1
    assert len(steps) == len(set(steps)), "a step came twice"
    assert any("ResumeAnswer" in request for request in visit.requests)


async def test_the_conversation_survives_a_reload(visit: Visit) -> None:
    await visit.ask()
    await visit.page.reload()
    await expect(visit.turn.locator(".message")).to_contain_text("Hold EXIT and SEQ")


async def test_a_follow_up_keeps_the_product(visit: Visit) -> None:
    await visit.ask()
    await visit.type("which power adaptor does it need")
    await visit.box.press("Enter")
    await expect(visit.page.locator("article.turn")).to_have_count(2)
    await expect(visit.turn.locator(".about")).to_contain_text(PRODUCT)
    await expect(visit.turn).to_contain_text("AD-12", timeout=20_000)


async def test_another_product_in_the_text_is_asked_about_before_it_is_guessed(visit: Visit) -> None:
    await visit.ask()
    await visit.type("how do i tune the skerry dl-3")
    choices = visit.page.get_by_role("group", name="Which one do you mean?")
    await expect(choices).to_contain_text("Skerry DL-3")
    await visit.box.press("Enter")
    await expect(visit.page.locator("article.turn")).to_have_count(1)
    await choices.get_by_role("button", name="Skerry DL-3").click()
    await expect(visit.turn.locator(".about")).to_contain_text("Skerry DL-3")


async def test_a_copy_has_the_numbers_and_the_sources(visit: Visit) -> None:
    await visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn = await visit.ask()
    await turn.get_by_role("button", name="Copy").click()
    await expect(turn.get_by_role("button", name="Copied")).to_be_visible()
    copied = await visit.page.evaluate("navigator.clipboard.readText()")
    cited = re.search(r"Hold EXIT and SEQ and switch on\. \[(\d+)\]$", copied, re.MULTILINE)
    assert cited
    assert f"[{cited[1]}] Vireo 61 Reference Manual, page 17: “" in copied


async def test_a_thumb_down_asks_for_the_reason(visit: Visit) -> None:
    turn = await visit.ask()
    await turn.get_by_role("button", name="Not helpful").click()
    async with visit.page.expect_request(re.compile("RateAnswer")) as rating:
        await turn.get_by_role("button", name="Incomplete").click()
    request = await rating.value
    response = await request.response()
    assert request.post_data_buffer
    assert response
    assert answer_pb2.RateAnswerRequest.FromString(message(request.post_data_buffer)).reason == "whyIncomplete"
    assert (await response.all_headers()).get("grpc-status", "0") == "0"
    await expect(turn.get_by_role("button", name="Not helpful")).to_have_attribute("aria-pressed", "true")


async def test_the_receipt_says_which_manual_it_was(visit: Visit) -> None:
    turn = await visit.ask()
    link = await turn.get_by_role("link", name="Receipt").get_attribute("href")
    assert link
    await visit.page.goto(link)
    await expect(visit.page.get_by_role("main")).to_contain_text("Hold EXIT and SEQ and switch on")
    await expect(visit.page.locator("code").first).to_have_text(re.compile("^[0-9a-f]{64}$"))


async def test_a_new_conversation_leaves_what_was_passed_on_to_others(visit: Visit) -> None:
    turn = await visit.ask()
    link = await turn.get_by_role("link", name="Receipt").get_attribute("href")
    assert link
    await visit.page.get_by_role("button", name="New conversation").click()
    await expect(visit.page.get_by_role("heading", name="What can we look up for you?")).to_be_visible()
    await expect(visit.page.locator("article.turn")).to_have_count(0)
    await visit.page.goto(link)
    await expect(visit.page.get_by_role("main")).to_contain_text("Hold EXIT and SEQ and switch on")


async def _with_turns(visit: Visit, count: int) -> None:
    """Lets the page open on a conversation of `count` questions."""
    await visit.context.add_init_script(
        """
        const product = {productId: "p", name: "P", brandName: "B", category: "", sku: ""};
        const turns = Array.from({length: COUNT}, (_, i) => ({
          id: `t${i}`, typed: `question ${i}`, question: "q", product, variants: [], pictured: false, askedAt: 0,
          phase: "stopped", answerId: "", lastEvent: 0, stages: [], citations: [], chunks: [], related: []}));
        sessionStorage.setItem("hsc.turns", JSON.stringify({version: 2, turns}));
        """.replace("COUNT", str(count))
    )


async def test_who_scrolled_away_stays_there_while_the_answer_grows(visit: Visit) -> None:
    rest = asyncio.Event()

    async def begin(route: Route) -> None:
        whole = await route.fetch()
        await route.fulfill(response=whole, body=some_frames(await whole.body(), 4))

    async def go_on(route: Route) -> None:
        await rest.wait()
        await route.continue_()

    await visit.page.route(re.compile("AnswerService/Ask"), begin)
    await visit.page.route(re.compile("AnswerService/ResumeAnswer"), go_on)
    await _with_turns(visit, 30)
    await visit.open()
    await visit.type(QUESTION)
    await visit.sure_of(PRODUCT)
    await visit.box.press("Enter")
    await expect(visit.turn.locator(".stages li").first).to_be_visible()
    await until(lambda: any("ResumeAnswer" in request for request in visit.requests))
    conversation = visit.page.get_by_role("log")
    await conversation.hover()
    await visit.page.mouse.wheel(0, -300)
    latest = visit.page.get_by_role("button", name="Jump to latest")
    await expect(latest).to_be_visible()
    # What a hand has just scrolled is left alone anyway; this is about the time after.
    await visit.page.wait_for_function("since => performance.now() - since > 1100", arg=await _now(visit))
    before = await conversation.evaluate("element => [element.scrollTop, element.scrollHeight]")
    rest.set()
    await expect(visit.turn).to_have_attribute("data-phase", "done", timeout=20_000)
    await expect(visit.turn.locator(".message")).to_contain_text("Hold EXIT and SEQ")
    after = await conversation.evaluate("element => [element.scrollTop, element.scrollHeight]")
    assert after[1] > before[1] + 100, "the answer did not grow"
    assert after[0] == before[0]
    await latest.click()
    await expect(visit.turn.get_by_role("heading").first).to_be_in_viewport()


async def _now(visit: Visit) -> float:
    now: float = await visit.page.evaluate("performance.now()")
    return now


async def test_a_long_conversation_has_little_in_the_document_and_scrolls_to_both_ends(visit: Visit) -> None:
    await _with_turns(visit, 10_000)
    await visit.open()
    await expect(visit.page.get_by_role("heading", name="question 9999")).to_be_in_viewport()
    assert await visit.page.locator("article.turn").count() < 60
    await visit.page.get_by_role("log").press("Home")
    await expect(visit.page.get_by_role("heading", name=re.compile("question 0$"))).to_be_in_viewport()
    await visit.page.get_by_role("button", name="Jump to latest").click()
    await expect(visit.page.get_by_role("heading", name="question 9999")).to_be_in_viewport()


async def test_the_streaming_text_is_no_live_region_and_begin_and_end_are_announced_once(visit: Visit) -> None:
    await visit.page.evaluate(
        """() => { window.said = []; const at = document.querySelector("[data-announce=answer]");
             new MutationObserver(() => said.push(at.textContent)).observe(at, {subtree: true, childList: true,
             characterData: true}); }"""
    )
    turn = await visit.ask()
    assert (
        await turn.evaluate("element => element.closest('[aria-live=polite], [aria-live=assertive], [role=status]')")
        is None
    )
    await expect(visit.page.locator("[data-announce=answer]")).to_contain_text("The answer is there")
    begin, end = filter(None, await visit.page.evaluate("said"))
    assert begin == "Reading the manual"
    assert end.startswith("The answer is there")


async def test_the_stages_are_real_and_timed(visit: Visit) -> None:
    turn = await visit.ask()
    stages = turn.locator(".stages li")
    await expect(stages).to_contain_text(["Manual found", "Passages read", "Quotes checked"])
    for took in await stages.locator("small").all_inner_texts():
        assert re.fullmatch(r"[\d,.]+ (ms|s)", took)


async def test_what_goes_with_it_is_shown_with_its_source(visit: Visit) -> None:
    related = (await visit.ask()).get_by_role("complementary", name="Goes with it")
    await expect(related).to_contain_text("from the catalogue")
    await related.get_by_role("button").first.click()
    await expect(visit.page.locator(".lock")).to_be_visible()


async def test_a_receipt_opens_the_manual_at_the_cited_page(visit: Visit) -> None:
    turn = await visit.ask()
    link = await turn.get_by_role("link", name="Receipt").get_attribute("href")
    assert link
    await visit.page.goto(link)
    await visit.page.get_by_role("button", name=re.compile("page 17")).first.click()
    viewer = visit.page.get_by_role("region", name="Manual")
    await expect(viewer.get_by_label("Page number")).to_have_value("17")
    await expect(viewer.locator(".mark").first).to_be_in_viewport()


async def test_a_manual_in_html_opens_at_the_quoted_words(visit: Visit) -> None:
    await visit.open("/?product=ardlen-cairn-8&q=how%20far%20from%20the%20wall%20should%20it%20stand")
    await expect(visit.page.locator(".lock")).to_be_visible()
    await visit.box.press("Enter")
    await expect(visit.turn).to_have_attribute("data-phase", "done", timeout=20_000)
    await visit.turn.locator(".source").first.click()
    cited = visit.page.locator(".html-manual [data-cited] mark")
    await expect(cited).to_contain_text("Leave at least 30 cm between the rear panel and the wall")
    await expect(cited).to_be_in_viewport()


async def test_what_is_typed_is_shown_as_text(visit: Visit) -> None:
    await visit.type("vireo 61")
    await visit.sure_of(PRODUCT)
    await visit.box.press("Tab")
    await visit.type("<img src=x> <b>how do i reset it</b>")
    await visit.box.press("Enter")
    await expect(visit.turn.get_by_role("heading").first).to_contain_text("<img src=x>")
    await expect(visit.turn.locator("img, b")).to_have_count(0)
