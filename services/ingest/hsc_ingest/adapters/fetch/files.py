"""`file:` URLs: only regular files below one configured folder, wherever symbolic links lead."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .body import Sink
from .failures import FetchFailure, Reason

_SLICE = 1024 * 1024


def copy_file(url: str, root: Path | None, into: Sink, max_bytes: int) -> None:
    """Writes the file's bytes into the sink. FetchFailure when it is outside `root`, missing or too large."""
    path = _resolved(url, root)
    try:
        # Not blocking: a pipe that nobody writes to must not hold the thread.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise FetchFailure(Reason.NOT_FOUND, "there is no such file") from None
    except OSError:
        raise FetchFailure(Reason.ACCESS_DENIED, "the file cannot be opened") from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise FetchFailure(Reason.BAD_URL, "this is not a regular file")
    with os.fdopen(descriptor, "rb") as source:
        if status.st_size > max_bytes:
            raise FetchFailure(Reason.TOO_LARGE, f"more than {max_bytes:,} bytes")
        while piece := source.read(min(_SLICE, max_bytes + 1 - into.size)):
            into.write(piece)
            if into.size > max_bytes:
                raise FetchFailure(Reason.TOO_LARGE, f"more than {max_bytes:,} bytes")


def _resolved(url: str, root: Path | None) -> Path:
    parts = urlsplit(url)
    if root is None:
        raise FetchFailure(Reason.FORBIDDEN_ADDRESS, "file: addresses need HSC_FILE_ROOT")
    path = unquote(parts.path)
    if parts.netloc not in ("", "localhost") or not path.startswith("/") or "\0" in path:
        raise FetchFailure(Reason.BAD_URL, "this is not a file: address of this machine")
    resolved = Path(path).resolve()
    if not resolved.is_relative_to(root.resolve()):
        raise FetchFailure(Reason.FORBIDDEN_ADDRESS, "the file is outside HSC_FILE_ROOT")
    return resolved
