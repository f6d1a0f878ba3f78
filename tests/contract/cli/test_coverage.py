"""`hsc coverage`: a row for each brand, and the sum."""

from typing import Any


async def test_it_adds_up_the_brands(hsc: Any) -> None:
    ran = await hsc("coverage")
    assert ran.code == 0
    total = next(line for line in ran.out.splitlines() if line.startswith("all"))
    assert total.split() == ["all", "35", "10", "8", "6", "0", "11"]


async def test_below_stand_the_products_to_chase_most_asked_first(hsc: Any) -> None:
    ran = await hsc("coverage")
    assert [line.split() for line in ran.out.splitlines()[-2:]] == [
        ["Roland", "Roland", "X", "(roland-x)", "29"],
        ["Ardlen", "Ardlen", "X", "(ardlen-x)", "6"],
    ]


async def test_json_has_a_brand_a_line(hsc: Any) -> None:
    ran = await hsc("coverage", "--json")
    assert [row["brand_id"] for row in ran.json] == ["ardlen", "roland"]
