"""Debian's Chromium, driven by Playwright, at a page of the real stack."""

from __future__ import annotations

import os
import shutil
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright", reason="the page's tests need the package playwright")

from google.protobuf.message import Message
from hsc.prediction.v1.prediction_pb2 import TypeAheadRequest, TypeAheadResponse
from playwright.async_api import Browser, BrowserContext, Locator, Page, Route, async_playwright, expect
from support.wait import until

WEB = Path(__file__).parents[3] / "web"
AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
PAGE = WEB / "dist" / "index.html"

QUESTION = "how do i reset the vireo 61"
PRODUCT = "Ardlen Vireo 61"

# Patient, for machines that do other work too: a test that goes well never waits so long.
expect.set_options(timeout=15_000)

# Without these Chromium looks for its maker's hosts.
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def chromium() -> str | None:
    """Where Chromium is; HSC_CHROMIUM says so where it is not in PATH."""
    return os.environ.get("HSC_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=_ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


class Visit:
    """One tab of a context of its own, and what it asked for and complained about."""

    def __init__(self, url: str, context: BrowserContext, page: Page) -> None:
        self.url = url
        self.context = context
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.typed: list[bytes] = []
        self.predicted: list[bytes] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        page.on("websocket", self._listen)

    def _listen(self, socket: Any) -> None:
        self.requests.append(socket.url)
        if "TypeAhead" in socket.url:
            socket.on("framesent", lambda frame: self.typed.append(_bytes(frame)))
            socket.on("framereceived", lambda frame: self.predicted.append(_bytes(frame)))

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("combobox")

    @property
    def options(self) -> Locator:
        return self.page.get_by_role("option")

    @property
    def turn(self) -> Locator:
        return self.page.locator("article.turn").last

    async def open(self, path: str = "/") -> None:
        await self.page.goto(self.url + path)

    async def type(self, text: str, delay: float = 15) -> None:
        await self.box.press_sequentially(text, delay=delay)

    async def answered(self) -> None:
        """Waits until the newest keystroke is answered: the list changes no more by itself."""

        def all_is_said() -> bool:
            sent = [TypeAheadRequest.FromString(message(frame[1:])).sequence for frame in self.typed if not any(frame[:2])]
            told = [TypeAheadResponse.FromString(message(frame)).sequence for frame in self.predicted if not frame[0]]
            return bool(sent) and max(told, default=0) >= max(sent)

        await until(all_is_said)

    async def sure_of(self, product: str) -> None:
        """Waits until the text that stands in the box is certain to mean `product`."""
        await expect(self.options.first).to_contain_text(product)
        await expect(self.page.locator(".read-product")).to_have_text(product)

    async def ask(self, sentence: str = QUESTION, product: str = PRODUCT) -> Locator:
        """Types the sentence, waits for the manual, asks, and gives the turn when its answer is whole."""
        await self.type(sentence)
        await self.sure_of(product)
        await expect(self.page.locator(".manual-chip[data-state=ready]")).to_be_visible(timeout=20_000)
        await self.box.press("Enter")
        turn = self.turn
        await expect(turn).to_have_attribute("data-phase", "done", timeout=20_000)
        return turn

    async def give(self, kind: str, mime: str, content: bytes = b"", *, size: int = 0, name: str = "file") -> None:
        """Drops (`drop`) or pastes (`paste`) a file onto the box; with `size` it is that many zeros."""
        await self.box.evaluate(
            """(box, {kind, mime, content, size, name}) => {
                const bytes = size ? new Uint8Array(size) : Uint8Array.from(atob(content), each => each.charCodeAt(0));
                const data = new DataTransfer();
                data.items.add(new File([bytes], name, {type: mime}));
                const way = {bubbles: true, cancelable: true};
                box.dispatchEvent(kind === "drop" ? new DragEvent("drop", {...way, dataTransfer: data})
                  : new ClipboardEvent("paste", {...way, clipboardData: data}));
            }""",
            {"kind": kind, "mime": mime, "content": b64encode(content).decode(), "size": size, "name": name},
        )


def _bytes(frame: str | bytes) -> bytes:
    return frame if isinstance(frame, bytes) else frame.encode()


def message(frame: bytes) -> bytes:
    """The protobuf message in a frame of grpc-web."""
    return frame[5 : 5 + int.from_bytes(frame[1:5], "big")]


def some_frames(body: bytes, count: int) -> bytes:
    """The first `count` frames of a grpc-web body, without its trailer."""
    at = 0
    for _ in range(count):
        at += 5 + int.from_bytes(body[at + 1 : at + 5], "big")
    return body[:at]


@asynccontextmanager
async def visiting(browser: Browser, url: str, **options: Any) -> AsyncIterator[Visit]:
    """A tab; `options` are those of a Playwright context."""
    context = await browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
    context.set_default_timeout(20_000)
    try:
        yield Visit(url, context, await context.new_page())
    finally:
        await context.close()


async def grpc_web(route: Route, *responses: Message) -> None:
    """Answers a call as a service would that says `responses`: one, or a stream of them."""
    frames = [(b"\x00", response.SerializeToString()) for response in responses]
    frames.append((b"\x80", b"grpc-status: 0\r\n"))
    body = b"".join(kind + len(data).to_bytes(4, "big") + data for kind, data in frames)
    await route.fulfill(body=body, content_type="application/grpc-web+proto")


async def serious_faults(page: Page) -> list[str]:
    """What axe finds of serious or critical impact, as `rule: element`."""
    # The text over a page's picture is there to be selected and read aloud; what is seen is the paper.
    # Evaluated by the debugger's protocol: the page's policy allows no script of ours.
    await page.evaluate(AXE.read_text())
    found = await page.evaluate(
        "async rules => (await axe.run({exclude: ['.textLayer']}, {runOnly: rules})).violations", _RULES
    )
    return [
        f"{violation['id']}: {' '.join(node['html'].split())[:160]} {node['failureSummary'][:200]}"
        for violation in found
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]
