"""Blocks: what a manual's text is made of once its lines are joined."""

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from hsc_ingest.domain.sections import Path


class Kind(Enum):
    """What a block is; steps and rows are kept together where a passage has room."""

    PARAGRAPH = "paragraph"
    ITEM = "item"
    STEP = "step"
    ROW = "row"


class LineBox(NamedTuple):
    """One line of a block on its page; `start` and `end` are code points of the block's text."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    start: int
    end: int


@dataclass(slots=True)
class Block:
    """A stretch of text without a newline. `anchor` is set in HTML only."""

    kind: Kind
    path: Path
    text: str
    lines: list[LineBox] = field(default_factory=list)
    anchor: str = ""
