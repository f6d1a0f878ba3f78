"""A catalogue on its way: `hsc import`, the catalogue service, the index that predicts."""

from pathlib import Path

import pytest
from e2e.desk import Desk, catalog_of, write
from support.wait import until

IMPORT_FAULTS = 1


async def imported(desk: Desk, path: Path, *options: str) -> dict[str, int]:
    """Import without a fault; returns what it changed."""
    ran = await desk.hsc("import", path, *options, "--json")
    assert ran.code == 0, ran.out + ran.err
    last = ran.results[-1]
    return {kind: last[kind] for kind in ("added", "updated", "removed")}


async def test_an_imported_product_is_predicted_within_a_second_without_a_restart(desk: Desk, tmp_path: Path) -> None:
    file = write(tmp_path / "quorra.json", catalog_of("quorra", {"id": "quorra-zephyrine-9", "name": "Zephyrine 9"}))
    assert "quorra-zephyrine-9" not in [p.product_id for p in await desk.predict("zephyrine 9")]
    assert await imported(desk, file) == {"added": 1, "updated": 0, "removed": 0}

    async def predicted() -> bool:
        found = await desk.predict("how do i tune my zephyrine 9")
        return bool(found) and found[0].product_id == "quorra-zephyrine-9"

    await until(predicted, timeout_s=1)


async def test_an_open_typing_stream_learns_of_it_too(desk: Desk, tmp_path: Path) -> None:
    async with desk.typing() as typing:
        before = await typing.type("ostrakon 12")
        assert "ostra-12" not in [p.product_id for p in before.predictions]
        await imported(
            desk, write(tmp_path / "ostra.json", catalog_of("ostra", {"id": "ostra-12", "name": "Ostrakon 12"}))
        )

        async def predicted() -> bool:
            found = (await typing.type("ostrakon 12")).predictions
            return bool(found) and found[0].product_id == "ostra-12"

        await until(predicted, timeout_s=1)


async def test_a_second_import_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    file = write(tmp_path / "again.json", catalog_of("again", {"id": "again-1", "name": "Once More", "sku": "A1"}))
    await imported(desk, file)
    revision = await desk.revision()
    assert await imported(desk, file) == {"added": 0, "updated": 0, "removed": 0}
    assert await desk.revision() == revision


async def test_a_merge_keeps_what_a_file_no_longer_has_and_a_replace_removes_it(desk: Desk, tmp_path: Path) -> None:
    one, two = {"id": "sleet-1", "name": "Sleet One"}, {"id": "sleet-2", "name": "Sleet Two"}
    file = tmp_path / "sleet.json"
    await imported(desk, write(file, catalog_of("sleet", one, two)))
    write(file, catalog_of("sleet", two))
    assert await imported(desk, file) == {"added": 0, "updated": 0, "removed": 0}
    assert await desk.product_ids("sleet") == {"sleet-1", "sleet-2"}
    assert await imported(desk, file, "--replace") == {"added": 0, "updated": 0, "removed": 1}
    assert await desk.product_ids("sleet") == {"sleet-2"}

    async def forgotten() -> bool:
        return "sleet-1" not in [p.product_id for p in await desk.predict("sleet one")]

    await until(forgotten, timeout_s=1)


async def test_a_fault_is_named_by_file_product_and_field_and_the_others_come_in(desk: Desk, tmp_path: Path) -> None:
    file = write(
        tmp_path / "brume.json",
        catalog_of(
            "brume",
            {"id": "brume-1", "name": "Brume One"},
            {"id": "brume-2"},
            {"id": "brume-3", "name": "Brume Three", "documentation": {"type": "pdf", "url": "ftp://brume/3.pdf"}},
        ),
    )
    ran = await desk.hsc("import", file)
    assert ran.code == IMPORT_FAULTS
    assert "brume.json: brume-2: name:" in ran.out
    assert "brume.json: brume-3: documentation.url:" in ran.out
    assert await desk.product_ids("brume") == {"brume-1", "brume-3"}


@pytest.mark.parametrize(
    "content",
    [
        "this is no JSON",
        '{"brand_identity": {',
        "[]",
        '{"items": []}',
        '{"brand_identity": {"name": "No Id"}, "products": []}',
        "",
    ],
    ids=["text", "cut off", "a list", "other keys", "a brand without an id", "empty"],
)
async def test_a_file_that_is_no_catalogue_is_named_and_changes_nothing(
    desk: Desk, tmp_path: Path, content: str
) -> None:
    revision = await desk.revision()
    ran = await desk.hsc("import", write(tmp_path / "strange.json", content), "--replace")
    assert ran.code == IMPORT_FAULTS
    assert "strange.json" in ran.out
    assert await desk.revision() == revision


async def test_a_bad_file_does_not_lose_the_good_one_beside_it(desk: Desk, tmp_path: Path) -> None:
    write(tmp_path / "a-bad.json", "{")
    write(tmp_path / "b-good.json", catalog_of("drizzle", {"id": "drizzle-1", "name": "Drizzle One"}))
    ran = await desk.hsc("import", tmp_path)
    assert ran.code == IMPORT_FAULTS
    assert await desk.product_ids("drizzle") == {"drizzle-1"}
