"""Sentences of a passage, and the cells of about forty words that two by two make a window."""

import re
from typing import NamedTuple

CELL_WORDS = 40
# A sentence ends at a line's end, or at a full stop that a capital, a digit or a bracket follows, abbreviations aside.
_END = re.compile(
    r"\n+|(?<=[.!?:;…])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bNo\.)(?<!\bFig\.)(?<!\bvs\.)(?<!\bapprox\.)(?<!\betc\.)"
    r"(?<!\bp\.)(?<!\bpp\.)(?<!\bChap\.)(?<!\bSec\.)"
    r"(?<![:;])(?<!\b\d\.)(?<!\b\d\d\.)[ \t]+(?=[\"'“(\[]?[A-Z0-9\u0590-\u05ff\u00c0-\u00de])"
)


class Span(NamedTuple):
    """A half-open range of code points in a passage's text."""

    start: int
    end: int


def sentences(text: str) -> list[Span]:
    """The sentences of a text in order, without the white space around them; a block never shares one."""
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        _append(spans, text, start, match.start())
        start = match.end()
    _append(spans, text, start, len(text))
    return spans


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        spans.append(Span(start, end))
