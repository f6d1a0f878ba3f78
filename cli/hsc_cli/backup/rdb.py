"""Redis as the RDB file that it sends to a replica (SYNC), so that nothing has to be read from its disk."""

import shutil
import socket
import ssl
from contextlib import closing
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

import redis

from hsc_cli.backup.errors import failed, refused
from hsc_cli.backup.programs import Engine

_WAIT_S = 60.0
_BLOCK = 1024 * 1024
_MARK = 40


def engine(client: redis.Redis) -> Engine:
    """Return what the server is. Raises Failure where it cannot be reached."""
    try:
        said = client.info("server")
    except redis.RedisError:
        raise failed("Redis cannot be reached at REDIS_URL") from None
    name = "valkey" if "valkey_version" in said else "redis"
    return Engine(name, int(str(said[f"{name}_version"]).partition(".")[0]))


def form(path: Path) -> tuple[str, int]:
    """Return an RDB file's form: `redis` or `valkey`, and its number. Raises Failure for anything else.

    Both engines read Redis' forms up to 11, and each its own that came later.
    """
    with path.open("rb") as file:
        head = file.read(9)
    for magic, name in ((b"REDIS", "redis"), (b"VALKEY", "valkey")):
        if head.startswith(magic) and head[len(magic) :].isdigit():
            return name, int(head[len(magic) :])
    raise refused("this is no RDB file: its first bytes are others")


def fetch(url: str, path: Path) -> None:
    """Write the server's data into `path`, as of now. Raises Failure for anything but a whole file."""
    try:
        with closing(_connected(url)) as peer, peer.makefile("rb") as answers, path.open("wb") as file:
            _ask(peer, answers, url)
            _receive(answers, file)
    except (OSError, EOFError, ValueError) as error:
        raise failed(f"Redis did not send its data whole: {error}") from None
    form(path)


def _connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(_WAIT_S)
        peer.connect(unquote(parts.path))
        return peer
    host = parts.hostname or "localhost"
    peer = socket.create_connection((host, parts.port or 6379), timeout=_WAIT_S)
    return ssl.create_default_context().wrap_socket(peer, server_hostname=host) if parts.scheme == "rediss" else peer


def _ask(peer: socket.socket, answers: BinaryIO, url: str) -> None:
    parts = urlsplit(url)
    if parts.password:
        name = (unquote(parts.username),) if parts.username else ()
        _command(peer, "AUTH", *name, unquote(parts.password))
        if not answers.readline().startswith(b"+"):
            raise ValueError("it refuses the password of REDIS_URL")
    # Straight from its memory to us, and without waiting for what comes after.
    for said in (("capa", "eof"), ("rdb-only", "1")):
        _command(peer, "REPLCONF", *said)
        answers.readline()
    _command(peer, "SYNC")


def _receive(answers: BinaryIO, file: BinaryIO) -> None:
    # While it forks it sends empty lines.
    while (head := answers.readline()) == b"\n":
        pass
    head = head.strip()
    if head.startswith(b"$EOF:"):
        _until(answers, file, head[5:])
    elif head.startswith(b"$"):
        left = int(head[1:])
        while left:
            block = answers.read(min(left, _BLOCK))
            if not block:
                raise EOFError("it ended the connection too early")
            file.write(block)
            left -= len(block)
    else:
        raise ValueError(f"it answers {head[:120].decode('utf-8', 'replace') or 'nothing'}")


def _until(answers: BinaryIO, file: BinaryIO, mark: bytes) -> None:
    if len(mark) != _MARK:
        raise ValueError("it announces a file without an end")
    held = b""
    while not held.endswith(mark):
        block = answers.read1(_BLOCK)  # type: ignore[attr-defined]
        if not block:
            raise EOFError("it ended the connection too early")
        held += block
        file.write(held[:-_MARK])
        held = held[-_MARK:]


def _command(peer: socket.socket, *words: str) -> None:
    parts = [f"*{len(words)}\r\n".encode()]
    for word in words:
        data = word.encode()
        parts.append(f"${len(data)}\r\n".encode() + data + b"\r\n")
    peer.sendall(b"".join(parts))


def copy(source: redis.Redis, target: redis.Redis) -> int:
    """Replace what `target` holds by what `source` holds, with its times to live; return how many keys."""
    target.flushdb()
    keys = 0
    batch: list[bytes] = []
    for key in source.scan_iter(count=500):
        batch.append(key)
        if len(batch) == 500:
            keys += _copy(source, target, batch)
            batch = []
    return keys + _copy(source, target, batch)


def _copy(source: redis.Redis, target: redis.Redis, keys: list[bytes]) -> int:
    with source.pipeline(transaction=False) as reading, target.pipeline(transaction=False) as writing:
        for key in keys:
            reading.dump(key)
            reading.pexpiretime(key)  # type: ignore[arg-type]
        answers = reading.execute()
        copied = 0
        for key, value, expires in zip(keys, answers[::2], answers[1::2], strict=True):
            if value is not None:
                writing.restore(key, max(expires, 0), value, replace=True, absttl=expires > 0)
                copied += 1
        writing.execute()
    return copied


def unpack(source: BinaryIO, path: Path) -> None:
    """Write what a compressed RDB holds into `path`."""
    with path.open("wb") as file:
        shutil.copyfileobj(source, file, _BLOCK)
