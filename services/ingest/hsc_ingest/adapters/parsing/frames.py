"""What parent and child say to each other: frames of a four-byte length and a JSON value.

JSON, not pickle: the child has read a stranger's file and is not to be trusted. A manual comes in several frames, so
that the parent decodes a little at a time and its event loop stays free.
"""

import json
import struct
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from typing import Any

from hsc_ingest.adapters.parsing.limits import Limits
from hsc_ingest.domain.manual import Box, Manual, OutlineEntry, Passage

HEADER = struct.Struct(">I")
MAX_FRAME = 8 << 20
_BATCH = 25  # passages in a frame: some 5 ms of decoding

Message = dict[str, Any]


def pack_frame(message: Message) -> bytes:
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return HEADER.pack(len(body)) + body


def manual_frames(manual: Manual) -> Iterator[bytes]:
    """A manual as frames: passages in batches, then the rest, which ends it."""
    for start in range(0, len(manual.passages), _BATCH):
        yield pack_frame({"passages": [_columns(p) for p in manual.passages[start : start + _BATCH]]})
    yield pack_frame(
        {
            "done": {
                "title": manual.title,
                "content_type": manual.content_type,
                "pages": manual.pages,
                "languages": manual.languages,
                "outline": manual.outline,
                "dropped_invisible": manual.dropped_invisible,
            }
        }
    )


def _columns(passage: Passage) -> list[Any]:
    boxes = [  # tenths of a point: whole numbers are written and read twice as fast
        (page, int(x0 * 10), int(y0 * 10), int(x1 * 10 + 1), int(y1 * 10 + 1), start, end)
        for page, x0, y0, x1, y1, start, end in passage.boxes
    ]
    return [
        passage.ordinal, passage.page_start, passage.page_end, passage.section_path, passage.text, boxes,
        passage.language, passage.anchor,
    ]  # fmt: skip


def passages_of(message: Message) -> list[Passage]:
    return [
        Passage(ordinal, first, last, tuple(path), text, _boxes(boxes), language, anchor)
        for ordinal, first, last, path, text, boxes, language, anchor in message["passages"]
    ]


def _boxes(boxes: list[list[int]]) -> tuple[Box, ...]:
    return tuple(Box(p, x0 / 10, y0 / 10, x1 / 10, y1 / 10, start, end) for p, x0, y0, x1, y1, start, end in boxes)


def manual_of(message: Message, passages: list[Passage]) -> Manual:
    done = message["done"]
    return Manual(
        title=done["title"],
        content_type=done["content_type"],
        pages=done["pages"],
        languages=tuple(done["languages"]),
        outline=tuple(OutlineEntry(*entry) for entry in done["outline"]),
        passages=tuple(passages),
        dropped_invisible=done["dropped_invisible"],
    )


def request(path: Path, limits: Limits) -> Message:
    return {"path": str(path.absolute()), "limits": astuple(limits)}
