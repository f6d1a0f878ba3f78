"""Real manuals are read faithfully: each section under its own path, each box on its words."""

import re
from pathlib import Path

import pytest
from bench.reading.faithful import html_sections, pdf_sections, score
from hsc_ingest.adapters.parsing.limits import Limits
from hsc_ingest.adapters.parsing.pdfium import Pdf
from hsc_ingest.adapters.parsing.read import read
from hsc_ingest.domain.manual import Manual
from hsc_ingest.domain.reading import read_pages
from hsc_ingest.domain.text import key


def load(path: Path) -> Manual:
    return read(path.read_bytes(), lambda pages, of: None, Limits())


@pytest.mark.shared_data
@pytest.mark.parametrize(("name", "pages"), [("avrdude", 61), ("gri", 285)])
def test_a_real_manual_is_found_section_by_section(shared_data: Path, name: str, pages: int) -> None:
    path = shared_data / "manuals" / f"{name}.pdf"
    manual = load(path)
    found, missed = score(manual, list(pdf_sections(path)))
    assert manual.pages == pages
    assert manual.languages == ("en",)
    assert found >= 0.99, missed


@pytest.mark.shared_data
def test_without_its_outline_the_headings_of_a_real_manual_are_found_by_their_looks(shared_data: Path) -> None:
    pdf = Pdf((shared_data / "manuals" / "avrdude.pdf").read_bytes())
    sections, _ = read_pages(list(pdf.layouts(range(pdf.pages))), [])
    titles = {name(entry.title) for entry, _ in pdf.outline()}
    found = {name(entry.title) for entry in sections.outline}
    pdf.close()
    assert len(titles & found) >= 0.95 * len(titles)
    assert len(titles & found) >= 0.9 * len(found)


def name(title: str) -> str:
    """A title without its number, which the outline leaves out."""
    return key(re.sub(r"^(?:Appendix )?[\dA-Z]+(?:\.\d+)*\s", "", title))


@pytest.mark.shared_data
def test_a_real_html_manual_is_found_section_by_section(shared_data: Path) -> None:
    manual = load(shared_data / "emanual-s10" / "manual.html")
    found, missed = score(manual, html_sections(shared_data / "emanual-s10" / "sections.json"))
    assert found >= 0.99, missed
    assert all(p.anchor for p in manual.passages)


@pytest.mark.shared_data
def test_every_box_of_a_real_manual_lies_on_its_page_and_on_words(shared_data: Path) -> None:
    for passage in load(shared_data / "manuals" / "avrdude.pdf").passages:
        for box in passage.boxes:
            assert 0 <= box.x0 < box.x1 <= 612
            assert 0 <= box.y0 < box.y1 <= 792
            assert passage.text[box.start : box.end].strip()
            assert passage.page_start <= box.page <= passage.page_end
