from hsc_ingest.adapters.parsing.links import links_of
from hsc_ingest.domain.proposals import Link

URL = "https://maker.example/products/td-17/"


def test_links_are_absolute_and_say_what_the_page_says() -> None:
    page = b"""<html><body><a href="../manual.pdf#page=2" hreflang="de"> Owner's
        <b>Manual</b></a><a href="//cdn.maker.example/x" title="More"><img></a></body></html>"""
    assert links_of(page, URL) == [
        Link("https://maker.example/products/manual.pdf", "Owner's Manual", "de"),
        Link("https://cdn.maker.example/x", "More"),
    ]


def test_the_pages_own_base_counts() -> None:
    page = b"<html><head><base href='/files/'></head><body><a href='m.pdf'>M</a></body></html>"
    assert links_of(page, URL) == [Link("https://maker.example/files/m.pdf", "M")]


def test_what_leads_nowhere_is_no_link() -> None:
    page = b"<html><a name='x'>x</a><a href='#top'>t</a><a href='mailto:a@b'>m</a><a href='javascript:x()'>j</a>"
    assert links_of(page + b"<a href='http://[broken'>b</a><a href='gopher://x/'>g</a></html>", URL) == []


def test_nonsense_has_no_links() -> None:
    assert links_of(b"", URL) == []
    assert links_of(b"\x00\xff<a", URL) == []


def test_a_page_of_links_is_read_up_to_a_bound() -> None:
    page = b"<html>" + b"".join(b"<a href='/%d'>m</a>" % n for n in range(5000)) + b"</html>"
    assert len(links_of(page, URL)) == 3000
