"""A response body on its way to a file: unpacked within bounds, hashed, counted."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from .failures import FetchFailure, Reason

_SLICE = 256 * 1024
# zlib reaches 1032:1; honest manuals stay under 30:1.
_MAX_RATIO = 100
_RATIO_COUNTS_FROM = 8 * 1024 * 1024


class Unpacker:
    """Content-Encoding `gzip` or `deflate`, a slice at a time, never more than `max_bytes` in all."""

    def __init__(self, encoding: str, max_bytes: int) -> None:
        name = encoding.strip().lower()
        if name not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise FetchFailure(Reason.BROKEN_RESPONSE, "it is packed in a way that was not asked for", retryable=False)
        self._zlib = None if name in ("", "identity") else zlib.decompressobj(zlib.MAX_WBITS | 32)
        self._raw_possible = name == "deflate"
        self._max_bytes = max_bytes
        self._taken = 0
        self._given = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What `data` unpacks to, in slices of at most 256 KiB. Raises TOO_LARGE or BROKEN_RESPONSE."""
        self._taken += len(data)
        if self._zlib is None:
            yield self._counted(data)
            return
        while data and not self._zlib.eof:
            yield self._counted(self._inflate(data))
            data = self._zlib.unconsumed_tail

    def finish(self) -> None:
        """Raises BROKEN_RESPONSE when the packed body broke off."""
        if self._zlib is not None and self._taken and not self._zlib.eof:
            raise FetchFailure(Reason.BROKEN_RESPONSE, "the packed body broke off")

    def _inflate(self, data: bytes) -> bytes:
        assert self._zlib is not None
        try:
            return self._zlib.decompress(data, _SLICE)
        except zlib.error:
            if not self._raw_possible or self._given:
                raise FetchFailure(Reason.BROKEN_RESPONSE, "the packed body is damaged") from None
        # Some servers send `deflate` without its zlib header.
        self._raw_possible = False
        self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)
        return self._inflate(data)

    def _counted(self, piece: bytes) -> bytes:
        self._given += len(piece)
        if self._given > self._max_bytes:
            raise FetchFailure(Reason.TOO_LARGE, f"more than {self._max_bytes:,} bytes")
        if self._given > _RATIO_COUNTS_FROM and self._given > _MAX_RATIO * self._taken:
            raise FetchFailure(Reason.TOO_LARGE, "the body unpacks to far more than any manual would")
        return piece


class Sink:
    """A file being written with its SHA-256. Removed again unless `keep` was called."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._hash = hashlib.sha256()
        self._kept = False

    def __enter__(self) -> Sink:
        self._file = self.path.open("wb")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if not self._kept:
            self.path.unlink(missing_ok=True)

    def write(self, piece: bytes) -> None:
        self._file.write(piece)
        self._hash.update(piece)
        self.size += len(piece)

    def keep(self) -> str:
        """Closes the file, which stays, and returns its SHA-256 in hexadecimal."""
        self._file.close()
        self._kept = True
        return self._hash.hexdigest()
