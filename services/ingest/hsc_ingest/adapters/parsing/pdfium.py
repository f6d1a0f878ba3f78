"""PDF bytes to laid-out pages, through pdfium.

Style and boxes are asked per run of one text object, not per character: a page has a hundred runs and three thousand
characters.
"""

import ctypes as c
from collections.abc import Iterator
from typing import Any

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from hsc_ingest.adapters.parsing.fragments import fragments_of, turned_fragments
from hsc_ingest.adapters.parsing.icons import may_hold_icons, with_icons
from hsc_ingest.adapters.parsing.painted import Painted, rules_of
from hsc_ingest.adapters.parsing.runs import Run, runs_of
from hsc_ingest.adapters.parsing.turn import Turn
from hsc_ingest.domain.bidi import RIGHT_TO_LEFT, is_right_to_left
from hsc_ingest.domain.manual import OutlineEntry, ReadingError, Reason
from hsc_ingest.domain.page import Fragment, PageLayout

_INVISIBLE_MODES = (3, 7)
_MAX_OUTLINE = 20_000


class Pdf:
    """One open PDF. `dropped` counts the characters left out because no reader could see them."""

    def __init__(self, data: bytes) -> None:
        self._data = data  # pdfium reads from it until close
        self._document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
        if not self._document:
            raise _why_not(data)
        self.pages: int = pdfium.FPDF_GetPageCount(self._document)
        self.dropped = 0

    def close(self) -> None:
        pdfium.FPDF_CloseDocument(self._document)

    @property
    def title(self) -> str:
        size = pdfium.FPDF_GetMetaText(self._document, b"Title", None, 0)
        if size <= 2:
            return ""
        buffer = c.create_string_buffer(size)
        pdfium.FPDF_GetMetaText(self._document, b"Title", buffer, size)
        return " ".join(buffer.raw[: size - 2].decode("utf-16le", "ignore").split())

    def outline(self) -> list[tuple[OutlineEntry, float | None]]:
        """The bookmarks in reading order, each with its distance from the page's top where the file tells it."""
        entries: list[tuple[OutlineEntry, float | None]] = []
        seen: set[int] = set()
        stack = [(pdfium.FPDFBookmark_GetFirstChild(self._document, None), 1)]
        heights: dict[int, float] = {}
        while stack and len(entries) < _MAX_OUTLINE:
            mark, level = stack.pop()
            if not mark:
                continue
            address = c.addressof(mark.contents)
            if address in seen:
                continue
            seen.add(address)
            stack.append((pdfium.FPDFBookmark_GetNextSibling(self._document, mark), level))
            if level < 12:
                stack.append((pdfium.FPDFBookmark_GetFirstChild(self._document, mark), level + 1))
            size = pdfium.FPDFBookmark_GetTitle(mark, None, 0)
            buffer = c.create_string_buffer(size)
            pdfium.FPDFBookmark_GetTitle(mark, buffer, size)
            title = " ".join(buffer.raw[: max(size - 2, 0)].decode("utf-16le", "ignore").replace("\x00", "").split())
            page, y = self._target(mark, heights)
            if title and page:
                entries.append((OutlineEntry(title, level, page), y))
        return entries

    def _target(self, mark: Any, heights: dict[int, float]) -> tuple[int, float | None]:
        destination = pdfium.FPDFBookmark_GetDest(self._document, mark)
        if not destination:
            action = pdfium.FPDFBookmark_GetAction(mark)
            destination = pdfium.FPDFAction_GetDest(self._document, action) if action else None
        if not destination:
            return 0, None
        index = pdfium.FPDFDest_GetDestPageIndex(self._document, destination)
        if index < 0 or index >= self.pages:
            return 0, None
        has = [c.c_int() for _ in range(3)]
        at = [c.c_float() for _ in range(3)]
        pdfium.FPDFDest_GetLocationInPage(destination, *(c.byref(v) for v in has + at))
        if not has[1].value:
            return index + 1, None
        if index not in heights:
            size = pdfium.FS_SIZEF()
            pdfium.FPDF_GetPageSizeByIndexF(self._document, index, c.byref(size))
            heights[index] = size.height
        return index + 1, heights[index] - at[1].value

    def layouts(self, pages: range) -> Iterator[PageLayout]:
        """These pages, counted from 0, in turn; a page that pdfium cannot load is empty."""
        for index in pages:
            page = pdfium.FPDF_LoadPage(self._document, index)
            if not page:
                yield PageLayout(index + 1, 0.0, 0.0, [], [])
                continue
            text_page = pdfium.FPDFText_LoadPage(page)
            try:
                yield self._layout(index + 1, page, text_page)
            finally:
                if text_page:
                    pdfium.FPDFText_ClosePage(text_page)
                pdfium.FPDF_ClosePage(page)

    def _layout(self, number: int, page: Any, text_page: Any) -> PageLayout:
        frame = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(page, c.byref(frame))
        turn = Turn(frame.left, frame.bottom, frame.right, frame.top, pdfium.FPDFPage_GetRotation(page))
        width, height = frame.right - frame.left, frame.top - frame.bottom
        if turn.quarters in (1, 3):
            width, height = height, width
        runs = runs_of(text_page, turn) if text_page else []
        address = c.cast(page, c.c_void_p).value or 0
        runs, painted = self._visible(runs, address, width, height)
        fragments = fragments_of(runs)
        turned = False
        if any(not f.text.isascii() and RIGHT_TO_LEFT.search(f.text) for f in fragments):
            turned = is_right_to_left(" ".join(f.text for f in fragments))
            fragments = turned_fragments(runs, text_page, turn, turned)
        elif may_hold_icons(fragments):
            painted = painted or Painted(address)
            fragments = with_icons(fragments, painted, turn)
        rules = rules_of(painted or Painted(address), turn) if _may_hold_table(fragments) else []
        return PageLayout(number, width, height, fragments, rules, turned)

    def _visible(self, runs: list["Run"], page: int, width: float, height: float) -> tuple[list["Run"], Painted | None]:
        painted: Painted | None = None
        kept: list[Run] = []
        hidden: list[Run] = []
        for run in runs:
            if run.mode in _INVISIBLE_MODES:
                hidden.append(run)
                continue
            if run.size < 1.0 or run.alpha == 0 or run.x1 <= 0 or run.y1 <= 0 or run.x0 >= width or run.y0 >= height:
                self.dropped += len(run.text)
                continue
            if run.light:
                painted = painted or Painted(page)
                if not painted.under(run.raw):
                    self.dropped += len(run.text)
                    continue
            kept.append(run)
        if not kept:  # a scanned page with a text layer under the picture: that layer is all there is to read
            return hidden, painted
        self.dropped += sum(len(run.text) for run in hidden)
        return kept, painted


def _may_hold_table(fragments: list[Fragment]) -> bool:
    level: dict[int, int] = {}
    for fragment in fragments:
        key = round(fragment.base / 2)
        level[key] = level.get(key, 0) + 1
    return sum(1 for n in level.values() if n > 1) >= 2


def _why_not(data: bytes) -> ReadingError:
    code = pdfium.FPDF_GetLastError()
    if code == pdfium.FPDF_ERR_PASSWORD:
        return ReadingError(
            Reason.ENCRYPTED,
            "This PDF asks for a password. Ask the maker for an open copy, or upload one without a password.",
        )
    if code == pdfium.FPDF_ERR_SECURITY:
        return ReadingError(
            Reason.ENCRYPTED, "This PDF is protected in a way that cannot be opened. Upload an open copy."
        )
    if b"%%EOF" not in data[-2048:]:
        return ReadingError(Reason.TRUNCATED, "This PDF ends in the middle: the download was cut off. Fetch it again.")
    return ReadingError(
        Reason.DAMAGED, "This PDF is damaged and cannot be opened. Fetch it again, or use another copy."
    )
