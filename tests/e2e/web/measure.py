"""Measures the page against its goals in a real browser: `PYTHONPATH=tests python -m e2e.web.measure`.

HSC_E2E_URL names a stack that runs already; otherwise one is started for it.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path

from e2e.web.browser import PRODUCT, QUESTION, Visit, launched, visiting
from hsc_local import stack
from playwright.async_api import expect

VISITS = 8
SENTENCE = "please tell me how do i reset everything on my ardlen vireo 61"

# From the key to the frame after the one in which the list was drawn; from Enter to that of the answer's first words.
_WATCH = """() => {
  window.painted = []; window.firstWords = []; let typed = null, asked = null;
  addEventListener("keydown", event => {
    if (event.key === "Enter") asked = event.timeStamp; else typed = event.timeStamp;
  }, true);
  const later = done => requestAnimationFrame(() => setTimeout(done));
  new MutationObserver(changes => {
    if (typed !== null && changes.some(change => change.target.closest?.(".popup, .understanding"))) {
      const at = typed; typed = null; later(() => window.painted.push(performance.now() - at));
    }
    if (asked !== null && document.querySelector("article.turn:last-of-type .sentence")) {
      const at = asked; asked = null; later(() => window.firstWords.push(performance.now() - at));
    }
  }).observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true});
}"""


def percentile(values: list[float], share: float) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1]


def report(name: str, values: list[float], goal: float) -> None:
    p50, p95 = percentile(values, 0.5), percentile(values, 0.95)
    print(f"{name:<32} n={len(values):<5} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   goal p95 {goal:.0f} ms")


async def typed(visit: Visit) -> list[float]:
    await visit.page.evaluate(_WATCH)
    await visit.type(SENTENCE, delay=1000 / 15)
    await visit.sure_of(PRODUCT)
    values: list[float] = await visit.page.evaluate("window.painted")
    return values


async def asked(visit: Visit) -> list[float]:
    await visit.box.fill("")
    await visit.type(QUESTION)
    await visit.sure_of(PRODUCT)
    await expect(visit.page.locator(".manual-chip[data-state=ready]")).to_be_visible(timeout=30_000)
    await visit.box.press("Enter")
    await expect(visit.turn).to_have_attribute("data-phase", "done", timeout=30_000)
    values: list[float] = await visit.page.evaluate("window.firstWords")
    return values


async def measure(url: str) -> None:
    paints: list[float] = []
    words: list[float] = []
    async with launched() as browser:
        for number in range(VISITS + 1):
            async with visiting(browser, url) as visit:
                await visit.open()
                these_paints, these_words = await typed(visit), await asked(visit)
                if number > 0:  # the first visit warms the stack
                    paints += these_paints
                    words += these_words
    report("keystroke to painted candidates", paints, 50)
    report("Enter to the first words", words, 150)


def main() -> None:
    with ExitStack() as stack_of_things:
        url = os.environ.get("HSC_E2E_URL")
        if url is None:
            home = stack_of_things.enter_context(tempfile.TemporaryDirectory())
            url = stack_of_things.enter_context(stack.running(Path(home))).url
        asyncio.run(measure(url))


if __name__ == "__main__":
    main()
