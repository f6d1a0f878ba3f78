"""The build makes the same bytes from the same text, does nothing twice, and never leaves half a file."""

import json
from pathlib import Path

import pytest
from hsc_samples.build import build, manual_sources

BASE_URL = "http://localhost:4711/samples"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    build(folder, BASE_URL)
    return folder


def test_every_manual_source_becomes_a_manual(out: Path) -> None:
    assert {path.stem for path in (out / "manuals").iterdir()} == {path.stem for path in manual_sources()}


def test_the_same_text_gives_the_same_bytes(out: Path, tmp_path: Path) -> None:
    build(tmp_path, BASE_URL)

    def contents(folder: Path) -> dict[str, bytes]:
        return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    assert contents(tmp_path) == contents(out)


def test_a_second_build_writes_nothing(out: Path) -> None:
    report = build(out, BASE_URL)
    assert report.written == []
    assert report.kept > 0


def test_a_manual_that_went_missing_is_set_again(tmp_path: Path) -> None:
    build(tmp_path, BASE_URL)
    (tmp_path / "manuals/skerry-dl3-owners.pdf").unlink()
    assert build(tmp_path, BASE_URL).written == ["manuals/skerry-dl3-owners.pdf"]


def test_a_manual_whose_source_is_gone_is_removed(tmp_path: Path) -> None:
    build(tmp_path, BASE_URL)
    stamps = json.loads((tmp_path / ".built.json").read_bytes())
    (tmp_path / "manuals/old.pdf").write_bytes(b"%PDF")
    (tmp_path / ".built.json").write_text(json.dumps(stamps | {"manuals/old.pdf": "0"}))
    build(tmp_path, BASE_URL)
    assert not (tmp_path / "manuals/old.pdf").exists()


def test_another_base_url_rewrites_the_catalogue_and_no_manual(tmp_path: Path) -> None:
    build(tmp_path, BASE_URL)
    assert build(tmp_path, "http://localhost:4712").written == ["catalogs/ardlen.json", "attachments.json"]


def test_the_invented_maker_points_to_the_manuals_that_were_built(out: Path) -> None:
    catalog = json.loads((out / "catalogs/ardlen.json").read_bytes())
    urls = [product["documentation"]["url"] for product in catalog["products"]]
    urls += [document["url"] for document in json.loads((out / "attachments.json").read_bytes())]
    assert len(urls) == len(manual_sources())
    for url in urls:
        assert url.startswith(f"{BASE_URL}/manuals/")
        assert (out / url.removeprefix(f"{BASE_URL}/")).is_file()


def test_urls_of_real_makers_stay_as_they_are(out: Path) -> None:
    catalog = json.loads((out / "catalogs/roland.json").read_bytes())
    assert all("roland.com" in p["documentation"]["url"] for p in catalog["products"] if "documentation" in p)


def test_a_base_url_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the base URL must begin with"):
        build(tmp_path, "localhost:8000")
