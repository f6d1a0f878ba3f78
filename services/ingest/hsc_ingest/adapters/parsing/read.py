"""Bytes to a manual, in this process."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from hsc_ingest.adapters.parsing.html import read_html
from hsc_ingest.adapters.parsing.language import languages_of
from hsc_ingest.adapters.parsing.limits import Limits
from hsc_ingest.adapters.parsing.pair import layouts_of
from hsc_ingest.adapters.parsing.pdfium import Pdf
from hsc_ingest.adapters.parsing.sniff import HTML, PDF, sniff
from hsc_ingest.domain.manual import Manual, Passage, ReadingError, Reason
from hsc_ingest.domain.page import PageLayout
from hsc_ingest.domain.passages import pack
from hsc_ingest.domain.reading import read_pages

_LEAST_PER_PAGE = 15  # characters of a page that has text

Progress = Callable[[int, int], None]


def read(data: bytes, progress: Progress, limits: Limits) -> Manual:
    """Read a manual. `progress` is told pages so far and pages in all. Raises ReadingError."""
    if sniff(data[:4096]) == PDF:
        return _read_pdf(data, progress, limits)
    if len(data) > limits.html_bytes:
        raise ReadingError(
            Reason.LIMIT, f"This page is larger than {limits.html_bytes >> 20} MB. Give the manual as PDF, or in parts."
        )
    page = read_html(data)
    passages = _with_languages(pack(page.blocks), page.language)
    return Manual(page.title, HTML, 0, _most_frequent(passages), tuple(page.outline), tuple(passages), page.dropped)


def _read_pdf(data: bytes, progress: Progress, limits: Limits) -> Manual:
    pdf = Pdf(data)
    try:
        if pdf.pages > limits.pages:
            raise ReadingError(
                Reason.TOO_MANY_PAGES,
                f"This PDF says it has {pdf.pages} pages; {limits.pages} are the limit. Give it in parts.",
            )
        layouts = layouts_of(pdf, progress)
        _must_have_text(layouts, data)
        sections, passages = read_pages(layouts, pdf.outline())
        passages = _with_languages(passages, "")
        title = pdf.title or sections.title
        return Manual(
            title, PDF, pdf.pages, _most_frequent(passages), tuple(sections.outline), tuple(passages), pdf.dropped
        )
    finally:
        pdf.close()


def _must_have_text(layouts: list[PageLayout], data: bytes) -> None:
    with_text = sum(1 for p in layouts if sum(len(f.text) for f in p.fragments) >= _LEAST_PER_PAGE)
    if with_text and with_text >= 0.1 * len(layouts):
        return
    if not layouts or not any(page.width for page in layouts):
        raise ReadingError(Reason.DAMAGED, "This PDF is damaged: none of its pages can be opened. Fetch it again.")
    if b"%%EOF" not in data[-2048:]:
        raise ReadingError(Reason.TRUNCATED, "This PDF ends in the middle: the download was cut off. Fetch it again.")
    raise ReadingError(
        Reason.SCANNED,
        "This PDF is scanned: its pages are pictures without text. Give a copy with text (run OCR on it).",
    )


def _with_languages(passages: list[Passage], declared: str) -> list[Passage]:
    codes = languages_of(passages, declared)
    return [replace(p, language=code) for p, code in zip(passages, codes, strict=True)]


def _most_frequent(passages: list[Passage]) -> tuple[str, ...]:
    """Languages that more than a stray passage is in, most frequent first."""
    weight: Counter[str] = Counter()
    for passage in passages:
        weight[passage.language] += len(passage.text)
    whole = sum(weight.values()) or 1
    return tuple(code for code, n in weight.most_common() if code and n >= 0.02 * whole)
