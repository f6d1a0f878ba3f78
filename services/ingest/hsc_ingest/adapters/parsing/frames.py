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
_BATCH = 100  # passages in a frame

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
    boxes = [[b[0], round(b[1], 1), round(b[2], 1), round(b[3], 1), round(b[4], 1), b[5], b[6]] for b in passage.boxes]
    return [
        passage.ordinal, passage.page_start, passage.page_end, passage.section_path, passage.text, boxes,
        passage.language, passage.anchor,
    ]  # fmt: skip


def passages_of(message: Message) -> list[Passage]:
    return [
        Passage(ordinal, first, last, tuple(path), text, tuple(Box(*b) for b in boxes), language, anchor)
        for ordinal, first, last, path, text, boxes, language, anchor in message["passages"]
    ]


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
