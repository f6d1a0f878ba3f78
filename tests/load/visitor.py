"""One visit, as a page makes it: a typing stream over a WebSocket, a question over grpc-web, one retry or resume each.

Open-loop: a key is due when its time has come, whatever became of those before it, and its latency counts from when it
was due to the first reply with its sequence or a later one (so nothing is omitted when the system stalls).
"""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass, field

import aiohttp
from hsc.answer.v1 import answer_pb2
from hsc.prediction.v1 import prediction_pb2
from load import web
from load.people import Question, Visit
from load.record import Record
from support.grpc_websockets import METADATA, Stream, data

TYPE_AHEAD = "/hsc.prediction.v1.PredictionService/TypeAhead"
ASK, RESUME = "/hsc.answer.v1.AnswerService/Ask", "/hsc.answer.v1.AnswerService/ResumeAnswer"
# What a page waits before it tries again; RetryInfo says about as much.
PAUSE_S = 0.5
PATIENCE_S = 5.0
ANSWER_S = 15.0
ABORTED = 10


@dataclass
class House:
    """Where visitors go, and what is true there: the answer to each question, as it is given in good times."""

    url: str
    session: aiohttp.ClientSession
    record: Record
    began: float
    truth: Mapping[Question, str] = field(default_factory=dict)

    async def until(self, due_s: float) -> None:
        """Until so many seconds of the run are over."""
        await asyncio.sleep(max(0.0, self.began + due_s - time.perf_counter()))


async def visit(house: House, plan: Visit) -> None:
    """Comes, types, asks perhaps, leaves; everything that happened is in the record."""
    await house.until(plan.comes_s)
    asking = asyncio.create_task(_ask(house, plan.question, plan.asks_s)) if plan.question else None
    await _type(house, plan)
    if asking is not None:
        await asking


class _Box:
    """The keys of one visit and how far they are answered."""

    def __init__(self, house: House, plan: Visit) -> None:
        self.house, self.plan = house, plan
        self.sent = self.answered = self.replies = 0
        self.session_id = uuid.uuid4().hex

    def request(self, sequence: int) -> bytes:
        text = self.plan.keys[sequence - 1].text
        message = prediction_pb2.TypeAheadRequest(sequence=sequence, text=text, session_id=self.session_id)
        return data(message.SerializeToString())

    def reply(self, message: bytes) -> None:
        response = prediction_pb2.TypeAheadResponse.FromString(message)
        if response.WhichOneof("event") != "predictions":
            return
        self.replies += 1
        now = time.perf_counter() - self.house.began
        for key in self.plan.keys[self.answered : response.sequence]:
            self.house.record.typed(key.due_s, now - key.due_s)
        self.answered = max(self.answered, response.sequence)
        best = response.predictions.predictions[:1]
        if response.sequence == len(self.plan.keys) and best and best[0].locked:
            self.house.record.locked(right=best[0].name == self.plan.product.name)


async def _type(house: House, plan: Visit) -> None:
    box = _Box(house, plan)
    failure, broken = "", 0
    while broken < 2:  # one retry for each stream that was served: a visit may outlive several
        replies = box.replies
        try:
            await _stream(box)
        except web.Failed as error:
            failure = f"TypeAhead {error}"
            house.record.broke(failure, time.perf_counter() - house.began)
            broken = 1 if box.replies > replies else broken + 1
            if broken < 2:
                await asyncio.sleep(PAUSE_S)
        else:
            house.record.call("TypeAhead", retried=bool(failure))
            return
    house.record.call("TypeAhead", failed=failure)
    for key in plan.keys[box.answered :]:
        house.record.unanswered(key.due_s)


async def _stream(box: _Box) -> None:
    """Until the visit is over. Raises Failed."""
    house = box.house
    try:
        async with (
            asyncio.timeout(box.plan.leaves_s - box.plan.comes_s + 2 * PATIENCE_S),
            house.session.ws_connect(house.url + TYPE_AHEAD, protocols=("grpc-websockets",), max_msg_size=0) as socket,
        ):
            stream = Stream(socket)
            await stream.send(METADATA)
            if box.sent:  # what stands in the box is sent again, on another stream
                await stream.send(box.request(box.sent))
            reading = asyncio.create_task(_read(box, stream), name="replies")
            try:
                while box.sent < len(box.plan.keys) and not reading.done():
                    await house.until(box.plan.keys[box.sent].due_s)
                    box.sent += 1
                    if not reading.done():
                        await stream.send(box.request(box.sent))
                await asyncio.wait_for(asyncio.shield(reading), PATIENCE_S)
                await house.until(box.plan.leaves_s)
            finally:
                reading.cancel()
                with suppress(asyncio.CancelledError, web.Failed, ConnectionError):
                    await reading
    except (aiohttp.ClientError, ConnectionError, TimeoutError) as error:
        status = f" {error.status}" if isinstance(error, aiohttp.WSServerHandshakeError) else ""
        raise web.Failed(web.UNAVAILABLE, f"{type(error).__name__}{status}") from None


async def _read(box: _Box, stream: Stream) -> None:
    """Until the last key is answered. Raises Failed where the stream ends before."""
    while box.answered < len(box.plan.keys):
        message = await stream.receive()
        if message is None:
            trailers = stream.reply.trailers or {}
            code = int(trailers.get("grpc-status", web.UNAVAILABLE))
            raise web.Failed(code, web.reason_of(trailers.get("grpc-status-details-bin", "")) or "closed")
        box.reply(message)


async def _ask(house: House, question: Question, asks_s: float) -> None:
    await house.until(asks_s)
    answer = _Answer(question)
    failure = ""
    for attempt in range(2):
        try:
            async with asyncio.timeout(ANSWER_S):
                async with aclosing(answer.more(house)) as events:  # type: ignore[type-var]
                    async for event in events:
                        if event.event == 1:
                            house.record.first_event(asks_s, time.perf_counter() - house.began - asks_s)
        except (web.Failed, TimeoutError) as error:
            failure = f"Ask {error if isinstance(error, web.Failed) else 'DEADLINE'}"
            house.record.broke(failure, time.perf_counter() - house.began)
            if isinstance(error, web.Failed) and error.code == ABORTED:
                answer = _Answer(question)
            if attempt == 0:
                await asyncio.sleep(PAUSE_S)
        else:
            house.record.call("Ask", retried=attempt > 0)
            house.record.answered(asks_s, time.perf_counter() - house.began - asks_s)
            _compare(house, answer)
            return
    house.record.call("Ask", failed=failure)


@dataclass
class _Answer:
    """What has come of an answer; it may come over several calls, without a gap or a repetition."""

    question: Question
    request_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    events: list[answer_pb2.AskResponse] = field(default_factory=list)

    async def more(self, house: House) -> AsyncIterator[answer_pb2.AskResponse]:
        if self.events:
            resume = answer_pb2.ResumeAnswerRequest(answer_id=self.events[0].answer_id, after_event=len(self.events))
            method, request = RESUME, resume.SerializeToString()
        else:
            asked = answer_pb2.AskRequest(
                product_id=self.question.product_id, question=self.question.text, request_id=self.request_id
            )
            method, request = ASK, asked.SerializeToString()
        async with aclosing(web.call(house.session, house.url + method, request)) as messages:  # type: ignore[type-var]
            async for message in messages:
                event = answer_pb2.AskResponse.FromString(message)
                if event.event != len(self.events) + 1:
                    house.record.wrong(f"event {event.event} after {len(self.events)}")
                self.events.append(event)
                yield event

    @property
    def text(self) -> str:
        return " ".join(event.chunk.text for event in self.events if event.HasField("chunk"))

    @property
    def done(self) -> answer_pb2.Done | None:
        last = self.events[-1] if self.events else None
        return last.done if last is not None and last.HasField("done") else None


def _compare(house: House, answer: _Answer) -> None:
    """An answer must be the one that is true; none, or a reason why there is none, is no wrong one."""
    if answer.done is None:
        house.record.wrong("an answer ended without `done`")
        return
    outcome = answer_pb2.AnswerOutcome.Name(answer.done.outcome).removeprefix("ANSWER_OUTCOME_")
    house.record.outcome(outcome if not answer.done.reason else f"{outcome} {answer.done.reason}")
    true = house.truth.get(answer.question)
    if true is not None and outcome == "ANSWERED" and answer.text != true:
        house.record.wrong(f"{answer.question.text!r} was answered {answer.text[:200]!r}")


async def truth(house_url: str, session: aiohttp.ClientSession, question: Question) -> str:
    """What a question is answered in good times; the manual is read for it where it is unread."""
    house = House(house_url, session, Record(), time.perf_counter())
    answer = _Answer(question)
    async with aclosing(answer.more(house)) as events:  # type: ignore[type-var]
        async for _ in events:
            pass
    return answer.text
