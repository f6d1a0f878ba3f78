"""From laid-out pages to passages: what a person would read, in the order in which they would read it."""

from collections.abc import Sequence

from hsc_ingest.domain.manual import OutlineEntry, Passage
from hsc_ingest.domain.page import Fragment, PageLayout, Rule
from hsc_ingest.domain.reading import read_pages

LOREM = "Turn the knob until the lamp is green and wait for the tone that follows"


def at(x: float, y: float, text: str, size: float = 10, bold: bool = False, width: float | None = None) -> Fragment:
    x1 = x + (width if width is not None else len(text) * size * 0.5)
    return Fragment(text, x, y - 0.8 * size, x1, y + 0.2 * size, y, size, bold, False, "Bold" if bold else "Regular")


def page(number: int, fragments: Sequence[Fragment], rules: Sequence[Rule] = (), rtl: bool = False) -> PageLayout:
    in_order = [f._replace(order=i) for i, f in enumerate(fragments)]
    return PageLayout(number, 595, 842, in_order, list(rules), rtl)


def read(*pages: PageLayout, outline: Sequence[tuple[OutlineEntry, float | None]] = ()) -> list[Passage]:
    return read_pages(pages, outline)[1]


def lines(x: float, y: float, texts: Sequence[str], width: float = 230) -> list[Fragment]:
    """Lines of a paragraph, all but the last as wide as the column."""
    last = len(texts) - 1
    return [at(x, y + 12 * i, text, width=width if i < last else 90) for i, text in enumerate(texts)]


def test_lines_of_a_paragraph_are_unwrapped_and_a_short_line_ends_it() -> None:
    first, second = lines(72, 100, ["The first line", "goes on here."]), lines(72, 124, ["Another one begins", "here."])
    [passage] = read(page(1, first + second))
    assert passage.text == "The first line goes on here.\nAnother one begins here."


def test_a_hyphen_at_a_line_end_goes_and_its_word_is_whole() -> None:
    [passage] = read(page(1, lines(72, 100, ["Switch the instru-\u00ad", "ment off."])))
    assert passage.text == "Switch the instrument off."
    assert [passage.text[b.start : b.end] for b in passage.boxes] == ["Switch the instru", "ment off."]


def test_two_columns_are_read_one_after_the_other() -> None:
    left = lines(50, 100, [f"left {i} {LOREM[:30]}" for i in range(8)])
    right = lines(310, 100, [f"right {i} {LOREM[:30]}" for i in range(8)])
    [passage] = read(page(1, [*left, *right]))
    words = [w for w in passage.text.replace("\n", " ").split() if w in ("left", "right")]
    assert words == ["left"] * 8 + ["right"] * 8


def test_a_table_is_read_row_by_row_with_its_header_in_each() -> None:
    cells = [("Code", "Meaning", "Remedy"), ("E01", "Memory full", "Delete a song"), ("E02", "Too hot", "Let it cool")]
    fragments = [
        at(x, 100 + 20 * r, text, bold=r == 0)
        for r, row in enumerate(cells)
        for x, text in zip((72, 140, 260), row, strict=True)
    ]
    [passage] = read(page(1, fragments))
    assert passage.text.split("\n") == [
        "Code: E01; Meaning: Memory full; Remedy: Delete a song",
        "Code: E02; Meaning: Too hot; Remedy: Let it cool",
    ]


def test_a_table_of_two_columns_gives_key_and_value() -> None:
    rows = [("Polyphony", "128 voices"), ("Weight", "7.9 kg"), ("Power", "12 V, 2 A")]
    fragments = [at(x, 100 + 16 * r, t) for r, row in enumerate(rows) for x, t in zip((72, 200), row, strict=True)]
    assert read(page(1, fragments))[0].text == "Polyphony: 128 voices\nWeight: 7.9 kg\nPower: 12 V, 2 A"


def test_a_cell_of_two_lines_stays_one_cell() -> None:
    fragments = [
        at(72, 100, "MIX"), at(200, 100, "From dry to wet, both"), at(200, 110, "equally loud at noon"),
        at(72, 130, "TONE"), at(200, 130, "Dark to the left"),
        at(72, 150, "MOD"), at(200, 150, "Depth of the wow"),
    ]  # fmt: skip
    text = read(page(1, fragments))[0].text
    assert text == "MIX: From dry to wet, both equally loud at noon\nTONE: Dark to the left\nMOD: Depth of the wow"


def test_numbers_in_a_cell_of_their_own_make_steps() -> None:
    fragments = [
        at(72, 100, "1", bold=True), at(90, 100, "Press SHIFT"), at(72, 114, "2", bold=True), at(90, 114, "Press ENTER")
    ]  # fmt: skip
    assert read(page(1, fragments))[0].text == "1. Press SHIFT\n2. Press ENTER"


def test_a_glyph_that_begins_line_after_line_is_a_bullet_whatever_it_looks_like() -> None:
    fragments = [at(72, 100 + 14 * i, f"\x88 {text}") for i, text in enumerate(["mono", "Stereo", "surround"])]
    assert read(page(1, fragments))[0].text == "• mono\n• Stereo\n• surround"


def test_a_line_that_happens_to_begin_with_a_number_is_no_step() -> None:
    [passage] = read(page(1, lines(72, 100, ["Give the singers the buses 3 and", "4. Limit their telephones"])))
    assert passage.text == "Give the singers the buses 3 and 4. Limit their telephones"


def test_entries_one_a_line_are_no_running_text_though_they_begin_with_small_letters() -> None:
    entries = ["c center the display", "g grid", "z zoom in", "v zoom out until all that there is can be seen"]
    [passage] = read(page(1, [at(72, 100 + 11 * i, text) for i, text in enumerate(entries)]))
    assert passage.text.split("\n") == entries


def test_a_label_at_the_margin_belongs_to_its_title_and_the_text_below_to_itself() -> None:
    fragments = [
        at(72, 100, "adapter list"), at(400, 100, "[Command]"), at(100, 113, "Lists the drivers."),
        at(72, 133, "adapter name"), at(400, 133, "[Command]"), at(100, 146, "Names the driver in use."),
    ]  # fmt: skip
    assert read(page(1, fragments))[0].text.split("\n") == [
        "adapter list [Command]", "Lists the drivers.", "adapter name [Command]", "Names the driver in use."
    ]  # fmt: skip


def test_the_header_of_a_table_at_the_top_of_every_page_is_no_running_head() -> None:
    columns = (72, 200, 320)
    pages = [
        page(
            n,
            [at(x, 80, t, bold=True) for x, t in zip(columns, ("Name", "Meaning", "Default"), strict=True)]
            + [at(x, 94, t) for x, t in zip(columns, (f"delay {n}", "Time to wait", f"{n} s"), strict=True)],
        )
        for n in range(1, 4)
    ]
    assert "Name: delay 2; Meaning: Time to wait; Default: 2 s" in read(*pages)[0].text


def test_signs_that_frame_a_note_are_no_text() -> None:
    fragments = [at(72, 100, "☛ ✟"), *lines(80, 130, [LOREM, "so."]), at(72, 170, "✡ ✠")]
    assert read(page(1, fragments))[0].text == f"{LOREM} so."


def test_running_heads_and_page_numbers_are_no_text() -> None:
    pages = [
        page(n, [at(72, 40, "Tarn 16"), at(400, 40, chapter), *lines(72, 300, [LOREM, "x."]), at(300, 810, str(n))])
        for n, chapter in enumerate(["Safety", "Mixing", "Effects", "Scenes"], 1)
    ]  # fmt: skip
    text = "\n".join(p.text for p in read(*pages))
    assert "Tarn" not in text
    assert "Mixing" not in text
    assert text.count(LOREM) == 4


def test_a_title_at_the_top_of_a_page_is_no_running_head_though_others_are_like_it() -> None:
    pages = [page(n, [at(72, 70, f"{n}.1 Parameters", 14), *lines(72, 300, [LOREM, "x."])]) for n in range(1, 5)]
    outline = [(OutlineEntry(f"{n}.1 Parameters", 1, n), 56.0) for n in range(1, 5)]
    assert [p.section_path for p in read(*pages, outline=outline)] == [(f"{n}.1 Parameters",) for n in range(1, 5)]
    assert all(p.text == f"{LOREM} x." for p in read(*pages, outline=outline))


def test_a_foot_that_names_the_section_beside_the_page_number_is_no_text() -> None:
    names = ("Layers", "Layers", "Settings", "Keys")
    pages = [
        page(n, [*lines(72, 300, [LOREM, "x."]), at(72, 806, name), at(520, 806, str(n + 60))])
        for n, name in enumerate(names, 1)
    ]
    assert all(p.text == "\n".join([f"{LOREM} x."] * 4) for p in read(*pages))


def test_a_step_at_the_top_of_a_page_is_text_though_its_number_is_the_pages() -> None:
    steps = [at(72, 700, "1"), at(90, 700, "Press TAP."), at(72, 714, "2"), at(90, 714, "Wait.")]
    goes_on = [at(72, 60, "3"), at(90, 60, "Hold TAP to store.")]
    tops: list[list[Fragment]] = [[], steps, goes_on, [], []]
    pages = [page(n, [*top, at(520, 806, str(n))]) for n, top in enumerate(tops, 1)]
    assert read(*pages)[0].text.split("\n") == ["1. Press TAP.", "2. Wait.", "3. Hold TAP to store."]


def test_a_page_number_is_none_of_the_text_though_it_stands_far_from_the_edge() -> None:
    pages = [page(n, [*lines(72, 300, [LOREM, "ends there."]), at(300, 650, str(n))]) for n in range(5, 9)]
    odd = page(9, [*lines(72, 300, [LOREM, "ends there."]), at(300, 650, "128")])
    [passage] = read(*pages, odd)
    assert passage.text.split("\n") == [f"{LOREM} ends there."] * 5 + ["128"]


def test_entries_of_a_table_of_contents_are_left_out() -> None:
    fragments = [
        at(72, 100, "Resetting . . . . . . . . 12"),
        at(72, 114, "Saving ........ 14"),
        *lines(72, 300, [LOREM, "x."]),
    ]
    assert read(page(1, fragments))[0].text == f"{LOREM} x."


def test_sections_come_from_the_outline_with_the_path_from_the_root() -> None:
    first = page(1, [at(72, 80, "1 Setup", 18), at(72, 120, "1.1 Power", 14), *lines(72, 150, [LOREM, "a."])])
    second = page(2, [at(72, 80, "2 Use", 18), *lines(72, 150, [LOREM, "b."])])
    outline = [
        (OutlineEntry("Setup", 1, 1), 70.0), (OutlineEntry("Power", 2, 1), 110.0), (OutlineEntry("Use", 1, 2), None)
    ]  # fmt: skip
    passages = read(first, second, outline=outline)
    assert [(p.section_path, p.page_start) for p in passages] == [(("Setup", "Power"), 1), (("Use",), 2)]
    assert "Power" not in passages[0].text


def test_an_appendix_is_found_though_the_outline_leaves_its_letter_out() -> None:
    first = page(1, [at(72, 80, "D Hardware", 18), *lines(72, 110, [LOREM, "a."]), *lines(72, 200, [LOREM, "b."])])
    second = page(2, [at(72, 80, "E Support", 18), *lines(72, 110, [LOREM, "c."]), at(72, 160, "E.1 Hardware", 14)])
    second.fragments.extend(lines(72, 190, [LOREM, "d."]))
    outline = [
        (OutlineEntry("Hardware", 1, 1), 66.0), (OutlineEntry("Support", 1, 2), 66.0),
        (OutlineEntry("Hardware", 2, 2), 148.0),
    ]  # fmt: skip
    passages = read(first, second, outline=outline)
    assert [p.section_path for p in passages] == [("Hardware",), ("Support",), ("Support", "Hardware")]


def test_a_title_on_the_next_page_is_found_though_another_here_begins_alike() -> None:
    first = page(
        1, [at(72, 700, "1.1 LoadFootprint", 14), at(72, 730, "LoadFootprint(name)"), at(72, 750, "Loads one.")]
    )
    second = page(2, [at(72, 80, "1.2 LoadFrom", 14), *lines(72, 110, [LOREM, "b."])])
    outline = [(OutlineEntry("LoadFootprint", 1, 1), 680.0), (OutlineEntry("LoadFrom", 1, 1), 790.0)]
    passages = read(first, second, outline=outline)
    assert [(p.section_path, p.page_start) for p in passages] == [(("LoadFootprint",), 1), (("LoadFrom",), 2)]


def test_without_an_outline_sections_come_from_larger_and_bolder_lines() -> None:
    fragments = [
        at(72, 60, "Quick Guide", 24, bold=True),
        at(72, 100, "Setup", 16, bold=True), *lines(72, 130, [LOREM, LOREM + "."], 400),
        at(72, 200, "Power", 10, bold=True), *lines(72, 230, [LOREM, LOREM + "."], 400),
        at(72, 300, "Use", 16, bold=True), *lines(72, 330, [LOREM, LOREM + "."], 400),
    ]  # fmt: skip
    sections, passages = read_pages([page(1, fragments)], [])
    assert sections.title == "Quick Guide"
    assert [p.section_path for p in passages] == [("Setup",), ("Setup", "Power"), ("Use",)]


def test_a_paragraph_goes_on_over_the_page() -> None:
    first = page(1, lines(72, 700, [LOREM, "and then"], 400)[:1])
    second = page(2, lines(72, 100, ["and then goes on here", "to its end."], 400))
    [passage] = read(first, second)
    assert passage.text == f"{LOREM} and then goes on here to its end."
    assert (passage.page_start, passage.page_end) == (1, 2)


def test_a_page_from_right_to_left_keeps_its_boxes_where_they_stand() -> None:
    fragments = [
        at(500, 100, "1", bold=True, width=6), at(300, 100, "לחצו על SHIFT", width=190),
        at(500, 114, "2", bold=True, width=6), at(320, 114, "לחצו על ENTER", width=170),
    ]  # fmt: skip
    [passage] = read(page(1, fragments, rtl=True))
    assert passage.text == "1. לחצו על SHIFT\n2. לחצו על ENTER"
    assert (passage.boxes[0].x0, passage.boxes[0].x1) == (300, 506)


def test_the_names_of_parts_side_by_side_are_read_part_by_part() -> None:
    fragments = [
        at(72, 100, "① POWER switch"), at(300, 100, "② VOLUME knob"),
        at(72, 112, "Turns the unit on."), at(300, 112, "Sets the level."),
        at(72, 140, "③ INPUT jack"), at(300, 140, "④ OUTPUT jack"),
        at(72, 152, "Takes a guitar."), at(300, 152, "Feeds an amplifier."),
    ]  # fmt: skip
    assert read(page(1, fragments))[0].text.split("\n") == [
        "1. POWER switch Turns the unit on.",
        "2. VOLUME knob Sets the level.",
        "3. INPUT jack Takes a guitar.",
        "4. OUTPUT jack Feeds an amplifier.",
    ]


def test_the_header_of_a_table_goes_on_to_the_next_page() -> None:
    def cells(y: float, row: Sequence[str], bold: bool = False) -> list[Fragment]:
        return [at(x, y, text, bold=bold) for x, text in zip((72, 200, 330), row, strict=True)]

    first = page(1, cells(700, ("Name", "Range", "Use"), bold=True) + cells(720, ("Attack", "1–9 ms", "Start")))
    second = page(2, cells(100, ("Hold", "5–9 ms", "Middle")) + cells(120, ("Release", "9–20 ms", "End")))
    text = "\n".join(p.text for p in read(first, second))
    assert "Name: Release; Range: 9–20 ms; Use: End" in text
