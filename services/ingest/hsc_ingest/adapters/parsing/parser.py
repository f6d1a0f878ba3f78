"""Reading manuals in a warm child process that is killed when it exceeds its limits."""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from hsc_ingest.adapters.parsing import frames
from hsc_ingest.adapters.parsing.limits import Limits
from hsc_ingest.adapters.parsing.sniff import HTML, sniff
from hsc_ingest.domain.manual import ReadingError, Reason, Transcript

_RECYCLE = 50  # manuals a child reads before a fresh one takes over
_START_SECONDS = 30.0
_END_SECONDS = 5.0
_STREAM_LIMIT = 1 << 20
_FAILED = "This manual is damaged: reading it failed. Fetch it again, or use another copy."

Progress = Callable[[int, int], None]


class ManualParser:
    """One warm child at most; one manual at a time, others wait their turn.

    Use as an async context manager, or call `close()`. Open it on the event loop that calls `parse`.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._turn = asyncio.Lock()
        self._child: asyncio.subprocess.Process | None = None
        self._read = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def process(self) -> int | None:
        """The process id of the child, while there is one."""
        return self._child.pid if self._child else None

    async def warm(self) -> None:
        """Have a child ready before the first manual."""
        async with self._turn:
            await self._alive()

    async def close(self) -> None:
        async with self._turn:
            await self._stop()

    async def parse(self, data_path: Path, progress: Progress | None = None) -> Transcript:
        """Read the file; `progress` is called with (pages so far, pages in all).

        Neither name nor header is asked for the type: the content decides. When cancelled, the child is killed.
        Raises ReadingError.
        """
        self._refuse_early(data_path)
        async with self._turn:
            child = await self._alive()
            try:
                async with asyncio.timeout(self._limits.wall_seconds):
                    return await self._ask(child, data_path, progress)
            except TimeoutError as error:
                raise ReadingError(
                    Reason.LIMIT,
                    f"Reading this manual took more than {self._limits.wall_seconds:.0f} s. Give it in parts.",
                ) from error
            except (asyncio.IncompleteReadError, BrokenPipeError, ConnectionResetError) as error:
                raise await self._why_it_died(child) from error
            except (ValueError, LookupError, TypeError) as error:  # it does not say what it should
                raise ReadingError(Reason.DAMAGED, _FAILED) from error
            finally:
                if self._read < 0 or self._read >= _RECYCLE:
                    await self._stop()

    def _refuse_early(self, path: Path) -> None:
        size = path.stat().st_size
        with path.open("rb") as file:
            kind = sniff(file.read(4096))
        most = self._limits.html_bytes if kind == HTML else self._limits.file_bytes
        if size > most:
            raise ReadingError(Reason.LIMIT, f"This file is larger than {most >> 20} MB. Give the manual in parts.")

    async def _ask(self, child: asyncio.subprocess.Process, path: Path, progress: Progress | None) -> Transcript:
        assert child.stdin is not None
        assert child.stdout is not None
        count, self._read = self._read, -1  # a child that did not finish is not used again
        child.stdin.write(frames.pack_frame(frames.request(path, self._limits)))
        await child.stdin.drain()
        passages: list[bytes] = []
        while True:
            kind, body = await _receive(child.stdout)
            if kind == frames.PASSAGES:
                passages += frames.passages_of(body, len(passages))
                continue
            message: frames.Message = json.loads(body)
            if "pages" in message:
                if progress:
                    progress(message["pages"], message["of"])
            elif "reason" in message:
                self._read = count + 1
                raise ReadingError(Reason(message["reason"]), message["message"])
            else:
                self._read = count + 1
                return Transcript(frames.manual_of(message), passages)

    async def _alive(self) -> asyncio.subprocess.Process:
        if self._child and self._child.returncode is None:
            return self._child
        await self._stop()
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            "-m",
            "hsc_ingest.adapters.parsing.child",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={"PATH": "", "LANG": "C.UTF-8"},  # no secret of the parent is the child's business
            limit=_STREAM_LIMIT,
        )
        self._child, self._read = child, 0
        try:
            async with asyncio.timeout(_START_SECONDS):
                assert child.stdout
                await _receive(child.stdout)
        except (TimeoutError, asyncio.IncompleteReadError) as error:
            await self._stop()
            raise RuntimeError("the reading process does not start") from error
        except BaseException:
            await self._stop()
            raise
        return child

    async def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()
        transport = getattr(child, "_transport", None)  # the pipes stay open until the transport is closed
        if transport is not None:
            transport.close()

    async def _why_it_died(self, child: asyncio.subprocess.Process) -> ReadingError:
        try:  # its pipe has closed: let it end by itself, for a kill would hide what it died of
            async with asyncio.timeout(_END_SECONDS):
                code = await child.wait()
        except TimeoutError:
            return ReadingError(Reason.DAMAGED, _FAILED)
        if -code in (signal.SIGXCPU, signal.SIGKILL):
            return ReadingError(
                Reason.LIMIT,
                f"Reading this manual takes more than {self._limits.cpu_seconds} s of work. Give it in parts.",
            )
        return ReadingError(Reason.DAMAGED, _FAILED)


async def _receive(stream: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """The kind and the body of a frame."""
    kind, length = frames.HEADER.unpack(await stream.readexactly(frames.HEADER.size))
    if length > frames.MAX_FRAME:
        raise asyncio.IncompleteReadError(b"", length)
    return kind, await stream.readexactly(length)
