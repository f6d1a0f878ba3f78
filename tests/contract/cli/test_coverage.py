"""`hsc coverage`: a row for each brand, and the sum."""

from typing import Any


async def test_it_adds_up_the_brands(hsc: Any) -> None:
    ran = await hsc("coverage")
    assert ran.code == 0
    assert ran.out.splitlines()[-1].split() == ["all", "35", "10", "8", "6", "0"]


async def test_json_has_a_brand_a_line(hsc: Any) -> None:
    ran = await hsc("coverage", "--json")
    assert [row["brand_id"] for row in ran.json] == ["ardlen", "roland"]
