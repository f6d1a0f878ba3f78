"""Laid-out pages to passages: the whole way of a PDF after its fragments are known."""

from collections.abc import Sequence
from dataclasses import replace

from hsc_ingest.domain.columns import reading_order
from hsc_ingest.domain.furniture import strip_furniture
from hsc_ingest.domain.manual import OutlineEntry, Passage
from hsc_ingest.domain.page import PageLayout, mirrored
from hsc_ingest.domain.paragraphs import build_blocks
from hsc_ingest.domain.passages import pack
from hsc_ingest.domain.sections import Sections, find_sections


def read_pages(
    layouts: Sequence[PageLayout], outline: Sequence[tuple[OutlineEntry, float | None]]
) -> tuple[Sections, list[Passage]]:
    """Sections and passages of all pages, in reading order. Languages are not told yet."""
    widths = {page.number: page.width for page in layouts if page.right_to_left}
    pages = [mirrored(page) if page.right_to_left else page for page in strip_furniture(layouts, outline)]
    rows = [row for page in pages for row in reading_order(page)]
    sections = find_sections(rows, outline, len(pages))
    passages = pack(build_blocks(rows, sections, {page.number: page.rules for page in pages}))
    return sections, [_as_shown(p, widths) for p in passages] if widths else passages


def _as_shown(passage: Passage, widths: dict[int, float]) -> Passage:
    boxes = tuple(
        b._replace(x0=widths[b.page] - b.x1, x1=widths[b.page] - b.x0) if b.page in widths else b for b in passage.boxes
    )
    return replace(passage, boxes=boxes)
