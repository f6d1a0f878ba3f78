from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from hsc_local.web import application
from yarl import URL


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[TestClient]:
    dist, samples = tmp_path / "dist", tmp_path / "samples"
    for path, text in {
        dist / "index.html": "<!doctype html>",
        dist / "assets" / "index-abc.js": "1",
        dist / "pdfjs" / "wasm" / "openjpeg.wasm": "w",
        dist / ".secret": "s",
        samples / "manuals" / "a.pdf": "%PDF-1.7",
        tmp_path / "outside.txt": "o",
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (dist / "link.txt").symlink_to(tmp_path / "outside.txt")
    async with TestClient(TestServer(application(dist, samples))) as made:
        yield made


async def test_the_page_is_asked_for_each_time(client) -> None:
    answer = await client.get("/")
    assert (answer.status, answer.content_type) == (200, "text/html")
    assert answer.headers["cache-control"] == "no-cache"
    assert "etag" in answer.headers


async def test_a_view_of_the_page_is_the_page(client) -> None:
    assert await (await client.get("/operator")).text() == "<!doctype html>"


async def test_files_with_a_hash_in_their_name_are_kept_for_ever(client) -> None:
    answer = await client.get("/assets/index-abc.js")
    assert answer.content_type.endswith("/javascript")
    assert "immutable" in answer.headers["cache-control"]


async def test_webassembly_has_its_type(client) -> None:
    assert (await client.get("/pdfjs/wasm/openjpeg.wasm")).content_type == "application/wasm"


async def test_the_samples_are_served(client) -> None:
    answer = await client.get("/samples/manuals/a.pdf")
    assert (answer.status, answer.content_type) == (200, "application/pdf")


@pytest.mark.parametrize(
    "path",
    ["/missing.js", "/assets/other.js", "/.secret", "/link.txt", "/samples/", "/samples/x", "/%00.js"],
)
async def test_anything_else_is_not_found(client, path: str) -> None:
    assert (await client.get(path)).status == 404


@pytest.mark.parametrize("path", ["/../outside.txt", "/samples/../../outside.txt", "/samples/%2e%2e/outside.txt"])
async def test_nothing_outside_is_served(client, path: str) -> None:
    answer = await client.get(URL(path, encoded=True))
    assert await answer.text() != "o"


async def test_an_unbuilt_page_says_how_to_build_it(tmp_path) -> None:
    async with TestClient(TestServer(application(tmp_path / "none", tmp_path))) as client:
        answer = await client.get("/")
        assert answer.status == 503
        assert "make web" in await answer.text()
        assert (await client.get("/health")).status == 200
