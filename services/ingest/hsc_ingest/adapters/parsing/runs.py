"""Runs of text: what one text object of the page shows, with its style and its box."""

import ctypes as c
import math
import re
from typing import Any

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from hsc_ingest.adapters.parsing import calls
from hsc_ingest.adapters.parsing.turn import Turn, place
from hsc_ingest.domain.bidi import RIGHT_TO_LEFT

HYPHEN = "\ufffe"  # pdfium's mark for a hyphen at the end of a line
_BOLD = re.compile(r"bold|black|heavy|demi|semib|[-,_]bd\b|cmbx|cmssbx|sfbx|\bB$", re.IGNORECASE)
_DRAWN = 3.0  # points from which on a glyph is seen, though its font (of Type 3) counts in pixels
_HALF = re.compile("[\ud800-\udfff]")
_MEANT = dict(zip((0, 0x93, 0x94, 0x96, 0x97, 0x98), " “”–—˜", strict=True))  # Windows-1252 where Unicode was promised
_MONO = re.compile(r"mono|courier|consol|cmtt|sftt|typewriter|fixed|menlo", re.IGNORECASE)


class Run:
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


def runs_of(handle: Any, turn: Turn) -> list[Run]:
    text_page = c.cast(handle, c.c_void_p).value
    count = pdfium.FPDFText_CountChars(handle)
    if count <= 0:
        return []
    text = _text(handle, count)
    total = len(text)
    pairs = bool(_HALF.search(text))
    plain = turn.quarters == 0
    in_order = not RIGHT_TO_LEFT.search(text)

    box, matrix, size = calls.Rect(), calls.Matrix(), c.c_float()
    box_at, matrix_at, size_at = c.addressof(box), c.addressof(matrix), c.addressof(size)
    box_view = memoryview(box).cast("B").cast("f")
    matrix_view = memoryview(matrix).cast("B").cast("f")
    x_shift, y_shift = turn.left, turn.top
    rgba = (c.c_uint * 4)()
    c0, c1, c2, c3 = (c.addressof(rgba) + 4 * i for i in range(4))
    # a page asks some thousand times: names of this function's own are found faster
    text_object, loose_box, matrix_of, font_size = calls.text_object, calls.loose_box, calls.matrix, calls.font_size
    font_of, render_mode, fill_color = calls.font, calls.render_mode, calls.fill_color
    fonts: dict[int, tuple[str, bool, bool]] = {}
    runs: list[Run] = []
    position, line_end, spaced = 0, -1, False
    find = text.find
    while position < total:
        character = text[position]
        if character in " \r\n":
            spaced = True
            position += 1
            continue
        owner = text_object(text_page, position)
        if not owner:
            position += 1
            continue
        if line_end <= position:
            line_end = find("\r", position)
            if line_end < 0:
                line_end = total
            hyphen = find(HYPHEN, position, line_end)
            if hyphen >= 0:
                line_end = hyphen + 1
        low, high = position, line_end  # owner holds `low`; find the first index that it does not hold
        if text_object(text_page, high - 1) == owner:
            low = high - 1
        else:
            space = find(" ", position, high)
            if space > 0 and text_object(text_page, space) != owner:
                high = space  # objects mostly change between words
                if text_object(text_page, high - 1) == owner:
                    low = high - 1
            else:
                low = max(space, low)
                step = 16
                while low + step < high and text_object(text_page, low + step) == owner:
                    low += step
                    step *= 2
                high = min(high, low + step)
            while high - low > 1:
                middle = (low + high) // 2
                if text_object(text_page, middle) == owner:
                    low = middle
                else:
                    high = middle
        end = low + 1
        part = text[position:end].rstrip()
        if not part:
            spaced = True
            position = end
            continue
        run = Run()
        last = position + len(part) - 1
        matrix_of(text_page, position, matrix_at)
        font_size(owner, size_at)
        ma, mb, mc, md, me, mf = matrix_view.tolist()
        loose_box(text_page, last, box_at)
        left, top, right, bottom = box_view.tolist()
        run.upright = ma > 0 and abs(mb) < 0.2 * ma
        if last > position:
            if in_order and run.upright and me < left:  # the origin of the first character: one call less
                left = me
            else:
                loose_box(text_page, position, box_at)
                l0, t0, r0, b0 = box_view.tolist()
                left, right, top, bottom = min(left, l0), max(right, r0), max(top, t0), min(bottom, b0)
        run.size = size.value * math.hypot(mc, md)
        if run.size < 1.0 and top - bottom > _DRAWN:
            run.size = (top - bottom) / 1.2
        run.raw = (left, bottom, right, top)
        if plain:
            run.x0, run.y0, run.x1, run.y1 = left - x_shift, y_shift - top, right - x_shift, y_shift - bottom
            run.base = y_shift - mf
        else:
            xs, ys = zip(place(turn, left, top), place(turn, right, bottom), strict=True)
            run.x0, run.x1, run.y0, run.y1 = min(xs), max(xs), min(ys), max(ys)
            run.base = place(turn, me, mf)[1]
            (ox, oy), (ax, ay) = place(turn, 0, 0), place(turn, ma, mb)
            run.upright = ax > ox and abs(ay - oy) < 0.2 * (ax - ox)
        font = font_of(owner)
        known = fonts.get(font)
        if known is None:
            known = fonts[font] = _describe(font)
        run.style, run.bold, run.mono = known
        run.mode = render_mode(owner)
        run.light, run.alpha = False, 255
        if fill_color(owner, c0, c1, c2, c3):
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


def _text(handle: Any, count: int) -> str:
    """The characters of a page, each at its index; of one beyond the basic plane, its two halves may be."""
    units = (c.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(handle, 0, count, units) - 1
    if written == count:
        text = bytes(units)[: 2 * count].decode("utf-16le", "surrogatepass")
        if len(text) == count:
            return text
    # pdfium leaves characters out that it takes for control characters, but counts them
    text_page = c.cast(handle, c.c_void_p).value
    codes = [calls.unicode(text_page, index) for index in range(count)]
    return "".join(
        HYPHEN if code == 2 and calls.is_hyphen(text_page, index) == 1 else _MEANT.get(code) or chr(code)
        for index, code in enumerate(codes)
    )


def _describe(font: int) -> tuple[str, bool, bool]:
    buffer = c.create_string_buffer(128)
    calls.base_font(font, c.addressof(buffer), 128)
    name = buffer.value.decode("utf-8", "replace")
    name = name.split("+", 1)[-1]
    flags = max(calls.font_flags(font), 0)
    bold = bool(_BOLD.search(name)) or calls.font_weight(font) >= 600 or bool(flags & 0x40000)
    return name, bold, bool(flags & 1) or bool(_MONO.search(name))
