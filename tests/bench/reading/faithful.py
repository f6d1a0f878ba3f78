"""Is each section's text found in the passages of that section? Against sources that know nothing of the reader.

python tests/bench/reading/faithful.py MANUAL.pdf…            the outline, and pdfium's own text between its entries
python tests/bench/reading/faithful.py MANUAL.html SECTIONS.json   annotated sections [{path, text}]
"""

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pypdfium2  # type: ignore[import-untyped]
from hsc_ingest.adapters.parsing.limits import Limits
from hsc_ingest.adapters.parsing.read import read
from hsc_ingest.domain.manual import Manual

_WORD = re.compile(r"[^\W_]+")
_FOUND = 0.9  # share of a section's words that make it found


class Section(NamedTuple):
    """What must be found: the text of one section, on pages `first`–`last` (0 in HTML)."""

    path: tuple[str, ...]
    text: str
    first: int
    last: int


def words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def score(manual: Manual, sections: Sequence[Section]) -> tuple[float, list[tuple[Section, float]]]:
    """The share of sections found in passages of their own path and pages, and those that are not."""
    by_path: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, passage in enumerate(manual.passages):
        names = tuple(map(_name, passage.section_path))
        for path in {names[: depth + 1] for depth in range(len(names))} | {names[-1:]}:
            by_path[path].append(index)
    missed = []
    for section in sections:
        have: Counter[str] = Counter()
        for index in by_path[tuple(map(_name, section.path))]:
            passage = manual.passages[index]
            if not section.last or (passage.page_start <= section.last and passage.page_end >= section.first):
                have.update(words(passage.text))
        wanted = Counter(words(section.text))
        whole = sum(wanted.values())
        share = sum((wanted & have).values()) / whole if whole else 1.0
        if share < _FOUND:
            missed.append((section, share))
    return 1 - len(missed) / max(len(sections), 1), missed


def _name(title: str) -> str:
    return "".join(words(title))


def html_sections(path: Path) -> list[Section]:
    return [Section((s["path"][-1],), s["text"], 0, 0) for s in json.loads(path.read_text("utf-8"))]


def pdf_sections(path: Path) -> Iterator[Section]:
    """Between two entries of the outline, the text that pdfium itself reads in the body of the pages."""
    pdf = pypdfium2.PdfDocument(path)
    lines = [list(_lines(page)) for page in pdf]
    marks: list[tuple[tuple[str, ...], int, int] | None] = []
    stack: list[str] = []
    reached = (-1, -1)  # the page and line of the last title that was found: the next one of its name comes later
    for entry in pdf.get_toc():
        target = entry.get_dest()
        del stack[entry.level :]
        stack.append(" ".join(entry.get_title().split()))
        if target is None or target.get_index() is None:
            continue
        page, title = target.get_index(), _name(stack[-1])
        for number in (page, page + 1):
            found = [i for i, line in enumerate(lines[number]) if _is_title(line, title)] if number < len(pdf) else []
            found = [i for i in found if (number, i) > reached] or found
            if found:
                reached = (number, found[-1] if marks and found[0] == 0 else found[0])
                marks.append((tuple(stack), *reached))
                break
        else:
            marks.append(None)  # the title is spelt otherwise on the page: nothing to compare with
    for mark, following in pairwise([*marks, ((), len(pdf), 0)]):
        if mark is None or following is None:
            continue
        (names, page, at), (_, next_page, next_at) = mark, following
        texts = []
        for number in range(page, min(next_page, len(pdf) - 1) + 1):
            first = at + 1 if number == page else 1  # without the running head
            last = next_at if number == next_page else len(lines[number])
            texts += lines[number][first:last]
        text = re.sub(r"[-\ufffe\u00ad\x02]\n", "", "\n".join(texts))
        text = re.sub(r"(?m)^.*?(?:\.\s?){4,}.*$", "", text)  # contents
        if len(words(text)) >= 5:
            yield Section(names, text, page + 1, next_page + 1)


def _lines(page: pypdfium2.PdfPage) -> Iterator[str]:
    text = page.get_textpage().get_text_range()
    return (line for line in text.replace("\ufffe", "-\n").splitlines() if line.strip())


def _is_title(line: str, title: str) -> bool:
    name = _name(line)
    return (
        name.endswith(title)
        and re.fullmatch(r"(?:chapter|appendix|part)?(?:[a-z]?\d{0,6}|[ivxl]{1,6})", name[: -len(title)]) is not None
    )


def main(arguments: list[str]) -> None:
    verbose = "-v" in arguments
    paths = [Path(a) for a in arguments if a != "-v"]
    annotated = paths.pop() if paths[-1].suffix == ".json" else None
    for path in paths:
        manual = read(path.read_bytes(), lambda done, of: None, Limits())
        sections = html_sections(annotated) if annotated else list(pdf_sections(path))
        share, missed = score(manual, sections)
        print(f"{path.name}: {share:.2%} of {len(sections)} sections found, {len(manual.passages)} passages")
        for section, part in missed if verbose else []:
            print(f"  {part:.0%} {' > '.join(section.path)} p{section.first}-{section.last}: {section.text[:300]!r}")


if __name__ == "__main__":
    main(sys.argv[1:])
