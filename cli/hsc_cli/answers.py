"""An answer as it streams: kept whole over broken connections, shown with the pages it stands on."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator

from grpc import StatusCode
from hsc.answer.v1 import answer_pb2
from hsc_rpc.errors import Failure

from hsc_cli.client import ANSWER_S, Client
from hsc_cli.failures import FAILED, NO_ANSWER, OK, failures_of_calls
from hsc_cli.output import Output

RECONNECTS = 4
QUOTE_CHARACTERS = 240
ITEM = re.compile(r"\s*(\d{1,3}[.)]|[•–-])\s")

Event = answer_pb2.AskResponse | answer_pb2.ResumeAnswerResponse


async def answer_events(client: Client, request: answer_pb2.AskRequest) -> AsyncIterator[Event]:
    """Yield an answer's events without gap or repetition; any replica may tell the rest.

    `request` carries a request_id, so that asking again before the first event gets the same answer.
    """
    answer_id, last = "", 0
    for attempt in range(RECONNECTS + 1):
        try:
            with failures_of_calls(client.place.address):
                if answer_id:
                    rest = answer_pb2.ResumeAnswerRequest(answer_id=answer_id, after_event=last)
                    async for resumed in client.answer.ResumeAnswer(rest, timeout=ANSWER_S):
                        last = resumed.event
                        yield resumed
                else:
                    async for event in client.answer.Ask(request, timeout=ANSWER_S):
                        answer_id, last = event.answer_id, event.event
                        yield event
            return
        except Failure as failure:
            if failure.code is not StatusCode.UNAVAILABLE or attempt == RECONNECTS:
                raise
        await asyncio.sleep(0.2 * 2**attempt)


class Telling:
    """Tells an answer's events to a person or a program, and knows in the end how it went."""

    def __init__(self, out: Output) -> None:
        self._out = out
        self.citations: dict[int, answer_pb2.Citation] = {}
        self.done: answer_pb2.Done | None = None
        self.text = ""

    def tell(self, event: Event) -> None:
        self._out.result(event)
        match event.WhichOneof("payload"):
            case "status":
                self._out.note(f"{event.status.stage} {event.status.detail}".strip())
            case "citation":
                self.citations[event.citation.index] = event.citation
            case "chunk":
                self._tell_chunk(event.chunk)
            case "done":
                self.done = event.done
                self._tell_end(event.done)
            case _:
                pass

    @property
    def exit_code(self) -> int:
        if self.done is None:
            return FAILED
        return OK if self.done.outcome == answer_pb2.ANSWER_OUTCOME_ANSWERED else NO_ANSWER

    def _tell_chunk(self, chunk: answer_pb2.Chunk) -> None:
        marks = "".join(f" [{self._mark(index)}]" for index in chunk.citation_indexes)
        if self.text:
            # Sentences run on, steps and list items begin a line.
            self._out.say(end="\n" if self.text.endswith("\n") or ITEM.match(chunk.text) else " ")
        self.text += chunk.text
        self._out.say(f"{chunk.text.strip()}{marks}", end="")

    def _mark(self, index: int) -> str:
        citation = self.citations.get(index)
        return f"{index}, {where(citation)}" if citation else str(index)

    def _tell_end(self, done: answer_pb2.Done) -> None:
        if self.text:
            self._out.say("\n")
        if done.outcome == answer_pb2.ANSWER_OUTCOME_NOT_IN_MANUAL:
            self._out.say(done.hint or "The manual does not say.")
            if self.citations:
                self._out.say("\nNearest to it:")
        elif done.outcome == answer_pb2.ANSWER_OUTCOME_NO_MANUAL:
            self._out.say(f"There is no manual to answer from ({done.reason}). {done.hint}".strip())
        elif done.hint:
            self._out.note(done.hint)
        self._tell_sources()

    def _tell_sources(self) -> None:
        """Tell each place once, with what was quoted from it."""

        def place(item: tuple[int, answer_pb2.Citation]) -> str:
            return " · ".join(part for part in (where(item[1]), " › ".join(item[1].section_path)) if part)

        for heading, cited in itertools.groupby(sorted(self.citations.items()), key=place):
            self._out.say(heading, "bold")
            for index, citation in cited:
                self._out.say(f"  [{index}] “{shortened(citation.quote)}”", "dim")


def where(citation: answer_pb2.Citation) -> str:
    """Return where a citation stands: its pages, or for HTML its anchor."""
    if not citation.page_start:
        return f"#{citation.anchor}" if citation.anchor else "online"
    if citation.page_end > citation.page_start:
        return f"pp. {citation.page_start}–{citation.page_end}"
    return f"p. {citation.page_start}"


def shortened(quote: str) -> str:
    """Return a quote on one line, cut between words where it is long."""
    line = " ".join(quote.split())
    if len(line) <= QUOTE_CHARACTERS:
        return line
    return line[:QUOTE_CHARACTERS].rsplit(" ", 1)[0] + " …"
