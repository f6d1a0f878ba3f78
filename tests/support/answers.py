"""Reading a stream of events as the tests speak of it."""

from typing import Any


def kinds(events: list[Any]) -> list[str]:
    """The kind of each event, in order."""
    return [event.WhichOneof("payload") for event in events]


def text(events: list[Any]) -> str:
    """The words of an answer."""
    return " ".join(event.chunk.text for event in events if event.HasField("chunk"))


def pages(events: list[Any]) -> list[int]:
    """The pages cited."""
    return [event.citation.page_start for event in events if event.HasField("citation")]


def done(events: list[Any]) -> Any:
    """How it ended."""
    assert kinds(events)[-1] == "done"
    return events[-1].done
