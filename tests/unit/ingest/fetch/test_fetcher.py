"""Every socket here goes to loopback: public addresses exist only in what the fake resolver says."""

import asyncio
import gzip
import hashlib
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path

import aiohttp
import pytest
from hsc_ingest.adapters.fetch import (
    AddressPolicy,
    AllowList,
    Fetched,
    Fetcher,
    FetchFailure,
    Limits,
    NotModified,
    Reason,
    Validators,
)
from hsc_ingest.adapters.fetch.addresses import IPAddress
from hsc_ingest.adapters.fetch.resolve import PinnedResolver
from support.wait import until
from support.web import Web, serve

LIMITS = Limits(max_bytes=1_000_000, connect=2, first_byte=0.4, idle=0.4, total=1.5, per_host=2)
PUBLIC = ip_address("93.184.216.34")


def fetcher_of(web: Web, limits: Limits = LIMITS) -> Fetcher:
    return Fetcher(AddressPolicy(AllowList.parse(f"127.0.0.1:{web.port}")), limits)


async def refusal(fetcher: Fetcher, url: str, tmp_path: Path) -> FetchFailure:
    with pytest.raises(FetchFailure) as caught:
        await fetcher.fetch(url, tmp_path / "document")
    assert not await asyncio.to_thread(os.listdir, tmp_path), "a failed fetch leaves no file"
    return caught.value


async def test_a_document_arrives_whole_with_its_hash_and_validators(web: Web, tmp_path: Path) -> None:
    body = b"%PDF-1.7 " + bytes(300_000)
    url = web.page("/m.pdf", body, Content_Type="text/plain", ETag='"v1"', Last_Modified="yesterday")
    seen: list[tuple[int, int | None]] = []

    async def progress(done: int, announced: int | None) -> None:
        seen.append((done, announced))

    got = await fetcher_of(web).fetch(url, tmp_path / "document", progress=progress)

    assert isinstance(got, Fetched)
    assert got.path.read_bytes() == body
    assert got.sha256 == hashlib.sha256(body).hexdigest()
    assert (got.size, got.url, got.claimed_type) == (len(body), url, "text/plain")
    assert got.validators == Validators('"v1"', "yesterday")
    assert seen[-1] == (len(body), len(body))
    assert len(seen) > 1


async def test_a_packed_document_is_stored_unpacked(web: Web, tmp_path: Path) -> None:
    url = web.page("/m.html", gzip.compress(b"<html>manual</html>"), Content_Encoding="gzip")
    got = await fetcher_of(web).fetch(url, tmp_path / "document")
    assert isinstance(got, Fetched)
    assert got.path.read_bytes() == b"<html>manual</html>"


async def test_what_we_already_have_costs_one_conditional_request(web: Web, tmp_path: Path) -> None:
    url = web.page("/m.pdf", status=304)
    known = Validators('"v1"', "Mon, 02 Nov 2026 10:00:00 GMT")
    assert await fetcher_of(web).fetch(url, tmp_path / "document", known=known) == NotModified(url)
    assert web.seen[0].headers["if-none-match"] == '"v1"'
    assert web.seen[0].headers["if-modified-since"] == "Mon, 02 Nov 2026 10:00:00 GMT"
    assert len(web.seen) == 1


async def test_redirects_are_followed_to_the_document(web: Web, tmp_path: Path) -> None:
    web.page("/deep/m.pdf", b"%PDF")
    web.redirect("/deep/b", "m.pdf", status=308)
    got = await fetcher_of(web).fetch(web.redirect("/a", "/deep/b"), tmp_path / "document")
    assert isinstance(got, Fetched)
    assert got.url == web.url("/deep/m.pdf")


async def test_a_redirect_loop_ends_after_five_redirects(web: Web, tmp_path: Path) -> None:
    failure = await refusal(fetcher_of(web), web.redirect("/loop", "/loop"), tmp_path)
    assert failure.reason is Reason.TOO_MANY_REDIRECTS
    assert not failure.retryable
    assert web.count("/loop") == 6


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:1/",
        "http://127.1:{port}/",
        "http://2130706433:{port}/",
        "http://localhost:{port}/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "http://0.0.0.0:{port}/",
        "http://10.0.0.1/",
    ],
)
async def test_a_redirect_inwards_is_refused_before_anything_is_sent(web: Web, tmp_path: Path, target: str) -> None:
    web.page("/", b"internal")
    url = web.redirect("/out", target.format(port=web.port))
    failure = await refusal(fetcher_of(web), url, tmp_path)
    assert failure.reason is Reason.FORBIDDEN_ADDRESS
    assert [request.path for request in web.seen] == ["/out"]


@pytest.mark.parametrize("target", ["file:///etc/passwd", "gopher://127.0.0.1/", "", "http://["])
async def test_a_redirect_to_what_is_not_the_web_is_a_bad_url(web: Web, tmp_path: Path, target: str) -> None:
    assert (await refusal(fetcher_of(web), web.redirect("/out", target), tmp_path)).reason is Reason.BAD_URL


class Names:
    """A resolver whose answers change, a connector that notes its targets and goes to the test's server."""

    def __init__(self, web: Web, *answers: str) -> None:
        self.asked = 0
        self.connected: list[tuple[IPAddress, ...]] = []
        self._web = web
        self._answers = answers

    async def resolve(self, host: str) -> Sequence[IPAddress]:
        answer = self._answers[min(self.asked, len(self._answers) - 1)]
        self.asked += 1
        return [ip_address(answer)]

    def connect(self, addresses: Sequence[IPAddress]) -> aiohttp.BaseConnector:
        self.connected.append(tuple(addresses))
        port = self._web.port

        class ToTheTest(PinnedResolver):
            async def resolve(self, host: str, *_: object, **__: object) -> list[aiohttp.abc.ResolveResult]:
                (found,) = await super().resolve(host, port)
                return [found]

        return aiohttp.TCPConnector(
            resolver=ToTheTest([ip_address("127.0.0.1")]), use_dns_cache=False, force_close=True
        )

    def fetcher(self) -> Fetcher:
        return Fetcher(AddressPolicy(), LIMITS, resolve=self.resolve, connect=self.connect)


async def test_a_name_is_resolved_once_and_the_connection_goes_to_that_address(web: Web, tmp_path: Path) -> None:
    web.page("/m.pdf", b"%PDF")
    names = Names(web, str(PUBLIC), "127.0.0.1")
    await names.fetcher().fetch("http://rebinding.example/m.pdf", tmp_path / "document")
    assert names.asked == 1
    assert names.connected == [(PUBLIC,)]


async def test_a_name_that_rebinds_between_two_hops_is_refused_at_the_second(web: Web, tmp_path: Path) -> None:
    web.redirect("/m.pdf", "http://rebinding.example/m.pdf")
    names = Names(web, str(PUBLIC), "127.0.0.1")
    failure = await refusal(names.fetcher(), "http://rebinding.example/m.pdf", tmp_path)
    assert failure.reason is Reason.FORBIDDEN_ADDRESS
    assert names.connected == [(PUBLIC,)]


async def test_the_pinned_resolver_says_only_what_was_checked() -> None:
    found = await PinnedResolver([PUBLIC, ip_address("2606:4700::1111")]).resolve("any.example", 443)
    assert [each["host"] for each in found] == ["93.184.216.34", "2606:4700::1111"]


@pytest.mark.parametrize(
    ("status", "reason", "retryable"),
    [
        (404, Reason.NOT_FOUND, False),
        (410, Reason.NOT_FOUND, False),
        (401, Reason.LOGIN_REQUIRED, False),
        (403, Reason.ACCESS_DENIED, False),
        (418, Reason.ACCESS_DENIED, False),
        (429, Reason.RATE_LIMITED, True),
        (500, Reason.SERVER_ERROR, True),
        (503, Reason.SERVER_ERROR, True),
        (206, Reason.BROKEN_RESPONSE, False),
    ],
)
async def test_a_refusal_has_its_reason_and_says_whether_to_try_again(
    web: Web, tmp_path: Path, status: int, reason: Reason, retryable: bool
) -> None:
    failure = await refusal(fetcher_of(web), web.page("/m.pdf", b"no", status=status), tmp_path)
    assert (failure.reason, failure.retryable) == (reason, retryable)
    assert failure.hint


def in_an_hour() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("999999", 900), (in_an_hour(), 900), ("-5", None), ("soon", None), ("", None)],
)
async def test_retry_after_is_honoured_within_bounds(
    web: Web, tmp_path: Path, header: str, seconds: float | None
) -> None:
    failure = await refusal(fetcher_of(web), web.page("/m.pdf", status=429, Retry_After=header), tmp_path)
    assert failure.retry_after == seconds


async def test_an_announced_size_over_the_cap_is_refused_unread(web: Web, tmp_path: Path) -> None:
    url = web.page("/m.pdf", b"%PDF", Content_Length="500000000")
    assert (await refusal(fetcher_of(web), url, tmp_path)).reason is Reason.TOO_LARGE


async def test_an_endless_chunked_body_is_cut_at_the_cap(web: Web, tmp_path: Path) -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"10000\r\n" + bytes(65536) + b"\r\n")
            await writer.drain()

    failure = await refusal(fetcher_of(web), web.raw("/m.pdf", endless), tmp_path)
    assert failure.reason is Reason.TOO_LARGE


async def test_a_gzip_bomb_is_too_large(web: Web, tmp_path: Path) -> None:
    url = web.page("/m.html", gzip.compress(bytes(50_000_000)), Content_Encoding="gzip")
    assert (await refusal(fetcher_of(web), url, tmp_path)).reason is Reason.TOO_LARGE


async def test_a_server_that_drips_its_headers_times_out(web: Web, tmp_path: Path) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    limits = Limits(connect=0.1, first_byte=0.2, idle=5, total=5)
    failure = await refusal(fetcher_of(web, limits), web.raw("/m.pdf", drip), tmp_path)
    assert failure.reason is Reason.TIMEOUT
    assert failure.retryable


async def test_a_server_that_drips_its_body_ends_at_the_total(web: Web, tmp_path: Path) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    limits = Limits(idle=5, total=0.4)
    failure = await refusal(fetcher_of(web, limits), web.raw("/m.pdf", drip), tmp_path)
    assert failure.reason is Reason.TIMEOUT


async def test_a_server_that_falls_silent_times_out(web: Web, tmp_path: Path) -> None:
    async def silent(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        await writer.drain()
        await asyncio.Event().wait()

    limits = Limits(idle=0.2, total=5)
    failure = await refusal(fetcher_of(web, limits), web.raw("/m.pdf", silent), tmp_path)
    assert failure.reason is Reason.TIMEOUT


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x00\x01\x02garbage\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"HTTP/1.1 two hundred\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000 + b"\r\n",
    ],
)
async def test_an_answer_that_is_not_http_or_breaks_off_is_a_broken_response(
    web: Web, tmp_path: Path, answer: bytes
) -> None:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    failure = await refusal(fetcher_of(web), web.raw("/m.pdf", write), tmp_path)
    assert failure.reason is Reason.BROKEN_RESPONSE


async def test_an_empty_document_says_so(web: Web, tmp_path: Path) -> None:
    assert (await refusal(fetcher_of(web), web.page("/m.pdf"), tmp_path)).reason is Reason.EMPTY


async def test_a_port_where_nobody_listens_is_unreachable(tmp_path: Path) -> None:
    async with serve() as gone:
        url = gone.url("/")
    failure = await refusal(fetcher_of(gone), url, tmp_path)
    assert failure.reason is Reason.UNREACHABLE
    assert failure.retryable


async def test_a_server_without_tls_under_https_has_a_bad_certificate(web: Web, tmp_path: Path) -> None:
    async def not_tls(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(not_tls, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        fetcher = Fetcher(AddressPolicy(AllowList.parse("127.0.0.1")), LIMITS)
        failure = await refusal(fetcher, f"https://127.0.0.1:{port}/", tmp_path)
    assert failure.reason is Reason.BAD_CERTIFICATE


async def test_at_most_two_fetches_at_a_time_go_to_one_host(web: Web, tmp_path: Path) -> None:
    running = most = 0
    two_are_in = asyncio.Event()

    async def slow(writer: asyncio.StreamWriter) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        if running == 2:
            two_are_in.set()
        await two_are_in.wait()
        await asyncio.sleep(0)
        running -= 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")

    url = web.raw("/m.pdf", slow)
    fetcher = fetcher_of(web)
    await asyncio.gather(*(fetcher.fetch(url, tmp_path / str(each)) for each in range(8)))
    assert most == 2


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_no_descriptor_and_no_task_is_left_behind(web: Web, tmp_path: Path) -> None:
    async def silent(writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    fetcher = fetcher_of(web, Limits(connect=1, first_byte=0.1, idle=0.1, total=1))
    urls = [
        web.page("/500", status=500),
        web.redirect("/loop", "/loop"),
        web.page("/bomb", gzip.compress(bytes(20_000_000)), Content_Encoding="gzip"),
        web.page("/cut", b"half", Content_Length="100"),
        web.raw("/silent", silent),
    ]
    for url in urls:
        await refusal(fetcher, url, tmp_path)
    tasks, descriptors = len(asyncio.all_tasks()), open_files()
    for url in urls * 3:
        await refusal(fetcher, url, tmp_path)
    # The test's own server keeps one task and one descriptor for each answer it is still writing.
    await until(lambda: len(asyncio.all_tasks()) <= tasks + 3)
    await until(lambda: open_files() <= descriptors + 3)
    assert fetcher._slots._gates == {}  # type: ignore[attr-defined]


async def test_a_file_url_is_copied_from_below_the_root(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "m.pdf").write_bytes(b"%PDF")
    got = await Fetcher(AddressPolicy(), file_root=root).fetch(f"file://{root}/m.pdf", tmp_path / "document")
    assert isinstance(got, Fetched)
    assert got.path.read_bytes() == b"%PDF"


def test_what_can_never_be_fetched_is_known_before_a_job_is_made() -> None:
    fetcher = Fetcher(AddressPolicy())
    fetcher.check("https://maker.example/m.pdf")
    for url, reason in [
        ("not a url", Reason.BAD_URL),
        ("file:///m.pdf", Reason.FORBIDDEN_ADDRESS),
        ("http://169.254.169.254/latest", Reason.FORBIDDEN_ADDRESS),
        ("http://[::1]/", Reason.FORBIDDEN_ADDRESS),
    ]:
        with pytest.raises(FetchFailure) as caught:
            fetcher.check(url)
        assert caught.value.reason is reason
