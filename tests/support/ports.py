"""Ports of this machine."""

import socket

from hsc_local.ports import free


def free_port() -> int:
    """Return a TCP port of the loopback interface that was free a moment ago."""
    [port] = free(1)
    return port


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
