"""PDF bytes to laid-out pages, through pdfium.

Style and boxes are asked per run of one text object, not per character: a page has a hundred runs and three thousand
characters. The prototypes here return plain integers instead of pointer objects, which halves the cost of a call.
"""

import ctypes as c
import math
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from hsc_ingest.domain.bidi import RIGHT_TO_LEFT, is_right_to_left, logical
from hsc_ingest.domain.manual import OutlineEntry, ReadingError, Reason
from hsc_ingest.domain.page import Fragment, PageLayout, Rule
from hsc_ingest.domain.text import SOFT_HYPHEN

_HYPHEN = "\ufffe"  # pdfium's mark for a hyphen at the end of a line
_TEXT, _PATH, _IMAGE, _SHADING, _FORM = 1, 2, 3, 4, 5
_INVISIBLE_MODES = (3, 7)
_MAX_OBJECTS = 20_000  # painted objects looked at on one page
_MAX_OUTLINE = 20_000


class _Rect(c.Structure):
    _fields_ = (("left", c.c_float), ("top", c.c_float), ("right", c.c_float), ("bottom", c.c_float))


class _Matrix(c.Structure):
    _fields_ = tuple((name, c.c_float) for name in "abcdef")


def _fast(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    return c.PYFUNCTYPE(result, *arguments)(c.cast(function, c.c_void_p).value or 0)


_P, _I = c.c_void_p, c.c_int
_text_object = _fast(pdfium.FPDFText_GetTextObject, _P, _P, _I)
_loose_box = _fast(pdfium.FPDFText_GetLooseCharBox, _I, _P, _I, _P)
_matrix = _fast(pdfium.FPDFText_GetMatrix, _I, _P, _I, _P)
_font_size = _fast(pdfium.FPDFTextObj_GetFontSize, _I, _P, _P)
_font = _fast(pdfium.FPDFTextObj_GetFont, _P, _P)
_render_mode = _fast(pdfium.FPDFTextObj_GetTextRenderMode, _I, _P)
_fill_color = _fast(pdfium.FPDFPageObj_GetFillColor, _I, _P, _P, _P, _P, _P)
_base_font = _fast(pdfium.FPDFFont_GetBaseFontName, c.c_size_t, _P, _P, c.c_size_t)
_font_weight = _fast(pdfium.FPDFFont_GetWeight, _I, _P)
_font_flags = _fast(pdfium.FPDFFont_GetFlags, _I, _P)
_count_objects = _fast(pdfium.FPDFPage_CountObjects, _I, _P)
_get_object = _fast(pdfium.FPDFPage_GetObject, _P, _P, _I)
_count_form = _fast(pdfium.FPDFFormObj_CountObjects, _I, _P)
_get_form = _fast(pdfium.FPDFFormObj_GetObject, _P, _P, c.c_ulong)
_object_type = _fast(pdfium.FPDFPageObj_GetType, _I, _P)
_object_bounds = _fast(pdfium.FPDFPageObj_GetBounds, _I, _P, _P, _P, _P, _P)
_object_matrix = _fast(pdfium.FPDFPageObj_GetMatrix, _I, _P, _P)
_draw_mode = _fast(pdfium.FPDFPath_GetDrawMode, _I, _P, _P, _P)

_BOLD = re.compile(r"bold|black|heavy|demi|semib|[-,_]bd\b|cmbx|cmssbx|sfbx|\bB$", re.IGNORECASE)
_MONO = re.compile(r"mono|courier|consol|cmtt|sftt|typewriter|fixed|menlo", re.IGNORECASE)


class _Painted:
    """What is drawn beside text on a page: areas that can lie under light text, and horizontal rules."""

    def __init__(self, page: int) -> None:
        self.areas: list[tuple[float, float, float, float]] = []
        self.lines: list[tuple[float, float, float, float]] = []
        self._left = _MAX_OBJECTS
        self._walk(_count_objects(page), lambda i: _get_object(page, i), (1, 0, 0, 1, 0, 0), 0)

    def _walk(self, count: int, get: Callable[[int], int], m: tuple[float, ...], depth: int) -> None:
        box = [c.c_float() for _ in range(4)]
        refs = [c.addressof(f) for f in box]
        rgba = (c.c_uint * 4)()
        colours = [c.addressof(rgba) + 4 * i for i in range(4)]
        fill, stroke = c.c_int(), c.c_int()
        for i in range(min(count, self._left)):
            self._left -= 1
            thing = get(i)
            kind = _object_type(thing)
            if kind == _FORM:
                if depth < 4:
                    inner = _Matrix()
                    _object_matrix(thing, c.addressof(inner))
                    n = tuple(float(getattr(inner, k)) for k in "abcdef")
                    combined = (
                        n[0] * m[0] + n[1] * m[2], n[0] * m[1] + n[1] * m[3],
                        n[2] * m[0] + n[3] * m[2], n[2] * m[1] + n[3] * m[3],
                        n[4] * m[0] + n[5] * m[2] + m[4], n[4] * m[1] + n[5] * m[3] + m[5],
                    )  # fmt: skip
                    self._walk(_count_form(thing), partial(_get_form, thing), combined, depth + 1)
                continue
            if kind not in (_PATH, _IMAGE, _SHADING) or not _object_bounds(thing, *refs):
                continue
            x0, y0, x1, y1 = (f.value for f in box)
            xs = (x0 * m[0] + y0 * m[2] + m[4], x1 * m[0] + y1 * m[2] + m[4])
            ys = (x0 * m[1] + y0 * m[3] + m[5], x1 * m[1] + y1 * m[3] + m[5])
            area = (min(xs), min(ys), max(xs), max(ys))
            if area[3] - area[1] <= 2.5 and area[2] - area[0] >= 12:
                self.lines.append(area)
                continue
            if kind == _PATH:
                _draw_mode(thing, c.addressof(fill), c.addressof(stroke))
                if not fill.value or not _fill_color(thing, *colours):
                    continue
                if min(rgba[0], rgba[1], rgba[2]) >= 247 or not rgba[3]:
                    continue
            self.areas.append(area)

    def under(self, box: tuple[float, float, float, float]) -> bool:
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return any(a[0] <= x <= a[2] and a[1] <= y <= a[3] for a in self.areas)


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

    def layouts(self) -> Iterator[PageLayout]:
        """Every page in turn; a page that pdfium cannot load is empty."""
        for index in range(self.pages):
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
        turn = _turned(pdfium.FPDFPage_GetRotation(page), frame.left, frame.bottom, frame.right, frame.top)
        width, height = frame.right - frame.left, frame.top - frame.bottom
        if turn[4]:
            width, height = height, width
        runs = _runs(text_page, turn) if text_page else []
        address = c.cast(page, _P).value or 0
        runs, painted = self._visible(runs, address, width, height)
        fragments = _fragments(runs)
        turned = False
        if any(RIGHT_TO_LEFT.search(f.text) for f in fragments):
            turned = is_right_to_left(" ".join(f.text for f in fragments))
            fragments = _turn_round(runs, text_page, turn, turned)
        rules = _rules(painted or _Painted(address), turn) if _may_hold_table(fragments) else []
        return PageLayout(number, width, height, fragments, rules, turned)

    def _visible(
        self, runs: list["_Run"], page: int, width: float, height: float
    ) -> tuple[list["_Run"], _Painted | None]:
        painted: _Painted | None = None
        kept: list[_Run] = []
        hidden: list[_Run] = []
        for run in runs:
            if run.mode in _INVISIBLE_MODES:
                hidden.append(run)
                continue
            if run.size < 1.0 or run.alpha == 0 or run.x1 <= 0 or run.y1 <= 0 or run.x0 >= width or run.y0 >= height:
                self.dropped += len(run.text)
                continue
            if run.light:
                painted = painted or _Painted(page)
                if not painted.under(run.raw):
                    self.dropped += len(run.text)
                    continue
            kept.append(run)
        if not kept:  # a scanned page with a text layer under the picture: that layer is all there is to read
            return hidden, painted
        self.dropped += sum(len(run.text) for run in hidden)
        return kept, painted


class _Run:
    __slots__ = (
        "alpha", "base", "bold", "first", "light", "mode", "mono", "raw", "size", "spaced", "style", "text",
        "upright", "x0", "x1", "y0", "y1",
    )  # fmt: skip

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    raw: tuple[float, float, float, float]
    base: float
    size: float
    style: str
    bold: bool
    mono: bool
    mode: int
    light: bool
    alpha: int
    upright: bool
    spaced: bool
    first: int  # index of its first character on the page


_Turn = tuple[float, float, float, float, bool, int]


def _turned(rotation: int, left: float, bottom: float, right: float, top: float) -> _Turn:
    return left, bottom, right, top, rotation in (1, 3), rotation


def _place(turn: _Turn, x: float, y: float) -> tuple[float, float]:
    """A point of the file's page space, as points from the top left of the page as shown."""
    left, bottom, right, top, _, rotation = turn
    if rotation == 0:
        return x - left, top - y
    if rotation == 1:
        return y - bottom, x - left
    if rotation == 2:
        return right - x, y - bottom
    return top - y, right - x


def _runs(handle: Any, turn: _Turn) -> list[_Run]:
    text_page = c.cast(handle, _P).value
    count = pdfium.FPDFText_CountChars(handle)
    if count <= 0:
        return []
    units = (c.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(handle, 0, count, units)
    raw = bytes(units)[: 2 * max(written - 1, 0)]
    text = raw.decode("utf-16le", "surrogatepass")
    pairs = len(text) * 2 != len(raw)
    if pairs:  # one index a code unit, as pdfium counts
        text = "".join(map(chr, units[: max(written - 1, 0)]))
    total = min(len(text), count)
    in_order = not RIGHT_TO_LEFT.search(text)

    box, matrix, size = _Rect(), _Matrix(), c.c_float()
    box_at, matrix_at, size_at = c.addressof(box), c.addressof(matrix), c.addressof(size)
    box_view = memoryview(box).cast("B").cast("f")
    matrix_view = memoryview(matrix).cast("B").cast("f")
    x_shift, y_shift = turn[0], turn[3]
    rgba = (c.c_uint * 4)()
    c0, c1, c2, c3 = (c.addressof(rgba) + 4 * i for i in range(4))
    fonts: dict[int, tuple[str, bool, bool]] = {}
    runs: list[_Run] = []
    position, line_end, spaced = 0, -1, False
    find = text.find
    while position < total:
        character = text[position]
        if character in " \r\n":
            spaced = True
            position += 1
            continue
        owner = _text_object(text_page, position)
        if not owner:
            position += 1
            continue
        if line_end <= position:
            line_end = find("\r", position)
            if line_end < 0:
                line_end = total
            hyphen = find(_HYPHEN, position, line_end)
            if hyphen >= 0:
                line_end = hyphen + 1
        low, high = position, line_end  # owner holds `low`; find the first index it does not hold
        if _text_object(text_page, high - 1) == owner:
            low = high - 1
        else:
            step = 8
            while low + step < high and _text_object(text_page, low + step) == owner:
                low += step
                step *= 2
            high = min(high, low + step)
            while high - low > 1:
                middle = (low + high) // 2
                if _text_object(text_page, middle) == owner:
                    low = middle
                else:
                    high = middle
        end = low + 1
        part = text[position:end].rstrip()
        if not part:
            spaced = True
            position = end
            continue
        run = _Run()
        last = position + len(part) - 1
        _matrix(text_page, position, matrix_at)
        _font_size(owner, size_at)
        ma, mb, mc, md, me, mf = matrix_view.tolist()
        _loose_box(text_page, last, box_at)
        left, top, right, bottom = box_view.tolist()
        run.upright = ma > 0 and abs(mb) < 0.2 * ma
        if last > position:
            if in_order and run.upright and me < left:  # the origin of the first character: one call less
                left = me
            else:
                _loose_box(text_page, position, box_at)
                l0, t0, r0, b0 = box_view.tolist()
                left, right, top, bottom = min(left, l0), max(right, r0), max(top, t0), min(bottom, b0)
        run.size = size.value * math.hypot(mc, md)
        run.raw = (left, bottom, right, top)
        if turn[5] == 0:
            run.x0, run.y0, run.x1, run.y1 = left - x_shift, y_shift - top, right - x_shift, y_shift - bottom
            run.base = y_shift - mf
        else:
            xs, ys = zip(_place(turn, left, top), _place(turn, right, bottom), strict=True)
            run.x0, run.x1, run.y0, run.y1 = min(xs), max(xs), min(ys), max(ys)
            run.base = _place(turn, me, mf)[1]
            (ox, oy), (ax, ay) = _place(turn, 0, 0), _place(turn, ma, mb)
            run.upright = ax > ox and abs(ay - oy) < 0.2 * (ax - ox)
        font = _font(owner)
        known = fonts.get(font)
        if known is None:
            known = fonts[font] = _describe(font)
        run.style, run.bold, run.mono = known
        run.mode = _render_mode(owner)
        run.light, run.alpha = False, 255
        if _fill_color(owner, c0, c1, c2, c3):
            run.alpha = rgba[3]
            run.light = rgba[0] >= 247 and rgba[1] >= 247 and rgba[2] >= 247
        if run.mode == 2:
            run.bold = True  # filled and stroked: poor man's bold
            run.light = False
        if pairs:
            part = part.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        run.text, run.spaced, run.first = part, spaced, position
        runs.append(run)
        spaced = end > last + 1
        position = end
    return runs


def _describe(font: int) -> tuple[str, bool, bool]:
    buffer = c.create_string_buffer(128)
    _base_font(font, c.addressof(buffer), 128)
    name = buffer.value.decode("utf-8", "replace")
    name = name.split("+", 1)[-1]
    flags = max(_font_flags(font), 0)
    bold = bool(_BOLD.search(name)) or _font_weight(font) >= 600 or bool(flags & 0x40000)
    return name, bold, bool(flags & 1) or bool(_MONO.search(name))


def _fragments(runs: list[_Run]) -> list[Fragment]:
    """Join neighbouring runs of a line; a gap of about an em parts them (the cells of a table, two columns)."""
    fragments: list[Fragment] = []
    group: list[_Run] = []
    for run in runs:
        if not run.upright:
            continue
        if group:
            last = group[-1]
            em = max(min(run.size, last.size), 4.0)
            near = -0.5 * em <= run.x0 - last.x1 <= 0.9 * em or -0.5 * em <= last.x0 - run.x1 <= 0.9 * em
            level = abs(run.base - last.base) <= 0.45 * max(run.size, last.size)
            marker = len(group) == 1 and last.style != run.style and last.text.isdigit() and run.spaced
            if near and level and not marker and not last.text.endswith(_HYPHEN):
                group.append(run)
                continue
            fragments.append(_fragment(group, len(fragments)))
        group = [run]
    if group:
        fragments.append(_fragment(group, len(fragments)))
    return fragments


def _fragment(group: list[_Run], order: int) -> Fragment:
    main = first = group[0]
    text, x0, y0, x1, y1, bold, mono = first.text, first.x0, first.y0, first.x1, first.y1, first.bold, first.mono
    longest, style = len(text), first.style
    for run in group[1:]:
        part = run.text
        # the frame of a key parts it from the comma after it: no space is meant
        if run.spaced and not (part[0] in ",.;:" and part[1:2] in " " and style != run.style):
            text += " "
        text += part
        style = run.style
        bold, mono = bold and run.bold, mono and run.mono
        if len(part) > longest:
            main, longest = run, len(part)
        if run.x0 < x0:
            x0 = run.x0
        if run.x1 > x1:
            x1 = run.x1
        if run.y0 < y0:
            y0 = run.y0
        if run.y1 > y1:
            y1 = run.y1
    if _HYPHEN in text:
        text = text.replace(_HYPHEN, "-" + SOFT_HYPHEN)
    return Fragment(text, x0, y0, x1, y1, main.base, main.size, bold, mono, main.style, order)


def _turn_round(runs: list[_Run], text_page: Any, turn: _Turn, whole: bool) -> list[Fragment]:
    """The fragments of a page with Hebrew or Arabic: each line put together from its characters as they stand.

    `whole` says that all of the page is read from right to left, its numbers and Latin words included.
    """
    handle = c.cast(text_page, _P).value
    lines: list[list[_Run]] = []
    for run in sorted((r for r in runs if r.upright), key=lambda r: r.base):
        if lines and run.base - lines[-1][-1].base <= 0.3 * max(run.size, lines[-1][-1].size):
            lines[-1].append(run)
        else:
            lines.append([run])
    fragments: list[Fragment] = []
    for line in lines:
        group: list[_Run] = []
        for run in sorted(line, key=lambda r: r.x0):
            marker = run.text.isdigit() or (len(group) == 1 and group[0].text.isdigit())
            gap = (0.4 if marker and group and group[-1].style != run.style else 0.9) * max(run.size, 4.0)
            if group and run.x0 - group[-1].x1 > gap:
                fragments.append(_turned_fragment(group, handle, turn, len(fragments), whole))
                group = []
            group.append(run)
        fragments.append(_turned_fragment(group, handle, turn, len(fragments), whole))
    return fragments


def _turned_fragment(group: list[_Run], text_page: int | None, turn: _Turn, order: int, whole: bool) -> Fragment:
    plain = _fragment(group, order)
    if not whole and not is_right_to_left(plain.text):
        return plain
    box = _Rect()
    characters: list[tuple[float, float, str]] = []
    for run in group:
        for index, character in enumerate(run.text, run.first):
            if character != " " and _loose_box(text_page, index, c.addressof(box)):
                ends = (_place(turn, box.left, box.top)[0], _place(turn, box.right, box.bottom)[0])
                characters.append((min(ends), max(ends), character))
    characters.sort()
    visual: list[str] = []
    for i, (x0, _, character) in enumerate(characters):
        if i and x0 - characters[i - 1][1] > 0.12 * plain.size:
            visual.append(" ")
        visual.append(character)
    return plain._replace(text=logical(visual))


def _may_hold_table(fragments: list[Fragment]) -> bool:
    level: dict[int, int] = {}
    for fragment in fragments:
        key = round(fragment.base / 2)
        level[key] = level.get(key, 0) + 1
    return sum(1 for n in level.values() if n > 1) >= 2


def _rules(painted: _Painted, turn: _Turn) -> list[Rule]:
    rules = []
    for x0, y0, x1, y1 in painted.lines:
        (ax, ay), (bx, by) = _place(turn, x0, y0), _place(turn, x1, y1)
        if abs(bx - ax) > abs(by - ay):
            rules.append(Rule(min(ax, bx), max(ax, bx), (ay + by) / 2))
    return rules


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
