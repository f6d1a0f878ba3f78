"""The one door to the outside: every URL that comes from a catalogue, a manual or a person is opened here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Protocol

import aiohttp
from yarl import URL

from .addresses import AddressPolicy, canonical_host
from .body import Sink, Unpacker
from .failures import FetchFailure, Reason
from .files import copy_file
from .resolve import Connect, Resolve, pinned_connector, system_resolve

Progress = Callable[[int, int | None], Awaitable[None]]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 64 * 1024
_USER_AGENT = "hsc-jit/0.1 (reads product manuals for a support centre)"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes and seconds. `connect` covers name, TCP and TLS of a hop; `first_byte` ends with the headers."""

    max_bytes: int = 100 * 1024 * 1024
    connect: float = 10.0
    first_byte: float = 20.0
    idle: float = 20.0
    total: float = 180.0
    redirects: int = 5
    per_host: int = 4
    max_retry_after: float = 900.0


@dataclass(frozen=True, slots=True)
class Validators:
    """What the server gave us last time, for a conditional request."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole document in `path`, found at `url` after redirects. `claimed_type` is the header's word."""

    path: Path
    sha256: str
    size: int
    url: str
    claimed_type: str
    validators: Validators


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that what we have is still right."""

    url: str


class Slots(Protocol):
    """How many may ask one host at a time."""

    def enter(self, host: str) -> AbstractAsyncContextManager[None]:
        """Waits for a slot, and holds it."""


class Fetcher:
    """Fetches URLs within its limits and past its address policy. Shared by all tasks of one event loop.

    `slots` count over all workers; without them `per_host` holds for this one.
    """

    def __init__(
        self,
        policy: AddressPolicy,
        limits: Limits | None = None,
        *,
        file_root: Path | None = None,
        slots: Slots | None = None,
        resolve: Resolve = system_resolve,
        connect: Connect = pinned_connector,
    ) -> None:
        self._policy = policy
        self._limits = limits or Limits()
        self._file_root = file_root
        self._resolve = resolve
        self._connect = connect
        self._slots = slots or _HostGate(self._limits.per_host)

    def check(self, url: str) -> None:
        """Raises FetchFailure (BAD_URL, FORBIDDEN_ADDRESS) when no server's answer could make it good.

        Asks no name server, so it costs nothing before a job is accepted.
        """
        if _is_file(url):
            if self._file_root is None:
                raise FetchFailure(Reason.FORBIDDEN_ADDRESS, "file: addresses need HSC_FILE_ROOT")
            return
        self._policy.check_literal(self._policy.check_url(url))

    async def fetch(
        self, url: str, into: Path, *, known: Validators | None = None, progress: Progress | None = None
    ) -> Fetched | NotModified:
        """Writes the document at `url` to the file `into`, which is gone again unless Fetched is returned.

        `progress` is awaited with (bytes so far, bytes announced or None) after each chunk.
        Raises FetchFailure, and nothing else for whatever the address, the network or the server may do.
        """
        try:
            async with asyncio.timeout(self._limits.total):
                if _is_file(url):
                    return await asyncio.to_thread(self._copy, url, into)
                return await self._follow(url, into, known or Validators(), progress)
        except TimeoutError:
            raise FetchFailure(Reason.TIMEOUT, "the server took too long") from None

    def _copy(self, url: str, into: Path) -> Fetched:
        with Sink(into) as sink:
            copy_file(url, self._file_root, sink, self._limits.max_bytes)
            return _kept(sink, url, "", Validators())

    async def _follow(
        self, text: str, into: Path, known: Validators, progress: Progress | None
    ) -> Fetched | NotModified:
        for _ in range(self._limits.redirects + 1):
            url = self._policy.check_url(text)
            async with self._slots.enter(canonical_host(url.host or "")), self._get(url, known) as response:
                if response.status not in _REDIRECTS:
                    return await self._read(response, into, progress)
                text = _location(url, response)
        raise FetchFailure(Reason.TOO_MANY_REDIRECTS, f"more than {self._limits.redirects} redirects")

    @asynccontextmanager
    async def _get(self, url: URL, known: Validators) -> AsyncIterator[aiohttp.ClientResponse]:
        limits = self._limits
        async with asyncio.timeout(limits.connect):
            addresses = self._policy.check_addresses(url, await self._resolve(url.host or ""))
        headers = {"User-Agent": _USER_AGENT, "Accept": "application/pdf, text/html;q=0.9, */*;q=0.5"}
        headers["Accept-Encoding"] = "gzip, deflate"
        if known.etag:
            headers["If-None-Match"] = known.etag
        if known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        try:
            async with aiohttp.ClientSession(
                connector=self._connect(addresses),
                timeout=aiohttp.ClientTimeout(sock_connect=limits.connect, sock_read=limits.idle),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            ) as session:
                async with asyncio.timeout(limits.connect + limits.first_byte):
                    response = await session.get(url, headers=headers, allow_redirects=False)
                async with response:
                    yield response
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _failure(error) from error

    async def _read(
        self, response: aiohttp.ClientResponse, into: Path, progress: Progress | None
    ) -> Fetched | NotModified:
        url = str(response.url)
        if response.status == 304:
            return NotModified(url)
        if response.status != 200:
            raise self._refusal(response)
        announced = response.content_length
        if announced is not None and announced > self._limits.max_bytes:
            raise FetchFailure(Reason.TOO_LARGE, f"{announced:,} bytes, more than {self._limits.max_bytes:,}")
        unpacker = Unpacker(response.headers.get("Content-Encoding", ""), self._limits.max_bytes)
        with Sink(into) as sink:
            async for chunk in response.content.iter_chunked(_CHUNK):
                for piece in unpacker.feed(chunk):
                    sink.write(piece)
                    await asyncio.sleep(0)  # one chunk of a bomb is many slices: others run between them
                if progress is not None:
                    await progress(sink.size, announced)
            unpacker.finish()
            validators = Validators(
                response.headers.get("ETag", "")[:512], response.headers.get("Last-Modified", "")[:64]
            )
            return _kept(sink, url, response.content_type, validators)

    def _refusal(self, response: aiohttp.ClientResponse) -> FetchFailure:
        status = response.status
        detail = f"the server answered {status}"
        wait = _retry_after(response.headers.get("Retry-After", ""), self._limits.max_retry_after)
        match status:
            case 404 | 410:
                return FetchFailure(Reason.NOT_FOUND, detail)
            case 401 | 407:
                return FetchFailure(Reason.LOGIN_REQUIRED, detail)
            case 408 | 425 | 429:
                return FetchFailure(Reason.RATE_LIMITED, detail, retry_after=wait)
            case _ if 400 <= status < 500:
                return FetchFailure(Reason.ACCESS_DENIED, detail)
            case _ if status >= 500:
                return FetchFailure(Reason.SERVER_ERROR, detail, retry_after=wait)
        return FetchFailure(Reason.BROKEN_RESPONSE, detail, retryable=False)


class _HostGate:
    """At most `limit` fetches at a time from one host; holds nothing for hosts without one."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._gates: dict[str, tuple[asyncio.Semaphore, int]] = {}

    @asynccontextmanager
    async def enter(self, host: str) -> AsyncIterator[None]:
        gate, users = self._gates.get(host, (asyncio.Semaphore(self._limit), 0))
        self._gates[host] = (gate, users + 1)
        try:
            async with gate:
                yield
        finally:
            gate, users = self._gates.pop(host)
            if users > 1:
                self._gates[host] = (gate, users - 1)


def _is_file(url: str) -> bool:
    return url[:5].lower() == "file:"


def _kept(sink: Sink, url: str, claimed_type: str, validators: Validators) -> Fetched:
    if not sink.size:
        raise FetchFailure(Reason.EMPTY, "the file is empty")
    return Fetched(sink.path, sink.keep(), sink.size, url, claimed_type, validators)


def _location(url: URL, response: aiohttp.ClientResponse) -> str:
    location = response.headers.get("Location", "")
    try:
        return str(url.join(URL(location))) if location else ""
    except ValueError:
        raise FetchFailure(Reason.BAD_URL, "the server redirects to something that is not a URL") from None


def _retry_after(text: str, longest: float) -> float | None:
    """Seconds from a Retry-After header, which is a number or a date, between 0 and `longest`."""
    if not text:
        return None
    try:
        seconds = float(text) if text.isdecimal() else _seconds_until(parsedate_to_datetime(text))
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, min(seconds, longest))


def _seconds_until(moment: datetime) -> float:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - datetime.now(UTC)).total_seconds()


def _failure(error: aiohttp.ClientError | TimeoutError) -> FetchFailure:
    match error:
        case TimeoutError():
            return FetchFailure(Reason.TIMEOUT, "the server took too long")
        case aiohttp.InvalidURL():
            return FetchFailure(Reason.BAD_URL, "the address is not a URL")
        case aiohttp.ClientSSLError():
            return FetchFailure(Reason.BAD_CERTIFICATE, "the server's certificate cannot be trusted")
        case aiohttp.ClientConnectorError():
            return FetchFailure(Reason.UNREACHABLE, "no connection to the server")
        case _:
            return FetchFailure(Reason.BROKEN_RESPONSE, "the answer broke off or is not HTTP")
