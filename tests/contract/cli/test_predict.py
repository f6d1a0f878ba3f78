"""`hsc predict`: the candidates, or why there are none."""

from typing import Any


async def test_it_lists_the_candidates(hsc: Any) -> None:
    ran = await hsc("predict", "reset my vireo")
    assert ran.code == 0
    assert "Ardlen Vireo 61" in ran.out
    assert "100%" in ran.out


async def test_json_is_the_contracts_response(hsc: Any) -> None:
    ran = await hsc("predict", "vireo", "--json")
    assert ran.json[0]["predictions"][0]["product_id"] == "ardlen-vireo-61"
    assert ran.json[0]["predictions"][0]["locked"] is True


async def test_nothing_that_fits_is_not_found(hsc: Any) -> None:
    assert (await hsc("predict", "xyzzy")).code == 4


async def test_a_refused_request_names_its_field(hsc: Any) -> None:
    ran = await hsc("predict", "vireo", "--limit", "10000")
    assert ran.code == 2
    assert "limit" in ran.err


async def test_a_refused_request_is_json_too(hsc: Any) -> None:
    ran = await hsc("predict", "v" * 600, "--json")
    assert ran.error["code"] == "INVALID_ARGUMENT"
    assert [violation["field"] for violation in ran.error["field_violations"]] == ["text"]


async def test_nobody_there_is_said_in_plain_words(hsc: Any) -> None:
    ran = await hsc("predict", "vireo", HSC_ADDRESS="127.0.0.1:1")
    assert ran.code == 3
    assert "make run" in ran.err


async def test_a_malformed_address_is_wrong_usage(hsc: Any) -> None:
    ran = await hsc("predict", "vireo", HSC_ADDRESS="nonsense")
    assert ran.code == 2
    assert "HOST:PORT" in ran.err


async def test_the_help_documents_the_exit_codes(hsc: Any) -> None:
    ran = await hsc("--help")
    assert ran.code == 0
    assert "Exit codes:" in ran.out


async def test_a_terminal_without_the_letters_fails_nothing(hsc: Any) -> None:
    ran = await hsc("predict", "vireo", PYTHONIOENCODING="ascii")
    assert ran.code == 0
    assert "Ardlen Vireo 61" in ran.out
