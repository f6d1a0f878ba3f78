"""HTML bytes to blocks: the main content only, headings as section paths, anchors kept, lists and tables kept."""

import re
from dataclasses import dataclass, field
from itertools import groupby

from lxml import html as lxml_html

from hsc_ingest.adapters.parsing.html_page import HEADINGS, deeper_headings, main_of, tree_of
from hsc_ingest.domain.blocks import Block, Kind
from hsc_ingest.domain.manual import OutlineEntry, ReadingError, Reason
from hsc_ingest.domain.text import PICTURE, clean

_SKIPPED = frozenset((
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "canvas", "audio", "video",
    "select", "button", "input", "textarea", "nav", "footer", "aside", "head", "dialog",
))  # fmt: skip
_BLOCKS = frozenset((
    "p", "div", "section", "article", "main", "body", "table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption",
    "ul", "ol", "li", "dl", "dt", "dd", "pre", "blockquote", "figure", "figcaption", "hr", "address", "details",
    "summary", "form", "fieldset", "header", "center",
))  # fmt: skip
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|cookies?|consent|sidebar|footer|toolbar|share|social|skip"
    r"|pagination|pager|search)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ASIDE_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "dialog", "complementary"))
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])|text-indent\s*:\s*-\d{3}"
    r"|(?<![-\w])color\s*:\s*(?:#fff(?:fff)?\b|white\b)(?!.*background)",
    re.IGNORECASE | re.DOTALL,
)
_TRAILING = f"{PICTURE} \n\t"  # a picture after the text is a figure
_LEAST_TEXT = 200  # characters of main content below which a page is no manual


@dataclass(slots=True)
class HtmlManual:
    """What an HTML manual holds; `dropped` counts characters a reader could not see."""

    title: str
    language: str
    outline: list[OutlineEntry]
    blocks: list[Block]
    dropped: int


def read_html(data: bytes) -> HtmlManual:
    """The blocks of an HTML page's main content. Raises ReadingError where it is no manual."""
    root = tree_of(data)
    title = clean(root.findtext(".//title") or "")
    login = root.find(".//input[@type='password']") is not None
    main = main_of(root)
    walker = _Walker(deeper_headings(main))
    walker.walk(main)
    walker.flush()
    blocks = _once(walker.blocks)
    length = sum(len(b.text) for b in blocks)
    if login and length < 4000:
        raise ReadingError(
            Reason.NOT_A_MANUAL, "This page asks for a login. Give a link that opens without one, or upload the manual."
        )
    if length < _LEAST_TEXT:
        raise ReadingError(
            Reason.NOT_A_MANUAL, "This page holds almost no text. Give the link of the manual itself, or upload it."
        )
    return HtmlManual(title, (root.get("lang") or "")[:2].lower(), walker.outline, blocks, walker.dropped)


def _once(blocks: list[Block]) -> list[Block]:
    """Without sections that the page holds a second time, word for word under the same anchor."""
    seen: set[tuple[str, ...]] = set()
    kept: list[Block] = []
    for (anchor, path), run in groupby(blocks, key=lambda b: (b.anchor, b.path)):
        section = list(run)
        identity = (anchor, path[-1] if path else "", *(b.text for b in section))
        if anchor and identity in seen:
            continue
        seen.add(identity)
        kept += section
    return kept


@dataclass(slots=True)
class _List:
    ordered: bool
    number: int


@dataclass(slots=True)
class _Walker:
    deeper: dict[str, int]
    blocks: list[Block] = field(default_factory=list)
    outline: list[OutlineEntry] = field(default_factory=list)
    dropped: int = 0
    path: list[tuple[tuple[int, int, int], str]] = field(default_factory=list)
    anchor: str = ""
    _text: list[str] = field(default_factory=list)
    _lists: list[_List] = field(default_factory=list)
    _marker: str = ""
    _tables: int = 0

    def walk(self, node: lxml_html.HtmlElement) -> None:
        """Depth is bounded by libxml2 (256 levels without huge_tree), so recursion is safe."""
        tag = node.tag
        if not isinstance(tag, str) or tag in _SKIPPED:
            return
        if self._hidden(node):
            self.dropped += len(clean("".join(node.itertext())))
            return
        if _is_aside(node):
            return
        if tag in HEADINGS:
            self._heading(node, HEADINGS[tag])
            return
        if tag == "br":
            self._text.append("\n" if self._in_pre(node) else " ")
            return
        if tag == "img":
            self._text.append(_instead(node))
            return
        if tag == "table" and not _is_layout(node):
            self.flush()
            self._table(node)
            return
        if tag == "dl":
            self.flush()
            self._definitions(node)
            return
        block = tag in _BLOCKS
        if block:
            self.flush()
            identifier = node.get("id")
            if identifier and not self.path:
                self.anchor = identifier
        if tag in ("ul", "ol"):
            start = node.get("start") or "1"
            self._lists.append(_List(tag == "ol", int(start) if start.isdecimal() and len(start) < 6 else 1))
        elif tag == "table":
            self._tables += 1
        elif tag == "li" and self._lists:
            current = self._lists[-1]
            self._marker = f"{current.number}. " if current.ordered else "• "
            current.number += 1
        if tag == "pre":
            for line in "".join(node.itertext()).splitlines():
                self._text.append(line)
                self.flush()
            return
        if node.text:
            self._text.append(node.text)
        for child in node:
            self.walk(child)
            if child.tail:
                self._text.append(child.tail)
        if block:
            self.flush()
        if tag in ("ul", "ol"):
            self._lists.pop()
        elif tag == "table":
            self._tables -= 1
        elif tag == "li":
            self._marker = ""

    def flush(self) -> None:
        if not self._text:
            return
        text = clean("".join(self._text).rstrip(_TRAILING))
        self._text.clear()
        if not text:
            return
        kind = Kind.PARAGRAPH
        if self._marker:
            kind = Kind.ITEM if self._marker[0] == "•" else Kind.STEP
            text, self._marker = self._marker + text, ""
        self._emit(kind, text)

    def _emit(self, kind: Kind, text: str) -> None:
        path = tuple(title for _, title in self.path)
        self.blocks.append(Block(kind, path, text, anchor=self.anchor))

    def _heading(self, node: lxml_html.HtmlElement, level: int) -> None:
        self.flush()
        self._marker = ""
        title = clean("".join(node.itertext()))
        if not title:
            return
        # a heading inside a table stands below those around the table
        rank = (self._tables, level, self.deeper.get(node.get("id") or "", 0))
        while self.path and self.path[-1][0] >= rank:
            self.path.pop()
        self.path.append((rank, title))
        self.anchor = _anchor(node) or self.anchor
        self.outline.append(OutlineEntry(title, len(self.path), 0, self.anchor))

    def _table(self, table: lxml_html.HtmlElement) -> None:
        caption = table.find("caption")
        if caption is not None:
            self._text.append("".join(caption.itertext()))
            self.flush()
        header: list[str] = []
        spans: dict[int, tuple[int, str]] = {}  # column -> rows left, text
        for row in table.iter("tr"):
            cells: list[str] = []
            ahead = True
            own = list(row.iterchildren("td", "th"))
            column = 0
            for cell in own:
                while column in spans:
                    left, text = spans.pop(column)
                    cells.append(text)
                    if left > 1:
                        spans[column] = (left - 1, text)
                        column += 1
                        break
                    column += 1
                text = clean(_cell_text(cell))
                ahead = ahead and cell.tag == "th"
                wide = _count(cell.get("colspan"))
                if _count(cell.get("rowspan")) > 1:
                    spans[column] = (_count(cell.get("rowspan")) - 1, text)
                cells += [text] + [""] * (wide - 1)
                column += wide
            if not any(cells):
                continue
            if not header and ahead and len(cells) > 1 and own:
                header = cells
                continue
            self._emit(Kind.ROW, as_row(cells, header))

    def _definitions(self, node: lxml_html.HtmlElement) -> None:
        term = ""
        for child in node.iter("dt", "dd"):
            text = clean(_cell_text(child))
            if child.tag == "dt":
                if term:
                    self._emit(Kind.ROW, term)
                term = text
            elif text:
                self._emit(Kind.ROW, f"{term.rstrip(':')}: {text}" if term else text)
                term = ""
        if term:
            self._emit(Kind.ROW, term)

    def _hidden(self, node: lxml_html.HtmlElement) -> bool:
        return node.get("hidden") is not None or bool(_HIDDEN.search(node.get("style") or ""))

    def _in_pre(self, node: lxml_html.HtmlElement) -> bool:
        return any(True for _ in node.iterancestors("pre"))


def as_row(cells: list[str], header: list[str]) -> str:
    """A table row as one line: "Header: value; Header: value", or "key: value" where the table has no header."""
    filled = [(i, c) for i, c in enumerate(cells) if c]
    if header and len(header) >= len(cells) > 1:
        return "; ".join(f"{header[i].rstrip(':')}: {c}" if header[i] else c for i, c in filled)
    texts = [c for _, c in filled]
    if len(texts) < 2:
        return "".join(texts)
    return f"{texts[0].rstrip(':')}: {'; '.join(texts[1:])}"


def _cell_text(cell: lxml_html.HtmlElement) -> str:
    parts: list[str] = []
    for node in cell.iter():
        if node is not cell and (not isinstance(node.tag, str) or node.tag in _SKIPPED):
            if node.tail:
                parts.append(node.tail)
            continue
        if node.tag in _BLOCKS or node.tag == "br":
            parts.append(" ")
        if node.tag == "img":
            parts.append(_instead(node))
        if node.text:
            parts.append(node.text)
        if node is not cell and node.tail:
            parts.append((" " if node.tag in _BLOCKS else "") + node.tail)
    return "".join(parts).rstrip(_TRAILING)


def _instead(picture: lxml_html.HtmlElement) -> str:
    """What a page says in place of a picture; one that is said to mean nothing has an empty `alt`."""
    alt = picture.get("alt")
    if alt is None or "." in alt:
        return f" {PICTURE} "
    alt = clean(alt)
    return f" {alt} " if len(alt) <= 40 else " "


def _count(value: str | None) -> int:
    return min(int(value), 50) if value and value.isdecimal() and len(value) < 5 and int(value) else 1


def _is_layout(table: lxml_html.HtmlElement) -> bool:
    """A table that only places things: it holds headings, lists or tables, or has a single column."""
    for node in table.iter(*HEADINGS, "table", "ul", "ol"):
        if node is not table:
            return True
    return all(len(list(row.iterchildren("td", "th"))) < 2 for row in table.iter("tr"))


def _is_aside(node: lxml_html.HtmlElement) -> bool:
    if node.get("role") in _ASIDE_ROLES or node.get("aria-hidden") == "true":
        return True
    if node.tag in ("div", "ul", "section", "header", "form", "p"):
        names = f"{node.get('class') or ''} {node.get('id') or ''}"
        return bool(_ASIDE.search(names)) and len("".join(node.itertext())) < 4000
    return node.tag == "header" and node.find(".//h1") is None


def _anchor(heading: lxml_html.HtmlElement) -> str:
    own = heading.get("id") or heading.get("name")
    if own:
        return str(own)
    for inner in heading.iter("a", "span"):
        name = inner.get("id") or inner.get("name")
        if name:
            return str(name)
    parent = heading.getparent()
    while parent is not None and parent.tag in ("section", "div", "article", "header", "hgroup"):
        if parent.get("id"):
            return str(parent.get("id"))
        parent = parent.getparent()
    return ""
