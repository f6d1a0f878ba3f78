"""Which pages may open a socket: a browser names the page's origin, and cookies or not, only ours are served."""

from collections.abc import Collection
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_allowed(origin: str | None, host: str | None, allowed: Collection[str]) -> bool:
    """Whether a handshake with these `Origin` and `Host` headers may go on.

    No origin means no browser, so nobody's page can be abused. The same origin is always allowed; its scheme is not
    compared, for TLS may end in front of the gateway. `allowed` holds origins such as `https://support.example.com`.
    """
    if origin is None:
        return True
    if origin in allowed:
        return True
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or not host:
        return False
    default = _DEFAULT_PORTS[parts.scheme]
    name, separator, host_port = host.rpartition(":")
    if not separator or host.endswith("]"):
        name, host_port = host, ""
    same_port = host_port == str(port or default) or (not host_port and port in (None, default))
    return name.strip("[]").lower() == parts.hostname and same_port
