"""`hsc … | head`: a reader that leaves ends the command, without a word and by the exit code of SIGPIPE."""

from typing import Any

import pytest

COMMANDS = {
    "a text that streams": ("ask", "ardlen-vireo-61", "how do i reset it"),
    "a table": ("predict", "vireo"),
    "what is listed": ("jobs", "list"),
    "a visit": ("demo",),
}


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("more", [(), ("--json",)], ids=["for a person", "as JSON"])
async def test_nobody_reads_any_more(hsc: Any, arguments: tuple[str, ...], more: tuple[str, ...]) -> None:
    ran = await hsc(*arguments, *more, unread=True)
    assert ran.code == 141
    assert not [line for line in ran.err.splitlines() if "rror" in line or "xception" in line]


async def test_a_failure_is_told_where_its_own_reader_is_there(hsc: Any) -> None:
    ran = await hsc("ask", "ardlen", "how do i reset it", unread=True)
    assert ran.code == 4
    assert "ardlen-tarn-16" in ran.err
