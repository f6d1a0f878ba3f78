"""The links of a web page."""

from __future__ import annotations

from urllib.parse import urljoin

from hsc_ingest.adapters.parsing.html_page import tree_of
from hsc_ingest.domain.manual import ReadingError
from hsc_ingest.domain.proposals import Link

_MOST = 3000
_LONGEST = 2048


def links_of(data: bytes, url: str) -> list[Link]:
    """The http and https links of the page found at `url`, absolute, without fragments; none where it is no page."""
    try:
        root = tree_of(data)
    except ReadingError:
        return []
    base = next((str(each.get("href")) for each in root.iter("base") if each.get("href")), "")
    links = []
    for node in root.iter("a"):
        try:
            target = urljoin(urljoin(url, base), str(node.get("href") or "").strip()).partition("#")[0]
        except ValueError:
            continue
        if not target.startswith(("http://", "https://")) or len(target) > _LONGEST or target == url:
            continue
        says = " ".join(filter(None, (" ".join(node.itertext()), node.get("title"), node.get("aria-label"))))
        links.append(Link(target, " ".join(says.split())[:500], str(node.get("hreflang") or "")))
        if len(links) == _MOST:
            break
    return links
