"""HTML bytes to the element that holds the content, whatever their encoding."""

import re

from lxml import etree
from lxml import html as lxml_html

from hsc_ingest.domain.manual import ReadingError, Reason
from hsc_ingest.domain.text import clean

_CHARSET = re.compile(rb"(?:charset|<\?xml[^>]*encoding)\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_XML = re.compile(r"\A\s*<\?xml[^>]*>")  # XHTML may begin with it; lxml takes none in a text
_TWICE = re.compile("[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")  # UTF-8 read as Latin-1 and written again
HEADINGS = {f"h{n}": n for n in range(1, 7)}


def tree_of(data: bytes) -> lxml_html.HtmlElement:
    try:
        root = lxml_html.document_fromstring(_decode(data), parser=lxml_html.HTMLParser(no_network=True))
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", 0) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise ReadingError(Reason.DAMAGED, "This page cannot be read as HTML. Fetch it again.") from error
    except (etree.LxmlError, ValueError) as error:
        raise ReadingError(Reason.DAMAGED, "This page cannot be read as HTML. Fetch it again.") from error
    return root


def _decode(data: bytes) -> str:
    text = _XML.sub("", _decode_once(data).replace("\x00", ""), count=1)
    if len(_TWICE.findall(text[:200_000])) >= 3:
        text = _TWICE.sub(_undo, text)
    return text


def _undo(match: re.Match[str]) -> str:
    try:
        return match[0].encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def _decode_once(data: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    named = _CHARSET.search(data[:4096])
    for encoding in ("utf-8", named[1].decode("ascii") if named else "cp1252"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("utf-8" if named and named[1].lower() == b"utf-8" else "cp1252", "replace")


def main_of(root: lxml_html.HtmlElement) -> lxml_html.HtmlElement:
    """The element that holds the content: `main` or one `article` where the page says so, else the body."""
    body = root.find("body")
    body = root if body is None else body
    whole = len(" ".join(body.itertext()))
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = body.findall(path)
        if len(found) == 1 and len(" ".join(found[0].itertext())) >= 0.25 * whole:
            return found[0]
    return body


def deeper_headings(main: lxml_html.HtmlElement) -> dict[str, int]:
    """How deep headings stand below others of their own level: {anchor: steps}.

    Some manuals set chapter and section at one level and list the sections, as links, below the chapter's heading.
    """
    place = {node.get("id"): (i, node) for i, node in enumerate(main.iter(*HEADINGS)) if node.get("id")}
    deeper: dict[str, int] = {}
    current, index = None, -1
    listed: list[str] = []
    for node in main.iter(*HEADINGS, "a"):
        if node.tag != "a":
            current, index, listed = node, index + 1, []
            continue
        anchor = (node.get("href") or "").partition("#")[2]
        target = place.get(anchor)
        parent = node.getparent()
        if current is None or target is None or parent is None or target[0] <= index or target[1].tag != current.tag:
            continue
        text = clean("".join(node.itertext()))
        if text == clean("".join(parent.itertext())) == clean("".join(target[1].itertext())):
            listed.append(anchor)
            steps = deeper.get(current.get("id") or "", 0) + 1
            if len(listed) >= 2:
                deeper.update(dict.fromkeys(listed, steps))
    return deeper
