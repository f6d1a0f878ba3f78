"""What breaks on the way: sockets, replicas, slow lines, reloads. What was typed and asked goes on."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import Callable

from e2e.web.browser import PRODUCT, QUESTION, Visit, message, some_frames
from hsc.prediction.v1 import prediction_pb2
from hsc_local.stack import Running
from playwright.async_api import Route, WebSocketRoute, expect
from support.wait import until

RESET = "Hold EXIT and SEQ and switch on"
SENTENCE = "please tell me how do i reset everything on my ardlen vireo 61"


async def kill(house: Running, name: str) -> None:
    """Kill -9; returns when another process is in its place."""
    before = house.pid(name)
    os.kill(before, signal.SIGKILL)
    await until(lambda: house.pid(name) != before)


async def test_a_replica_killed_in_the_middle_of_typing_loses_nothing(visit: Visit, house: Running) -> None:
    await visit.type("how do i reset ")
    await kill(house, "prediction")
    await visit.type("the vireo 61")
    await expect(visit.page.locator(".read-product")).to_have_text(PRODUCT, timeout=30_000)
    await expect(visit.box).to_have_value(QUESTION)
    visit.complaints.clear()  # the browser notes the sockets that failed meanwhile


async def test_a_replica_killed_in_the_middle_of_an_answer_leaves_no_gap(visit: Visit, house: Running) -> None:
    async def cut(route: Route) -> None:
        whole = await route.fetch()
        body = some_frames(await whole.body(), 4)
        await kill(house, "answer")
        await route.fulfill(response=whole, body=body)

    await visit.page.route(re.compile("AnswerService/Ask"), cut)
    await visit.type(QUESTION)
    await visit.sure_of(PRODUCT)
    await visit.box.press("Enter")
    await expect(visit.turn).to_have_attribute("data-phase", "done", timeout=30_000)
    await expect(visit.turn.locator(".message")).to_contain_text(RESET)
    steps = await visit.turn.locator(".block.step").all_inner_texts()
    assert len(steps) == len(set(steps)), "a step came twice"
    visit.complaints.clear()


async def test_a_reload_resumes_the_answer_that_was_running(visit: Visit) -> None:
    asked = 0

    async def halve(route: Route) -> None:
        nonlocal asked
        asked += 1
        whole = await route.fetch()
        await route.fulfill(response=whole, body=some_frames(await whole.body(), 4))

    await visit.page.route(re.compile("AnswerService/Ask"), halve)
    await visit.page.route(re.compile("AnswerService/ResumeAnswer"), lambda route: route.abort())
    await visit.type(QUESTION)
    await visit.sure_of(PRODUCT)
    await visit.box.press("Enter")
    await expect(visit.turn.locator(".stages li").first).to_be_visible()
    await until(lambda: any("ResumeAnswer" in request for request in visit.requests))
    await visit.page.unroute(re.compile("AnswerService/ResumeAnswer"))
    await visit.page.reload()
    await expect(visit.turn).to_have_attribute("data-phase", "done", timeout=20_000)
    await expect(visit.turn.locator(".message")).to_contain_text(RESET)
    assert asked == 1, "it was asked again instead of resumed"
    visit.complaints.clear()


async def test_on_a_slow_line_one_keystroke_is_on_its_way_and_the_newest_follows(visit: Visit) -> None:
    slow = Line(0.3)
    await visit.page.route_web_socket(re.compile("TypeAhead"), slow.carry)
    line = await visit.context.new_cdp_session(visit.page)
    await line.send("Network.enable")
    conditions = {"offline": False, "latency": 300, "downloadThroughput": 100_000, "uploadThroughput": 50_000}
    await visit.page.reload()
    await line.send("Network.emulateNetworkConditions", conditions)
    await visit.type(SENTENCE, delay=1000 / 15)
    await expect(visit.box).to_have_value(SENTENCE)
    await expect(visit.page.locator(".read-product")).to_have_text(PRODUCT, timeout=20_000)
    assert slow.most_waiting == 1
    assert slow.sent[-1] == SENTENCE
    assert len(slow.sent) < len(SENTENCE), "nothing was left out, though the line is slow"
    await visit.box.press("Enter")
    await expect(visit.turn.locator(".message")).to_contain_text(RESET, timeout=30_000)


class Line:
    """A socket whose replies are late by `delay` seconds; counts the keystrokes that wait for theirs."""

    def __init__(self, delay: float) -> None:
        self.sent: list[str] = []
        self.most_waiting = 0
        self._delay = delay
        self._waiting = 0

    def carry(self, page: WebSocketRoute) -> None:
        server = page.connect_to_server()
        later = asyncio.get_running_loop().call_later

        def up(frame: str | bytes) -> None:
            assert isinstance(frame, bytes)
            if frame[:2] == b"\x00\x00":
                self.sent.append(prediction_pb2.TypeAheadRequest.FromString(message(frame[1:])).text)
                self._waiting += 1
                self.most_waiting = max(self.most_waiting, self._waiting)
            server.send(frame)

        def down(frame: str | bytes) -> None:
            assert isinstance(frame, bytes)
            later(self._delay, self._arrived(page, frame))

        page.on_message(up)
        server.on_message(down)

    def _arrived(self, page: WebSocketRoute, frame: bytes) -> Callable[[], None]:
        def arrive() -> None:
            if frame[0] == 0:
                reply = prediction_pb2.TypeAheadResponse.FromString(message(frame))
                self._waiting -= reply.HasField("predictions")
            page.send(frame)

        return arrive


async def test_reconnecting_is_said_only_when_it_lasts(visit: Visit) -> None:
    closed, open_again = 0, False

    async def refuse(socket: WebSocketRoute) -> None:
        nonlocal closed
        if open_again:
            socket.connect_to_server()
        else:
            closed += 1
            await socket.close(code=1011)

    await visit.page.route_web_socket(re.compile("TypeAhead"), refuse)
    await visit.page.reload()
    await visit.type("vireo")
    await until(lambda: closed > 0)
    banner = visit.page.locator(".banner")
    await expect(banner).to_be_hidden()
    await expect(banner).to_have_text("Reconnecting…", timeout=5000)
    open_again = True
    await visit.type(" 61")
    await visit.sure_of(PRODUCT)
    await expect(banner).to_be_hidden()


async def test_stopping_ends_an_answer_and_it_may_be_asked_again(visit: Visit) -> None:
    await visit.page.route(re.compile("AnswerService/Ask"), lambda _: None)  # never answered
    await visit.type(QUESTION)
    await visit.sure_of(PRODUCT)
    await visit.box.press("Enter")
    await visit.turn.get_by_role("button", name="Stop").click()
    await expect(visit.turn).to_have_attribute("data-phase", "stopped")
    await visit.page.unroute(re.compile("AnswerService/Ask"))
    await visit.turn.get_by_role("button", name="Ask again").click()
    await expect(visit.turn.locator(".message")).to_contain_text(RESET, timeout=20_000)
    visit.complaints.clear()
