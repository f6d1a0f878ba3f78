"""`hsc ask`: the answer with its pages, or the plain word that there is none."""

from typing import Any


async def test_the_answer_comes_with_its_pages(hsc: Any) -> None:
    ran = await hsc("ask", "ardlen-vireo-61", "how do i reset it")
    assert ran.code == 0
    assert "Hold EXIT and SEQ. [1, p. 17] Then switch on. [1, p. 17]" in ran.out
    assert "p. 17 · Backup › Reset\n  [1] “Hold EXIT and SEQ" in ran.out


async def test_a_product_may_be_named_where_the_name_is_certain(hsc: Any) -> None:
    ran = await hsc("ask", "vireo", "how do i reset it")
    assert ran.code == 0
    assert "Ardlen Vireo 61 (ardlen-vireo-61)" in ran.err


async def test_a_name_that_fits_several_products_is_never_guessed(hsc: Any) -> None:
    ran = await hsc("ask", "ardlen", "how do i reset it")
    assert ran.code == 4
    assert "ardlen-vireo-61" in ran.err
    assert "ardlen-tarn-16" in ran.err
    assert ran.out == ""


async def test_a_silent_manual_is_said_and_has_a_code_of_its_own(hsc: Any) -> None:
    ran = await hsc("ask", "ardlen-vireo-61", "does it have bluetooth")
    assert ran.code == 6
    assert "The manual does not say." in ran.out


async def test_no_manual_comes_with_a_hint(hsc: Any) -> None:
    ran = await hsc("ask", "none", "how do i reset it")
    assert ran.code == 6
    assert "Attach a manual." in ran.out


async def test_an_answer_that_breaks_off_goes_on_where_it_was(hsc: Any, system: Any) -> None:
    system.answer.break_after = 3
    ran = await hsc("ask", "ardlen-vireo-61", "how do i reset it", "--json")
    assert system.answer.resumed_after == [3]
    assert [event["event"] for event in ran.json] == [1, 2, 3, 4, 5]
    assert ran.code == 0


async def test_quotes_cannot_steer_the_terminal(hsc: Any) -> None:
    ran = await hsc("ask", "ardlen-vireo-61", "how do i reset it")
    assert "\x1b" not in ran.out


async def test_an_empty_question_is_refused(hsc: Any) -> None:
    ran = await hsc("ask", "ardlen-vireo-61", "  ")
    assert ran.code == 2
    assert "question" in ran.err
