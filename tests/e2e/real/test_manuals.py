"""Real manuals from a web server: attached, read just in time, asked real questions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from e2e.desk import READY, Desk, catalog_of, write
from support.web import Web

pytestmark = pytest.mark.shared_data
S10 = "emanual-s10/manual.html"
MANUALS = {
    "avrdude": "manuals/avrdude.pdf",
    "gri": "manuals/gri.pdf",
    "gnuplot": "manuals/gnuplot.pdf",
    "s10": S10,
}
PAGES = {"avrdude": 61, "gri": 285, "gnuplot": 311}


@pytest.fixture(scope="module")
async def attached(desk: Desk, site: Web, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A product for each manual, and the manual attached to it by its address."""
    catalogue = catalog_of("papers", *({"id": f"papers-{name}", "name": f"Papers {name}"} for name in MANUALS))
    ran = await desk.hsc("import", write(tmp_path_factory.mktemp("papers") / "papers.json", catalogue))
    assert ran.code == 0, ran.out
    for name, path in MANUALS.items():
        kind = "text/html; charset=utf-8" if path.endswith(".html") else "application/pdf"
        url = site.page(f"/{path}", (shared_data / path).read_bytes(), Content_Type=kind)
        ran = await desk.hsc("manual", "attach", f"papers-{name}", url)
        assert ran.code == 0, ran.err
        assert site.count(f"/{path}") == 0, "it was fetched before anybody needed it"


@pytest.mark.parametrize("name", PAGES)
async def test_every_page_of_it_is_read(desk: Desk, attached: None, name: str) -> None:
    (state,) = (await desk.manual(f"papers-{name}")).values()
    assert (state.state, state.pages) == (READY, PAGES[name])


@pytest.mark.parametrize(
    ("name", "question", "pages"),
    [],
)
async def test_the_answer_stands_on_the_right_page(
    desk: Desk, attached: None, name: str, question: str, pages: set[int]
) -> None:
    answer = await desk.ask(f"papers-{name}", question)
    assert answer.outcome == "ANSWERED"
    assert set(answer.pages) & pages


async def test_a_long_page_of_the_web_is_answered_from_the_right_sections(
    desk: Desk, attached: None, shared_data: Path
) -> None:
    asked = json.loads((shared_data / "emanual-s10" / "questions.json").read_text())
    right = 0
    for each in asked:
        answer = await desk.ask("papers-s10", each["question"])
        right += each["section"][-1] in answer.sections
    print(right, len(asked))
    assert right >= 25
