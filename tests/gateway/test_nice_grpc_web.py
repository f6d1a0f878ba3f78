"""Clients that nobody here wrote work unchanged."""

import asyncio
import json
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
SCRIPT = Path(__file__).with_name("nice_grpc_web.mjs")


@pytest.mark.skipif(
    not (WEB / "node_modules" / "nice-grpc-web").is_dir(), reason="needs the page's npm packages: run `make web`"
)
async def test_nice_grpc_web_types_over_a_socket_and_calls_over_fetch(gateway) -> None:
    process = await asyncio.create_subprocess_exec(
        *("node", str(SCRIPT), str(WEB), gateway.url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(20):
        out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    assert json.loads(out) == {
        "typed": ["h", "ho", "how"],
        "unary": "hello",
        "streamed": ["0", "1", "2"],
        "failure": {"code": 5, "details": "kein Gerät"},
    }
