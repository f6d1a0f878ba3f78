"""What parent and child say to each other: frames of a kind, a length and a body.

JSON and protobuf, not pickle: the child has read a stranger's file and is not to be trusted. Passages come encoded as
they are kept and sent, and in several frames: the parent looks at a few at a time, and its event loop stays free.
"""

import json
import struct
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from typing import Any

from google.protobuf.message import DecodeError
from hsc.ingest.v1 import ingest_pb2

from hsc_ingest.adapters.parsing.limits import Limits
from hsc_ingest.domain.manual import Manual, OutlineEntry, Passage

HEADER = struct.Struct(">cI")
MESSAGE, PASSAGES = b"m", b"p"
MAX_FRAME = 8 << 20
_LENGTH = struct.Struct(">I")
_BATCH = 100  # passages in a frame: less than a millisecond to look at

Message = dict[str, Any]


def pack_frame(message: Message) -> bytes:
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return HEADER.pack(MESSAGE, len(body)) + body


def manual_frames(manual: Manual) -> Iterator[bytes]:
    """A manual as frames: passages in batches, then the rest, which ends it."""
    for start in range(0, len(manual.passages), _BATCH):
        parts = []
        for passage in manual.passages[start : start + _BATCH]:
            encoded = passage_message(passage).SerializeToString()
            parts += [_LENGTH.pack(len(encoded)), encoded]
        body = b"".join(parts)
        yield HEADER.pack(PASSAGES, len(body)) + body
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


def passage_message(passage: Passage) -> ingest_pb2.Passage:
    """The contract's message, but for `manual_id`: what the manual is called is not known where it is read."""
    return ingest_pb2.Passage(
        ordinal=passage.ordinal,
        page_start=passage.page_start,
        page_end=passage.page_end,
        section_path=map(utf8, passage.section_path),
        text=utf8(passage.text),
        boxes=[
            ingest_pb2.Box(page=page, x0=x0, y0=y0, x1=x1, y1=y1, start=start, end=end)
            for page, x0, y0, x1, y1, start, end in passage.boxes
        ],
        language=passage.language,
        anchor=utf8(passage.anchor),
    )


def utf8(text: str) -> str:
    """Half a surrogate pair, which a damaged file may yield, becomes `?`: one character still, so boxes stay right."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def passages_of(body: bytes, first: int) -> list[bytes]:
    """The encoded passages of a frame, which begin with the ordinal `first`. Raises ValueError for anything else."""
    passages: list[bytes] = []
    at = 0
    while at < len(body):
        start = at + _LENGTH.size
        at = start + _LENGTH.unpack_from(body, at)[0] if start <= len(body) else len(body) + 1
        encoded = body[start:at]
        try:
            ordinal = ingest_pb2.Passage.FromString(encoded).ordinal
        except DecodeError as error:
            raise ValueError("what should be a passage is none") from error
        if at > len(body) or ordinal != first + len(passages):
            raise ValueError("a passage is missing")
        passages.append(encoded)
    return passages


def manual_of(message: Message) -> Manual:
    """The manual without its passages."""
    done = message["done"]
    return Manual(
        title=done["title"],
        content_type=done["content_type"],
        pages=done["pages"],
        languages=tuple(done["languages"]),
        outline=tuple(OutlineEntry(*entry) for entry in done["outline"]),
        passages=(),
        dropped_invisible=done["dropped_invisible"],
    )


def request(path: Path, limits: Limits) -> Message:
    return {"path": str(path.absolute()), "limits": astuple(limits)}
