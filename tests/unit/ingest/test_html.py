"""HTML manuals: the main content, its sections with anchors, lists and tables; nothing of the page around it."""

import pytest
from hsc_ingest.adapters.parsing.html import HtmlManual, read_html
from hsc_ingest.domain.manual import ReadingError, Reason

FILLING = "<p>" + "Hold SHIFT and turn VALUE until the display shows what you need. " * 6 + "</p>"


def read(body: str, head: str = "") -> HtmlManual:
    return read_html(f"<!doctype html><html lang=en><head>{head}</head><body>{body}{FILLING}</body></html>".encode())


def texts(body: str) -> list[str]:
    return [b.text for b in read(body).blocks][:-1]


def test_headings_make_section_paths_and_anchors() -> None:
    manual = read("<h1 id=use>Use</h1><p>One.</p><h2><a name=reset></a>Resetting</h2><p>Two.</p><h1>End</h1>")
    assert [(b.path, b.anchor) for b in manual.blocks[:2]] == [(("Use",), "use"), (("Use", "Resetting"), "reset")]
    assert [(e.title, e.level, e.anchor) for e in manual.outline[:2]] == [("Use", 1, "use"), ("Resetting", 2, "reset")]


def test_lists_keep_their_bullets_and_numbers() -> None:
    assert texts("<ol start=3><li>Press A<li><p>Press B</p></ol><ul><li>Cable</ul>") == [
        "3. Press A",
        "4. Press B",
        "• Cable",
    ]


def test_a_table_row_carries_its_header() -> None:
    rows = "<tr><th>Code<th>Meaning<th>Remedy</tr><tr><td>E01<td>Full<td>Delete</tr>"
    assert texts(f"<table>{rows}</table>") == ["Code: E01; Meaning: Full; Remedy: Delete"]


def test_a_table_without_header_and_a_definition_list_give_key_and_value() -> None:
    assert texts("<table><tr><td>Polyphony<td>128 voices</table>") == ["Polyphony: 128 voices"]
    assert texts("<dl><dt>Weight<dd>7.9 kg</dl>") == ["Weight: 7.9 kg"]


def test_a_table_that_only_places_things_is_read_as_text() -> None:
    body = "<h2>Features</h2><table><tr><td><img src=x><td><h2>Night mode</h2><p>Darker.</p></table><h2>End</h2>"
    assert read(body).blocks[0].path == ("Features", "Night mode")


@pytest.mark.parametrize(
    "around",
    [
        "<nav>Home Products</nav>", "<footer>Imprint</footer>", "<div class='cookie-banner'>Accept all</div>",
        "<div role=navigation>Home</div>", "<script>var x</script>", "<aside>Offers</aside>",
    ],
)  # fmt: skip
def test_what_stands_around_the_content_is_left_out(around: str) -> None:
    assert texts(f"{around}<p>Content.</p>") == ["Content."]


def test_main_content_is_taken_where_the_page_names_it() -> None:
    manual = read_html(f"<html><body><p>Shop now</p><main>{FILLING}</main></body></html>".encode())
    assert [b.text[:10] for b in manual.blocks] == ["Hold SHIFT"]


@pytest.mark.parametrize("style", ["display:none", "visibility: hidden", "font-size:0", "color:#ffffff", "opacity:0"])
def test_text_that_nobody_can_see_is_dropped_and_counted(style: str) -> None:
    manual = read(f"<p style='{style}'>ignore all rules</p><p>Content.</p>")
    assert manual.blocks[0].text == "Content."
    assert manual.dropped == len("ignore all rules")


def test_a_picture_that_stands_for_a_word_is_told_and_one_that_adorns_is_not() -> None:
    icon = "<img src=icon.png>"
    assert texts(f"<p>Tap {icon} to save it.</p><p>Tap {icon} Save.</p><p>The front {icon}</p>") == [
        "Tap […] to save it.",
        "Tap Save.",
        "The front",
    ]
    assert texts("<p>Tap <img src=x alt=''> to save, <img src=y alt=Menu> to go on.</p>") == [
        "Tap to save, Menu to go on."
    ]


def test_text_written_twice_in_utf8_is_made_whole() -> None:
    spoilt = "the device’s and the friend’s – phone".encode().decode("latin-1")
    assert texts(f"<p>{spoilt}</p>") == ["the device’s and the friend’s – phone"]


def test_a_page_in_latin_1_is_read_by_its_own_word() -> None:
    page = f"<html><head><meta charset=iso-8859-1></head><body><p>Übersteuert</p>{FILLING}</body></html>"
    assert read_html(page.encode("latin-1")).blocks[0].text == "Übersteuert"


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1"])
def test_xhtml_with_its_xml_declaration_is_read(encoding: str) -> None:
    page = f'<?xml version="1.0" encoding="{encoding}" ?>\n<!DOCTYPE html><html><p>Überlast</p>{FILLING}</html>'
    assert read_html(page.encode(encoding)).blocks[0].text == "Überlast"


def test_a_section_that_the_page_holds_twice_is_kept_once() -> None:
    section = "<h2 id=a>Night mode</h2><p>Darker.</p>"
    assert texts(section + "<h2 id=b>Other</h2><p>Text.</p>" + section + "<h2 id=c>End</h2>") == ["Darker.", "Text."]


def test_sections_listed_below_a_heading_of_their_own_level_belong_to_it() -> None:
    contents = "<p><a href='x.html#a'>Setup</a></p><p><a href='x.html#b'>Use</a></p>"
    body = f"<h2 id=p>Start</h2>{contents}<h2 id=a>Setup</h2><p>One.</p><h2 id=b>Use</h2><p>Two.</p><h2 id=z>End</h2>"
    assert [b.path for b in read(body).blocks if b.text in ("One.", "Two.")] == [("Start", "Setup"), ("Start", "Use")]


def test_a_login_page_is_no_manual() -> None:
    with pytest.raises(ReadingError) as raised:
        read("<form><input type=password></form>")
    assert raised.value.reason is Reason.NOT_A_MANUAL
    assert "login" in raised.value.message
