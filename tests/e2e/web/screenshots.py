"""Photographs the page's main states into docs/screenshots (`npm run screenshots`).

HSC_E2E_URL names a stack that runs already; otherwise one is started for it.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from e2e.web.browser import PRODUCT, Visit, launched, visiting
from hsc_local import stack
from playwright.async_api import Browser, expect

OUT = Path(__file__).parents[3] / "docs" / "screenshots"
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
QUESTION = "how do i reset the vireo 61"


async def keep(visit: Visit, name: str) -> None:
    await visit.page.evaluate("document.fonts.ready")
    await visit.page.screenshot(path=OUT / f"{name}.png", animations="disabled", caret="hide")


async def read(visit: Visit) -> None:
    """Opens the manual at the first source and waits for its marks."""
    await visit.turn.locator(".source").first.click()
    await expect(visit.page.locator(".mark").first).to_be_in_viewport()


async def one_visit(browser: Browser, url: str, look: str, **options: Any) -> None:
    async with visiting(browser, url, **options) as visit:
        await visit.open()
        await keep(visit, f"{look}-start")
        await visit.type(QUESTION)
        await visit.sure_of(PRODUCT)
        await expect(visit.page.locator(".manual-chip[data-state=ready]")).to_be_visible(timeout=30_000)
        await keep(visit, f"{look}-typing")
        await visit.box.press("Enter")
        await expect(visit.turn).to_have_attribute("data-phase", "done", timeout=30_000)
        await keep(visit, f"{look}-answer")
        await read(visit)
        await keep(visit, f"{look}-manual")


async def in_hebrew(browser: Browser, url: str) -> None:
    async with visiting(browser, url, locale="he-IL") as visit:
        await visit.open()
        await visit.type("איך מאפסים את ה-vireo 61")
        await expect(visit.options.first).to_contain_text(PRODUCT)
        await keep(visit, "hebrew-typing")
        await visit.options.first.click()
        await expect(visit.turn).to_have_attribute("data-phase", "done", timeout=30_000)
        await read(visit)
        await keep(visit, "hebrew-manual")


async def other_states(browser: Browser, url: str) -> None:
    async with visiting(browser, url) as visit:
        await visit.open()
        await visit.ask("what is the wifi password of the vireo 61")
        await keep(visit, "light-not-in-manual")
        await visit.open("/status")
        await expect(visit.page.locator(".services li").first).to_be_visible()
        await keep(visit, "light-status")


async def photograph(url: str) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    async with launched() as browser:
        await one_visit(browser, url, "light")
        await one_visit(browser, url, "dark", color_scheme="dark")
        await one_visit(browser, url, "phone", **PHONE)
        await in_hebrew(browser, url)
        await other_states(browser, url)


def main() -> None:
    with ExitStack() as stack_of_things:
        url = os.environ.get("HSC_E2E_URL")
        if url is None:
            home = stack_of_things.enter_context(tempfile.TemporaryDirectory())
            url = stack_of_things.enter_context(stack.running(Path(home))).url
        asyncio.run(photograph(url))


if __name__ == "__main__":
    main()
