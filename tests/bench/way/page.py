"""A visit in a real browser: from a key to the candidates on the screen, from Enter to the answer's first words.

Chromium without a window, on the same cores as the stack. "Painted" is the task after the frame in which the change was
drawn. A keystroke that changes nothing on the screen is not counted. No question is one that was asked before, so no
answer is cached. CPU of the main thread is Chromium's own count, and holds what a bare text field would take too.
"""

import asyncio
import json

from e2e.web.browser import PRODUCT, Visit, launched, visiting
from figures import Figure, below, percentiles
from hsc_local.stack import Running
from hsc_samples.build import QUESTIONS
from playwright.async_api import expect

PART = "The page, in Chromium"
SENTENCE = "please tell me how do i reset everything on my ardlen vireo 61"
KEYS_A_SECOND = 15
PRODUCT_ID = "ardlen-vireo-61"
_PATIENCE_MS = 30_000

_WATCH = """() => {
  window.candidates = []; window.words = [];
  let typed = null, asked = null, before = null;
  const last = () => [...document.querySelectorAll("article.turn")].at(-1);
  addEventListener("keydown", event => {
    if (event.key === "Enter") { asked = event.timeStamp; before = last(); } else typed = event.timeStamp;
  }, true);
  const painted = (since, into) => requestAnimationFrame(() => setTimeout(() => into.push(performance.now() - since)));
  new MutationObserver(changes => {
    if (typed !== null && changes.some(({target}) => target.parentElement?.closest(".popup, .understanding"))) {
      painted(typed, candidates); typed = null;
    }
    if (asked !== null && last() !== before && last().querySelector(".sentence")) {
      painted(asked, words); asked = null;
    }
  }).observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true});
}"""


def measure(up: Running, visits: int) -> list[Figure]:
    """Of `visits` visits that type a sentence, after one that warms the stack, and of one that asks much."""
    return asyncio.run(_measure(up.url, visits))


async def _measure(url: str, visits: int) -> list[Figure]:
    candidates: list[float] = []
    busy: list[float] = []
    lost = 0
    async with launched() as browser:
        for number in range(visits + 1):
            async with visiting(browser, url) as visit:
                painted, share, missing = await _type(visit)
            if number > 0:
                candidates += painted
                busy.append(share)
                lost += missing
        async with visiting(browser, url) as visit:
            words = await _ask(visit)
    keys = visits * len(SENTENCE)
    return [
        *percentiles(PART, "keystroke to painted candidates", candidates, {"p95": below(50)}),
        *percentiles(PART, "Enter to the first painted words, manual ready", words, {"p95": below(150)}),
        Figure(PART, f"of {keys} keys at {KEYS_A_SECOND} a second, lost", lost, "", below(1)),
        Figure(PART, "the page's main thread, CPU a keystroke", sum(busy) / len(busy), "ms"),
    ]


async def _type(visit: Visit) -> tuple[list[float], float, int]:
    """Milliseconds to each paint, of CPU a keystroke on the page's main thread; and how many keys were lost."""
    await visit.open()
    await visit.page.evaluate(_WATCH)
    inside = await visit.context.new_cdp_session(visit.page)
    await inside.send("Performance.enable", {"timeDomain": "threadTicks"})

    async def seconds() -> float:
        metrics = (await inside.send("Performance.getMetrics"))["metrics"]
        return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))

    before = await seconds()
    await visit.type(SENTENCE, delay=1000 / KEYS_A_SECOND)
    await visit.sure_of(PRODUCT)
    cpu_ms = (await seconds() - before) * 1000 / len(SENTENCE)
    painted: list[float] = await visit.page.evaluate("candidates")
    return painted, cpu_ms, len(SENTENCE) - len(await visit.box.input_value())


async def _ask(visit: Visit) -> list[float]:
    """Milliseconds from Enter to the first words of each answer."""
    await visit.open(f"/?product={PRODUCT_ID}")
    await expect(visit.page.locator(".manual-chip[data-state=ready]")).to_be_visible(timeout=_PATIENCE_MS)
    await visit.page.evaluate(_WATCH)
    asked = [each for each in json.loads(QUESTIONS.read_text()) if each["product_id"] == PRODUCT_ID]
    for question in (f"Please tell me: {each['question']}" for each in asked if each["answerable"]):
        await visit.box.fill(question)
        await visit.box.press("Enter")
        await expect(visit.turn.get_by_role("heading").first).to_contain_text(question)
        await expect(visit.turn).to_have_attribute("data-phase", "done", timeout=_PATIENCE_MS)
    words: list[float] = await visit.page.evaluate("words")
    return words
