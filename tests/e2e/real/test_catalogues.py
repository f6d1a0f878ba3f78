"""Two real catalogues, of 340 and of 2,493 products: all in, and nothing twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from e2e.desk import Desk

pytestmark = pytest.mark.shared_data
SIZES = {"original-catalogs": (90, 340), "halilit-catalogs": (47, 2493)}


@pytest.fixture(scope="module")
async def imported(desk: Desk, shared_data: Path) -> dict[str, list[dict[str, Any]]]:
    """How the first import of each folder ended, and the second."""
    ends: dict[str, list[dict[str, Any]]] = {}
    for folder in SIZES:
        for _ in range(2):
            ran = await desk.hsc("import", shared_data / folder, "--json")
            assert ran.code == 0, ran.out[-2000:] + ran.err
            ends.setdefault(folder, []).append(ran.results[-1])
    return ends


@pytest.mark.parametrize("folder", SIZES)
def test_every_file_and_every_product_comes_in(imported: dict[str, list[dict[str, Any]]], folder: str) -> None:
    first, _ = imported[folder]
    assert (first["files_done"], first["added"], first["removed"]) == (*SIZES[folder], 0)


@pytest.mark.parametrize("folder", SIZES)
def test_a_second_import_changes_nothing(imported: dict[str, list[dict[str, Any]]], folder: str) -> None:
    _, second = imported[folder]
    assert (second["added"], second["updated"], second["removed"]) == (0, 0, 0)


@pytest.mark.parametrize("folder", SIZES)
async def test_every_product_is_told_with_its_name(
    desk: Desk, imported: object, shared_data: Path, folder: str
) -> None:
    names = {
        product["id"]: product["name"]
        for file in (shared_data / folder).glob("*.json")
        for product in json.loads(file.read_text())["products"]
    }
    assert len(names) == SIZES[folder][1]
    assert await desk.product_ids() >= names.keys()
    hebrew = [name for name in names.values() if any("א" <= letter <= "ת" for letter in name)]
    for name in hebrew[:3]:
        assert name in [p.name for p in await desk.predict(name[:512])]


async def test_the_product_is_on_top_before_the_sentence_ends(desk: Desk, imported: object) -> None:
    async with desk.typing() as typing:
        told = (await typing.type("how do i reset my lx-5")).predictions
    assert told[0].name == "Roland LX-5"


async def test_four_products_of_one_name_are_one_group(desk: Desk, imported: object) -> None:
    told = await desk.predict("how do i reset my lx-5", limit=8)
    group = [p for p in told if p.variant_group == told[0].variant_group]
    assert [p.name for p in group] == ["Roland LX-5"] * 4
