"""What the questions say about the manuals is true of the manuals as built."""

import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pytest
from hsc_samples.build import CATALOGS, QUESTIONS, build

ALL: list[dict[str, Any]] = json.loads(QUESTIONS.read_bytes())
ANSWERABLE = [question for question in ALL if question["answerable"]]
UNANSWERABLE = [question for question in ALL if not question["answerable"]]


class TextOf(HTMLParser):
    """The text of a page, without its markup."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def fold(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The text of each manual, page by page; page 0 is a whole HTML manual."""
    out = tmp_path_factory.mktemp("samples")
    build(out, "http://localhost:1")
    texts: dict[str, list[str]] = {}
    for path in (out / "manuals").iterdir():
        texts[path.name] = _pdf_pages(path) if path.suffix == ".pdf" else [_html_text(path)]
    return texts


def _pdf_pages(path: Path) -> list[str]:
    with pdfium.PdfDocument(path) as document:
        return ["", *(fold(page.get_textpage().get_text_range()) for page in document)]


def _html_text(path: Path) -> str:
    return fold(" ".join(TextOf(path.read_text()).parts))


def test_there_are_at_least_60_questions_with_an_answer_and_20_without() -> None:
    assert len(ANSWERABLE) >= 60
    assert len(UNANSWERABLE) >= 20


def test_no_question_stands_twice() -> None:
    asked = Counter((question["product_id"], question["question"]) for question in ALL)
    assert [question for question, times in asked.items() if times > 1] == []


def test_every_question_is_about_a_product_of_the_invented_maker() -> None:
    maker = json.loads((CATALOGS / "ardlen.json").read_bytes())
    assert {question["product_id"] for question in ALL} == {product["id"] for product in maker["products"]}


def test_all_four_languages_are_asked() -> None:
    assert {question["language"] for question in ANSWERABLE} == {"en", "he", "de", "es"}


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question["question"])
def test_the_key_fact_stands_on_the_page(question: dict[str, Any], pages: dict[str, list[str]]) -> None:
    assert question["key_fact"] in pages[question["document"]][question["page"]]


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question["question"])
def test_the_section_begins_on_the_page_or_before(question: dict[str, Any], pages: dict[str, list[str]]) -> None:
    assert any(question["section"] in page for page in pages[question["document"]][: question["page"] + 1])


def test_the_manuals_have_the_length_that_was_meant(pages: dict[str, list[str]]) -> None:
    length = {name: len(texts) - 1 for name, texts in pages.items() if name.endswith(".pdf")}
    assert {name for name, count in length.items() if count >= 25} == {
        "tarn-16-owners.pdf",
        "vireo-61-reference.pdf",
    }
    assert sum(4 <= count <= 6 for count in length.values()) == 4


def test_one_manual_has_no_outline_and_the_others_do(tmp_path: Path) -> None:
    build(tmp_path, "http://localhost:1")
    without = []
    for path in (tmp_path / "manuals").glob("*.pdf"):
        with pdfium.PdfDocument(path) as document:
            if not list(document.get_toc()):
                without.append(path.name)
    assert without == ["knot-dr8-owners.pdf"]
