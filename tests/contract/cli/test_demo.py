"""`hsc demo`: plays the visit, and fails as soon as a promise is broken."""

from typing import Any

PACE = ("--pace", "0")


async def test_a_sound_system_keeps_its_promises(hsc: Any) -> None:
    ran = await hsc("demo", *PACE)
    assert ran.code == 0, ran.err
    assert "manual: ready, 26 pages" in ran.out
    assert "[1, p. 17]" in ran.out
    assert "The manual does not say." in ran.out


async def test_a_wrong_product_fails_it(hsc: Any, system: Any) -> None:
    system.prediction.wrong = True
    ran = await hsc("demo", *PACE)
    assert ran.code == 1
    assert "the wrong product is locked: ardlen-tarn-16" in ran.err


async def test_a_claim_that_the_manual_does_not_make_fails_it(hsc: Any, system: Any) -> None:
    system.answer.always_answers = True
    ran = await hsc("demo", *PACE)
    assert ran.code == 1
    assert "✗ no claim is made that the manual does not make" in ran.out


async def test_nobody_there(hsc: Any) -> None:
    assert (await hsc("demo", *PACE, HSC_ADDRESS="127.0.0.1:1")).code == 3


async def test_ctrl_c_ends_it_quietly(hsc: Any) -> None:
    ran = await hsc("demo", "--pace", "1000", interrupt_after=b"A customer types")
    assert (ran.code, ran.err) == (130, "interrupted\n")
