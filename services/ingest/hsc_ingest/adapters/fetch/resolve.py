"""Names to addresses, once; and connections that go to those addresses and nowhere else."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from .addresses import IPAddress
from .failures import FetchFailure, Reason

Resolve = Callable[[str], Awaitable[Sequence[IPAddress]]]
Connect = Callable[[Sequence[IPAddress]], aiohttp.BaseConnector]


async def system_resolve(host: str) -> Sequence[IPAddress]:
    """The system's answer for a name (an address literal is its own answer), in the order it prefers."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        again = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
        raise FetchFailure(Reason.NAME_UNKNOWN, f"the host {host} cannot be resolved", retryable=again) from None
    # A zone (`fe80::1%eth0`) is dropped: link-local is refused anyway.
    literals = (str(entry[4][0]).partition("%")[0] for entry in found)
    return list(dict.fromkeys(ip_address(literal) for literal in literals))


class PinnedResolver(AbstractResolver):
    """Answers with the addresses that were checked: no second look-up, so nothing to rebind."""

    def __init__(self, addresses: Sequence[IPv4Address | IPv6Address]) -> None:
        self._addresses = tuple(addresses)

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET if address.version == 4 else socket.AF_INET6,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""


def pinned_connector(addresses: Sequence[IPAddress]) -> aiohttp.BaseConnector:
    """A connector for one hop that reaches the given addresses only."""
    return aiohttp.TCPConnector(resolver=PinnedResolver(addresses), use_dns_cache=False, force_close=True, limit=1)
