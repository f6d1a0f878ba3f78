"""Random answers, made of the pieces of real ones."""

import asyncio
from pathlib import Path

from hsc_ingest.adapters.fetch import AddressPolicy, AllowList, Fetched, Fetcher, FetchFailure, Limits
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.web import Web

_LINES = st.sampled_from(
    [
        b"HTTP/1.1 200 OK",
        b"HTTP/1.0 302 Found",
        b"Location: http://127.0.0.1:1/",
        b"Location: \xff\x00",
        b"Content-Length: 5",
        b"Content-Length: 18446744073709551616",
        b"Transfer-Encoding: chunked",
        b"Content-Encoding: gzip",
        b"Content-Type: \x80;;charset==",
        b"ETag: " + b'"' * 600,
        b"Retry-After: 1e999",
        b"",
        b"5",
        b"hello",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_LINES | st.binary(max_size=30), max_size=12))
async def test_whatever_a_server_says_the_outcome_is_a_document_or_a_typed_failure(
    web: Web, tmp_path: Path, lines: list[bytes]
) -> None:
    async def say(writer: asyncio.StreamWriter) -> None:
        writer.write(b"\r\n".join(lines))

    url = web.raw("/fuzz", say)
    fetcher = Fetcher(AddressPolicy(AllowList.parse(f"127.0.0.1:{web.port}")), Limits(idle=1, total=2))
    try:
        got = await fetcher.fetch(url, tmp_path / "fuzzed")
    except FetchFailure:
        return
    assert isinstance(got, Fetched)
