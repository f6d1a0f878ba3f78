"""Blocks to passages of some 80–120 words, never across a section."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from hsc_ingest.domain.blocks import Block, Kind, LineBox
from hsc_ingest.domain.manual import Box, Passage

_ENOUGH, _FULL, _MOST = 80, 120, 170  # words
_SENTENCE = re.compile(r"(?<=[.!?。！？])[\"”’)]*\s*")


def words(text: str) -> int:
    """Words of a text; scripts written without spaces count by length."""
    return max(text.count(" ") + 1, len(text) // 9)


def pack(blocks: Sequence[Block]) -> list[Passage]:
    """Fill passages block by block; a run of steps stays with the line that leads to it while there is room."""
    passages: list[Passage] = []
    for _, run in groupby(blocks, key=lambda b: b.path):
        for group in _groups([piece for block in run for piece in _pieces(block)]):
            passages.append(_passage(len(passages), group))
    return passages


def _groups(blocks: list[Block]) -> list[list[Block]]:
    groups: list[list[Block]] = []
    current: list[Block] = []
    size = 0
    for unit in _units(blocks):
        weight = sum(words(b.text) for b in unit)
        if current and (size >= _ENOUGH or size + weight > (_FULL if size >= 40 else _MOST)):
            groups.append(current)
            current, size = [], 0
        current = current + unit
        size += weight
    if current:
        if groups and size < 30 and size + sum(words(b.text) for b in groups[-1]) <= _MOST:
            groups[-1] = groups[-1] + current
        else:
            groups.append(current)
    return groups


def _units(blocks: list[Block]) -> Iterator[list[Block]]:
    """Blocks that belong together: steps or items with their lead, up to a full passage."""
    unit: list[Block] = []
    size = 0
    for block in blocks:
        weight = words(block.text)
        follows = bool(unit) and (
            (block.kind in (Kind.STEP, Kind.ITEM) and (unit[-1].kind is block.kind or unit[-1].text.endswith(":")))
            or (unit[-1].kind is Kind.PARAGRAPH and unit[-1].text.endswith(":") and len(unit) == 1)
        )
        if unit and not (follows and size + weight <= _FULL):
            yield unit
            unit, size = [], 0
        unit.append(block)
        size += weight
    if unit:
        yield unit


def _pieces(block: Block) -> Iterator[Block]:
    """A block that is too long for a passage, cut between sentences (between words where there are none)."""
    if words(block.text) <= _MOST:
        yield block
        return
    start = 0
    ends = [m.end() for m in _SENTENCE.finditer(block.text)] + [len(block.text)]
    cut = 0
    for end in ends:
        if cut > start and words(block.text[start:end]) > _FULL:
            yield from _hard(_slice(block, start, cut))
            start = cut
        cut = end
    if start < len(block.text):
        yield from _hard(_slice(block, start, len(block.text)))


def _hard(block: Block) -> Iterator[Block]:
    text = block.text
    start = 0
    while words(text[start:]) > _MOST:
        limit = start + 9 * _FULL
        space = 0
        for count, match in enumerate(re.finditer(r"\s", text[start : limit + 1])):
            space = start + match.end()
            if count >= _FULL:
                break
        end = space or limit
        yield _slice(block, start, end)
        start = end
    yield _slice(block, start, len(text))


def _slice(block: Block, start: int, end: int) -> Block:
    part = block.text[start:end]
    end -= len(part) - len(part.rstrip())
    lines = [
        LineBox(*line[:5], max(line.start, start) - start, min(line.end, end) - start)
        for line in block.lines
        if line.start < end and line.end > start
    ]
    return Block(block.kind, block.path, block.text[start:end], lines, block.anchor)


def _passage(ordinal: int, group: list[Block]) -> Passage:
    texts: list[str] = []
    boxes: list[Box] = []
    offset = 0
    for block in group:
        boxes += [
            Box(page, x0, y0, x1, y1, start + offset, end + offset) for page, x0, y0, x1, y1, start, end in block.lines
        ]
        texts.append(block.text)
        offset += len(block.text) + 1
    pages = [box.page for box in boxes]
    return Passage(
        ordinal=ordinal,
        page_start=min(pages, default=0),
        page_end=max(pages, default=0),
        section_path=group[0].path,
        text="\n".join(texts),
        boxes=tuple(boxes),
        anchor=group[0].anchor,
    )
