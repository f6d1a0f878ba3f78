"""What always holds: both directions, both themes, every width, no foreign request, kind words for bad links."""

import re
from importlib.metadata import version
from urllib.parse import urlsplit

import aiohttp
import pytest
from e2e.web.browser import PRODUCT, Visit, serious_faults, visiting
from hsc_local.stack import Running
from playwright.async_api import Browser, Locator, expect
from support.wait import until


@pytest.mark.parametrize(
    ("theme", "language"), [("light", "en-GB"), ("dark", "en-GB"), ("light", "he-IL"), ("dark", "he-IL")]
)
async def test_axe_finds_nothing_serious(browser: Browser, page_url: str, theme: str, language: str) -> None:
    async with visiting(browser, page_url, color_scheme=theme, locale=language, reduced_motion="reduce") as visit:
        await visit.open()
        assert await serious_faults(visit.page) == []
        await visit.type("how do i reset the vireo 61")
        await visit.sure_of(PRODUCT)
        assert await serious_faults(visit.page) == []
        await visit.box.press("Enter")
        await expect(visit.turn).to_have_attribute("data-phase", "done", timeout=20_000)
        await visit.turn.locator(".source").first.click()
        await expect(visit.page.locator(".mark").first).to_be_visible()
        assert await serious_faults(visit.page) == []
        await visit.open("/status")
        await expect(visit.page.locator(".services li").first).to_be_visible()
        assert await serious_faults(visit.page) == []


async def test_axe_finds_nothing_serious_where_something_is_missing(browser: Browser, page_url: str) -> None:
    options = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark", "locale": "he-IL"}
    async with visiting(browser, page_url, reduced_motion="reduce", **options) as visit:
        await visit.open()
        await visit.box.press("Enter")
        await expect(visit.page.get_by_role("alert")).to_be_visible()
        assert await serious_faults(visit.page) == []
        await visit.type("nord stage 4")
        await visit.box.press("Enter")
        await expect(visit.page.locator(".choices")).to_be_focused()
        assert await serious_faults(visit.page) == []
        await visit.page.keyboard.press("Escape")
        await visit.box.fill("")
        turn = await visit.ask("what is the wifi password of the vireo 61")
        await expect(turn.locator(".card")).to_be_visible()
        assert await serious_faults(visit.page) == []
        receipt = await turn.locator("a").get_attribute("href")
        assert receipt
        for path in (receipt.removeprefix(visit.url), "/a/0", "/nowhere"):
            await visit.open(path)
            await expect(visit.page.get_by_role("heading").first).to_be_visible()
            await expect(visit.page.locator("main")).not_to_have_attribute("aria-busy", "true")
            assert await serious_faults(visit.page) == []


async def test_hebrew_turns_the_page_and_leaves_names_and_paper_as_they_are(browser: Browser, page_url: str) -> None:
    async with visiting(browser, page_url, locale="he-IL") as visit:
        await visit.open()
        assert await visit.page.evaluate("document.documentElement.dir") == "rtl"
        assert await visit.box.evaluate("element => getComputedStyle(element).direction") == "rtl", "the hint is turned"
        await visit.type("איך מאפסים את ה vireo 61")
        assert await visit.box.evaluate("element => getComputedStyle(element).direction") == "rtl"
        name = visit.options.first.locator("bdi").first
        await expect(name).to_contain_text(PRODUCT)
        assert await name.evaluate("element => getComputedStyle(element).direction") == "ltr"
        await visit.options.first.click()
        await expect(visit.turn).to_have_attribute("data-phase", "done", timeout=20_000)
        await visit.turn.locator(".source").first.click()
        frame = visit.page.locator(".sheet-frame")
        assert await frame.evaluate("element => getComputedStyle(element).direction") == "ltr"


async def test_suggested_questions_keep_their_direction_in_a_hebrew_page(browser: Browser, page_url: str) -> None:
    async with visiting(browser, page_url, locale="he-IL") as visit:
        await visit.open("/?product=ardlen-vireo-61")
        row = visit.page.locator(".suggestions")
        await expect(row).to_contain_text("מתוך המדריך")
        chips = row.get_by_role("button")
        await expect(chips.nth(1)).to_be_visible()
        assert await chips.first.evaluate("element => getComputedStyle(element).direction") == "ltr"
        first, second = await chips.first.bounding_box(), await chips.nth(1).bounding_box()
        assert first
        assert second
        assert first["x"] > second["x"], "the row begins on the right"
        mask = await row.locator(".chips").evaluate("element => getComputedStyle(element).maskImage")
        assert "270deg" in mask, "the first chip fades, not the last"
        await row.get_by_role("button", name="Connecting pedals").click()
        await expect(visit.turn.locator(".message")).to_contain_text("pedal", timeout=20_000)


async def test_the_language_is_switched_and_kept(visit: Visit) -> None:
    await visit.page.get_by_role("button", name="עברית").click()
    await expect(visit.page.locator("html")).to_have_attribute("dir", "rtl")
    await visit.page.reload()
    await expect(visit.page.get_by_role("heading", name="מה נחפש בשבילך?")).to_be_visible()


async def test_the_theme_is_switched_and_kept(visit: Visit) -> None:
    await visit.page.get_by_role("button", name="Dark theme").click()
    await visit.page.reload()
    await expect(visit.page.get_by_role("button", name="Light theme")).to_be_visible()
    assert await visit.page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


@pytest.mark.parametrize("width", [320, 768, 2560, 3840])
async def test_at_every_width_nothing_leaves_the_window_and_nothing_lies_on_another(
    browser: Browser, page_url: str, width: int
) -> None:
    async with visiting(browser, page_url, viewport={"width": width, "height": 800}) as visit:
        await visit.open()
        assert await _misplaced(visit) == []
        await visit.ask()
        assert await _misplaced(visit) == []
        await visit.turn.locator(".source").first.click()
        await expect(visit.page.locator(".mark").first).to_be_visible()
        assert await _misplaced(visit) == []
        await visit.page.keyboard.press("Escape")
        await expect(visit.page.locator(".viewer")).to_have_count(0)
        await expect(visit.box).to_be_in_viewport()
        await visit.turn.get_by_role("button", name="Ask a person").click()
        assert await _cut(visit.page.get_by_role("dialog")) == 0
        await visit.page.keyboard.press("Escape")
        await visit.give("drop", "application/pdf", b"%PDF-1.4", name="a-manual-with-a-name-that-is-rather-long.pdf")
        assert await _cut(visit.page.get_by_role("dialog")) == 0
        await visit.open("/status")
        await expect(visit.page.locator(".services li").first).to_be_visible()
        assert await _misplaced(visit) == []


async def _cut(scroller: Locator) -> int:
    """How many pixels of it are out of sight at its side."""
    width: int = await scroller.evaluate("element => element.scrollWidth - element.clientWidth")
    return width


async def _misplaced(visit: Visit) -> list[str]:
    """What reaches out of the window or lies on another: the page's own scrolling, controls, and blocks of text."""
    found: list[str] = await visit.page.evaluate(
        """() => {
          const root = document.documentElement, wrong = [];
          if (root.scrollWidth > root.clientWidth) wrong.push(`the page is ${root.scrollWidth} px wide`);
          const name = each => each.outerHTML.slice(0, 90);
          // What scrolls in a row of its own, and what only screen readers see, is meant to be cut.
          const shown = [...document.querySelectorAll("button, a, input, h1, h2, .block, .services li, .figures div")]
            .filter(each => each.checkVisibility({visibilityProperty: true}) && !each.matches(".cite")
              && !each.closest(".visually-hidden, .suggestions, .paper, dialog:not([open])"))
            .map(each => [each, each.getBoundingClientRect()]).filter(([, box]) => box.width > 1);
          for (const [each, box] of shown)
            if (box.left < -1 || box.right > innerWidth + 1) wrong.push(`out of the window: ${name(each)}`);
          const clipped = new Map(shown.map(([each]) => [each, each.closest(".conversation, .viewer, header")]));
          for (const [one, a] of shown) for (const [other, b] of shown)
            if (one !== other && clipped.get(one) === clipped.get(other)
                && !one.contains(other) && !other.contains(one)
                && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
                && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1
                && one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING)
              wrong.push(`${name(one)} and ${name(other)} lie on each other`);
          return wrong;
        }"""
    )
    return found


@pytest.mark.parametrize("wish", ["no-preference", "reduce"])
async def test_nothing_moves_for_who_wants_no_motion(browser: Browser, page_url: str, wish: str) -> None:
    async with visiting(browser, page_url, reduced_motion=wish) as visit:
        await visit.open()
        await visit.page.evaluate(
            """() => { window.moved = []; for (const kind of ["animationstart", "transitionrun"])
                 addEventListener(kind, event => moved.push(event.animationName ?? event.propertyName), true); }"""
        )
        turn = await visit.ask()
        await turn.get_by_role("button", name="Copy").hover()
        await visit.page.get_by_role("button", name="Dark theme").click()
        await turn.locator(".source").first.click()
        await expect(visit.page.locator(".mark").first).to_be_visible()
        assert bool(await visit.page.evaluate("moved")) == (wish == "no-preference")


async def test_typing_moves_nothing_on_the_page(visit: Visit) -> None:
    await visit.page.evaluate(
        """() => { window.shifts = 0; new PerformanceObserver(list => {
             for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
           }).observe({type: "layout-shift", buffered: true}); }"""
    )
    await visit.type("how do i reset the vireo 61")
    await visit.sure_of(PRODUCT)
    await expect(visit.page.locator(".manual-chip[data-state=ready]")).to_be_visible(timeout=20_000)
    assert await visit.page.evaluate("window.shifts") == 0


async def test_the_box_below_a_conversation_stays_where_it_is_while_one_types(visit: Visit) -> None:
    await visit.ask()
    await expect(visit.page.locator(".suggestions")).to_contain_text("Connecting pedals")
    before = await visit.box.bounding_box()
    await visit.type("how do i")
    await expect(visit.page.locator(".suggestions")).not_to_contain_text("Connecting pedals")
    assert await visit.box.bounding_box() == before


async def test_nobody_else_is_asked_for_anything(visit: Visit) -> None:
    turn = await visit.ask()
    await turn.locator(".source").first.click()
    await expect(visit.page.locator(".mark").first).to_be_visible()
    hosts = {urlsplit(url).netloc for url in visit.requests if not url.startswith(("blob:", "data:"))}
    assert hosts == {urlsplit(visit.url).netloc}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/a/00000000000000000000000000000000", "There is no such receipt."),
        ("/a/%E0%A4%A", "There is no such receipt."),
        ("/nowhere/at/all", "There is nothing at this address."),
    ],
)
async def test_links_to_nothing_say_so(visit: Visit, path: str, words: str) -> None:
    await visit.open(path)
    await expect(visit.page.get_by_role("heading", name=words)).to_be_visible()


async def test_a_link_to_a_product_that_is_gone_says_which(visit: Visit) -> None:
    await visit.open("/?product=ardlen-vireo-49")
    await expect(visit.page.get_by_role("alert")).to_contain_text("ardlen-vireo-49")


async def test_a_link_may_bring_a_product_and_a_question(visit: Visit) -> None:
    await visit.open("/?product=ardlen-vireo-61&q=how%20heavy%20is%20it")
    await expect(visit.page.locator(".lock")).to_contain_text(PRODUCT)
    await expect(visit.box).to_have_value("how heavy is it")


async def test_the_operators_page_shows_every_service_and_figure(visit: Visit) -> None:
    await visit.open("/status")
    for service in ("catalog", "prediction", "answer", "ingest"):
        line = visit.page.locator(".services li", has_text=re.compile(f"^{service}"))
        await expect(line.get_by_text(version(f"hsc-{service}"), exact=True)).to_be_visible()
    main = visit.page.get_by_role("main")
    for figure in ("Catalogue revision", "Jobs waiting", "Failed for good", "Ready in time", "Never asked", "Hit rate"):
        await expect(main).to_contain_text(figure)
    revision = main.locator("div", has=visit.page.get_by_text("Catalogue revision", exact=True)).locator("dd").first
    await expect(revision).to_have_text(re.compile("^[1-9]"))


async def test_no_script_but_the_pages_own_runs(visit: Visit, page_url: str) -> None:
    response = await visit.page.goto(page_url)
    assert response
    policy = (await response.all_headers())["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    await visit.page.evaluate(
        """() => { const script = document.createElement("script"); script.textContent = "window.ran = true";
                   document.head.append(script); }"""
    )
    assert await visit.page.evaluate("window.ran === undefined")
    assert len(visit.complaints) == 1, "the browser says what the policy kept from running"
    visit.complaints.clear()


async def test_the_keyboard_reaches_everything_sees_where_it_is_and_gets_out(visit: Visit) -> None:
    await visit.ask()
    seen = set()
    for _ in range(60):
        await visit.page.keyboard.press("Shift+Tab")
        where, outlined = await visit.page.evaluate(
            """() => { const at = document.activeElement; const around = at.closest("label, .field") ?? at;
                 return [at === document.body ? "" : at.outerHTML.slice(0, 200), [at, around].some(each =>
                   getComputedStyle(each).outlineStyle !== "none" || getComputedStyle(each).boxShadow !== "none")]; }"""
        )
        if where == "":
            break
        assert outlined, f"nobody sees that the focus is on {where}"
        seen.add(where)
    else:
        raise AssertionError("the focus never left the page")
    assert len(seen) > 10


async def test_keystrokes_to_paint_are_reported_and_counted(visit: Visit, house: Running) -> None:
    before = await _counted(house)
    await visit.type("please tell me how do i reset everything on my ardlen vireo 61", delay=30)
    await visit.sure_of(PRODUCT)
    await visit.page.evaluate(
        """() => { Object.defineProperty(document, "visibilityState", {value: "hidden"});
                   dispatchEvent(new Event("visibilitychange")); }"""
    )

    async def more() -> bool:
        return await _counted(house) > before

    await until(more)


async def _counted(house: Running) -> float:
    metrics = f"http://127.0.0.1:{house.ports['prediction_metrics']}/metrics"
    async with aiohttp.ClientSession() as session, session.get(metrics) as response:
        text = await response.text()
    return float(re.findall(r"^\S*keystroke_to_paint_seconds_count\S* (\S+)$", text, re.MULTILINE)[0])
