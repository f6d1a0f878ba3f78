"""Laid-out pages to passages: the whole way of a PDF after its fragments are known."""

from collections.abc import Sequence

from hsc_ingest.domain.columns import reading_order
from hsc_ingest.domain.furniture import strip_furniture
from hsc_ingest.domain.manual import OutlineEntry, Passage
from hsc_ingest.domain.page import PageLayout
from hsc_ingest.domain.paragraphs import build_blocks
from hsc_ingest.domain.passages import pack
from hsc_ingest.domain.sections import Sections, find_sections


def read_pages(
    layouts: Sequence[PageLayout], outline: Sequence[tuple[OutlineEntry, float | None]]
) -> tuple[Sections, list[Passage]]:
    """Sections and passages of all pages, in reading order. Languages are not told yet."""
    rows = [row for layout in strip_furniture(layouts) for row in reading_order(layout)]
    sections = find_sections(rows, outline, len(layouts))
    return sections, pack(build_blocks(rows, sections, {p.number: p.rules for p in layouts}))
