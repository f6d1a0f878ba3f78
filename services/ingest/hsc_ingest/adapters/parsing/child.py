"""The process that reads: `python -m hsc_ingest.adapters.parsing.child`, one manual after the other, frames on pipes.

A fresh interpreter rather than a fork: the parent holds gRPC channels and threads. It limits itself before it opens a
file; when it dies, the parent says which limit it was.
"""

import gc
import mmap
import os
import resource
import signal
import sys
from pathlib import Path
from typing import BinaryIO

from hsc_ingest.adapters.parsing import frames, language, lifetime
from hsc_ingest.adapters.parsing.limits import Limits
from hsc_ingest.adapters.parsing.read import read
from hsc_ingest.domain.manual import ReadingError, Reason

_RESERVE = 32 << 20


def main() -> None:
    """Serve until the parent closes the pipe."""
    lifetime.end_with_parent()
    output = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever a library prints must not break the frames
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    language.warm()
    gc.collect()
    gc.freeze()
    output.write(frames.pack_frame({"ready": os.getpid()}))
    while (request := _receive(sys.stdin.buffer)) is not None:
        _serve(request, output)


def _receive(stream: BinaryIO) -> frames.Message | None:
    import json

    head = stream.read(frames.HEADER.size)
    if len(head) < frames.HEADER.size:
        return None
    message: frames.Message = json.loads(stream.read(frames.HEADER.unpack(head)[1]))
    return message


def _serve(request: frames.Message, output: BinaryIO) -> None:
    limits = Limits(*request["limits"])
    _limit(limits)
    reserve = mmap.mmap(-1, _RESERVE)  # given back when memory has run out, so that there is room to say so
    gc.disable()  # millions of small objects that all die together; memory is limited anyway
    try:
        data = Path(request["path"]).read_bytes()

        def progress(pages: int, of: int) -> None:
            output.write(frames.pack_frame({"pages": pages, "of": of}))

        for frame in frames.manual_frames(read(data, progress, limits)):
            output.write(frame)
    except ReadingError as error:
        output.write(frames.pack_frame({"reason": error.reason, "message": error.message}))
    except MemoryError:
        reserve.close()
        output.write(frames.pack_frame({"reason": Reason.LIMIT, "message": TOO_MUCH_MEMORY}))
    except (RecursionError, ValueError, LookupError, TypeError, ArithmeticError, OSError) as error:
        print(f"reading failed: {type(error).__name__}: {error}", file=sys.stderr)
        output.write(frames.pack_frame({"reason": Reason.DAMAGED, "message": UNREADABLE}))
    finally:
        reserve.close()
        gc.enable()


TOO_MUCH_MEMORY = "Reading this manual takes more memory than is allowed. Give it in parts, or in a simpler form."
UNREADABLE = "This manual cannot be read. Fetch it again, or use another copy."


def _limit(limits: Limits) -> None:
    """CPU counts from the start of the process: the limit is what has been used plus what this manual may use."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + limits.cpu_seconds
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, hard))
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    main()
