"""pdfium's functions with plain integers for its pointers, which halves the cost of a call."""

import ctypes as c
from collections.abc import Callable
from typing import Any

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]


class Rect(c.Structure):
    _fields_ = (("left", c.c_float), ("top", c.c_float), ("right", c.c_float), ("bottom", c.c_float))


class Matrix(c.Structure):
    _fields_ = tuple((name, c.c_float) for name in "abcdef")


def _fast(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    return c.PYFUNCTYPE(result, *arguments)(c.cast(function, c.c_void_p).value or 0)


_P, _I = c.c_void_p, c.c_int
text_object = _fast(pdfium.FPDFText_GetTextObject, _P, _P, _I)
unicode = _fast(pdfium.FPDFText_GetUnicode, c.c_uint, _P, _I)
is_hyphen = _fast(pdfium.FPDFText_IsHyphen, _I, _P, _I)
loose_box = _fast(pdfium.FPDFText_GetLooseCharBox, _I, _P, _I, _P)
matrix = _fast(pdfium.FPDFText_GetMatrix, _I, _P, _I, _P)
font_size = _fast(pdfium.FPDFTextObj_GetFontSize, _I, _P, _P)
font = _fast(pdfium.FPDFTextObj_GetFont, _P, _P)
render_mode = _fast(pdfium.FPDFTextObj_GetTextRenderMode, _I, _P)
fill_color = _fast(pdfium.FPDFPageObj_GetFillColor, _I, _P, _P, _P, _P, _P)
base_font = _fast(pdfium.FPDFFont_GetBaseFontName, c.c_size_t, _P, _P, c.c_size_t)
font_weight = _fast(pdfium.FPDFFont_GetWeight, _I, _P)
font_flags = _fast(pdfium.FPDFFont_GetFlags, _I, _P)
count_objects = _fast(pdfium.FPDFPage_CountObjects, _I, _P)
get_object = _fast(pdfium.FPDFPage_GetObject, _P, _P, _I)
count_form = _fast(pdfium.FPDFFormObj_CountObjects, _I, _P)
get_form = _fast(pdfium.FPDFFormObj_GetObject, _P, _P, c.c_ulong)
object_type = _fast(pdfium.FPDFPageObj_GetType, _I, _P)
object_bounds = _fast(pdfium.FPDFPageObj_GetBounds, _I, _P, _P, _P, _P, _P)
object_matrix = _fast(pdfium.FPDFPageObj_GetMatrix, _I, _P, _P)
draw_mode = _fast(pdfium.FPDFPath_GetDrawMode, _I, _P, _P, _P)
