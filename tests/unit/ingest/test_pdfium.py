"""Laid-out pages from PDF files: what a person sees on the page, and nothing else."""

import pytest
from hsc_ingest.adapters.parsing.pdfium import Pdf
from hsc_ingest.domain.page import Fragment
from support.pdf_files import PdfFile, assemble, line

WHITE, BLACK = "1 1 1 rg", "0 0 0 rg"


def fragments(content: str, page_extra: str = "") -> tuple[list[Fragment], int]:
    pdf = Pdf(PdfFile([content], page_extra=page_extra).data())
    try:
        [page] = pdf.layouts(range(pdf.pages))
        return page.fragments, pdf.dropped
    finally:
        pdf.close()


def texts(content: str) -> list[str]:
    return [f.text for f in fragments(content)[0]]


SEEN = line("Seen", 72, 700)
HIDDEN = {
    "white on white": line("hidden", 72, 600, extra=WHITE),
    "size zero": line("hidden", 72, 600, size=0.01),
    "off the page": line("hidden", 72, 2000),
    "drawn with nothing": line("hidden", 72, 600, extra="3 Tr"),
}


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN.keys())
def test_text_that_nobody_can_see_is_dropped_and_counted(hidden: str) -> None:
    found, dropped = fragments(SEEN + hidden)
    assert [f.text for f in found] == ["Seen"]
    assert dropped == len("hidden")


def test_a_font_drawn_pixel_by_pixel_is_seen_though_its_size_is_a_tenth_of_a_point() -> None:
    bodies = PdfFile([line("AA BA", 72, 700, size=0.1)]).objects()
    glyph = b"70 0 0 0 60 80 d1 0 0 60 80 re f"
    bodies[3] = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 -20 80 100] /FontMatrix [1 0 0 1 0 0] /FirstChar 65 /LastChar 66"
        b" /Widths [70 70] /Encoding << /Differences [65 /A /B] >> /CharProcs << /A %d 0 R /B %d 0 R >> >>"
        % (len(bodies) + 1, len(bodies) + 1)
    )
    bodies.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(glyph), glyph))
    pdf = Pdf(assemble(bodies))
    [page] = pdf.layouts(range(1))
    pdf.close()
    assert [f.text.replace(" ", "") for f in page.fragments] == ["AABA"]
    assert pdf.dropped == 0
    assert 7 < page.fragments[0].size < 12


def test_white_text_on_a_dark_bar_is_seen() -> None:
    bar = "0 0 0.5 rg 60 590 300 30 re f\n"
    assert texts(SEEN + bar + line("Chapter", 72, 600, extra=WHITE)) == ["Seen", "Chapter"]


def test_the_text_layer_of_a_scanned_page_is_read() -> None:
    assert texts(line("Recognised", 72, 600, extra="3 Tr")) == ["Recognised"]


@pytest.mark.parametrize("glyph", ["\x02", "\x03"])
def test_a_glyph_that_pdfium_counts_and_does_not_tell_shifts_no_letter_after_it(glyph: str) -> None:
    assert texts(line(f"Press {glyph} now", 72, 700) + line("Then wait", 72, 680)) == [
        f"Press {glyph} now",
        "Then wait",
    ]


def test_boxes_are_in_points_from_the_top_left() -> None:
    [seen] = fragments(line("Seen", 72, 742))[0]
    assert seen.x0 == pytest.approx(72, abs=1)
    assert seen.base == pytest.approx(100, abs=0.5)
    assert seen.y0 < seen.base < seen.y1


@pytest.mark.parametrize(
    ("turn", "matrix"), [(90, "0 1 -1 0 {x} {y}"), (180, "-1 0 0 -1 {x} {y}"), (270, "0 -1 1 0 {x} {y}")]
)
def test_a_turned_page_has_its_boxes_where_they_are_shown(turn: int, matrix: str) -> None:
    place = {90: (100, 72), 180: (523, 100), 270: (495, 770)}[turn]
    content = f"BT /F1 10 Tf {matrix.format(x=place[0], y=place[1])} Tm (Seen) Tj ET"
    [seen] = fragments(content, f"/Rotate {turn}")[0]
    assert seen.x0 == pytest.approx(72, abs=1)
    assert seen.base == pytest.approx(100, abs=1)


def test_size_and_weight_come_from_the_font_and_its_matrix() -> None:
    bold = "BT /F2 1 Tf 18 0 0 18 72 700 Tm (Title) Tj ET"
    [title] = fragments(bold)[0]
    assert title.size == pytest.approx(18)
    assert title.bold


def test_runs_of_one_line_are_joined_and_cells_stay_apart() -> None:
    row = line("Press ", 72, 700) + line("SHIFT", 101, 700, font="F2") + line("Value", 300, 700)
    assert texts(row) == ["Press SHIFT", "Value"]


def test_the_outline_tells_titles_levels_pages_and_heights() -> None:
    pdf = Pdf(PdfFile([SEEN, SEEN], bookmarks=[("Setup", 0, 780), ("Use", 1, 700)], title="Sound").data())
    assert [(e.title, e.level, e.page, y) for e, y in pdf.outline()] == [("Setup", 1, 1, 62), ("Use", 1, 2, 142)]
    assert pdf.title == "Sound"
    pdf.close()


def test_a_picture_between_two_words_stands_in_the_text_and_one_between_two_cells_does_not() -> None:
    picture = "q {} 0 0 8 {} 700 cm BI /W 2 /H 2 /CS /G /BPC 8 /F /AHx ID 00ff00ff> EI Q\n"
    line_with = line("Press", 72, 700) + picture.format(10, 101) + line("to save it.", 114, 700)
    assert [f.text for f in fragments(line_with)[0]] == ["Press \ue000 to save it."]
    without = line("Press", 72, 700) + line("to save it.", 114, 700)
    assert [f.text for f in fragments(without)[0]] == ["Press", "to save it."]
    cells = line("Press", 72, 700) + picture.format(10, 111) + line("saves it.", 134, 700)
    assert [f.text for f in fragments(cells)[0]] == ["Press", "saves it."]
