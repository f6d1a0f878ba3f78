"""Runs to fragments: neighbours on a line joined, lines of Hebrew and Arabic put back in reading order."""

import ctypes as c
from typing import Any

from hsc_ingest.adapters.parsing import calls
from hsc_ingest.adapters.parsing.runs import HYPHEN, Run
from hsc_ingest.adapters.parsing.turn import Turn, place
from hsc_ingest.domain.bidi import is_right_to_left, logical
from hsc_ingest.domain.page import Fragment
from hsc_ingest.domain.text import SOFT_HYPHEN


def fragments_of(runs: list[Run]) -> list[Fragment]:
    """Join neighbouring runs of a line; a gap of about an em parts them (the cells of a table, two columns)."""
    fragments: list[Fragment] = []
    group: list[Run] = []
    for run in runs:
        if not run.upright:
            continue
        if group:
            last = group[-1]
            em = max(min(run.size, last.size), 4.0)
            near = -0.5 * em <= run.x0 - last.x1 <= 0.9 * em or -0.5 * em <= last.x0 - run.x1 <= 0.9 * em
            level = abs(run.base - last.base) <= 0.45 * max(run.size, last.size)
            marker = len(group) == 1 and last.style != run.style and last.text.isdigit() and run.spaced
            if near and level and not marker and not last.text.endswith(HYPHEN):
                group.append(run)
                continue
            fragments.append(_fragment(group, len(fragments)))
        group = [run]
    if group:
        fragments.append(_fragment(group, len(fragments)))
    return fragments


def _fragment(group: list[Run], order: int) -> Fragment:
    main = first = group[0]
    text, x0, y0, x1, y1, bold, mono = first.text, first.x0, first.y0, first.x1, first.y1, first.bold, first.mono
    longest, style = len(text), first.style
    for run in group[1:]:
        part = run.text
        # the frame of a key parts it from the comma after it: no space is meant
        if run.spaced and not (part[0] in ",.;:" and part[1:2] in " " and style != run.style):
            text += " "
        text += part
        style = run.style
        bold, mono = bold and run.bold, mono and run.mono
        if len(part) > longest:
            main, longest = run, len(part)
        if run.x0 < x0:
            x0 = run.x0
        if run.x1 > x1:
            x1 = run.x1
        if run.y0 < y0:
            y0 = run.y0
        if run.y1 > y1:
            y1 = run.y1
    if HYPHEN in text:
        text = text.replace(HYPHEN, "-" + SOFT_HYPHEN)
    return Fragment(text, x0, y0, x1, y1, main.base, main.size, bold, mono, main.style, order)


def turned_fragments(runs: list[Run], text_page: Any, turn: Turn, whole: bool) -> list[Fragment]:
    """The fragments of a page with Hebrew or Arabic: each line put together from its characters as they stand.

    `whole` says that all of the page is read from right to left, its numbers and Latin words included.
    """
    handle = c.cast(text_page, c.c_void_p).value
    lines: list[list[Run]] = []
    for run in sorted((r for r in runs if r.upright), key=lambda r: r.base):
        if lines and run.base - lines[-1][-1].base <= 0.3 * max(run.size, lines[-1][-1].size):
            lines[-1].append(run)
        else:
            lines.append([run])
    fragments: list[Fragment] = []
    for line in lines:
        group: list[Run] = []
        for run in sorted(line, key=lambda r: r.x0):
            marker = run.text.isdigit() or (len(group) == 1 and group[0].text.isdigit())
            gap = (0.4 if marker and group and group[-1].style != run.style else 0.9) * max(run.size, 4.0)
            if group and run.x0 - group[-1].x1 > gap:
                fragments.append(_turned_fragment(group, handle, turn, len(fragments), whole))
                group = []
            group.append(run)
        fragments.append(_turned_fragment(group, handle, turn, len(fragments), whole))
    return fragments


def _turned_fragment(group: list[Run], text_page: int | None, turn: Turn, order: int, whole: bool) -> Fragment:
    plain = _fragment(group, order)
    if not whole and not is_right_to_left(plain.text):
        return plain
    box = calls.Rect()
    characters: list[tuple[float, float, str]] = []
    for run in group:
        for index, character in enumerate(run.text, run.first):
            if character != " " and calls.loose_box(text_page, index, c.addressof(box)):
                ends = (place(turn, box.left, box.top)[0], place(turn, box.right, box.bottom)[0])
                characters.append((min(ends), max(ends), character))
    characters.sort()
    visual: list[str] = []
    for i, (x0, _, character) in enumerate(characters):
        if i and x0 - characters[i - 1][1] > 0.12 * plain.size:
            visual.append(" ")
        visual.append(character)
    return plain._replace(text=logical(visual))
