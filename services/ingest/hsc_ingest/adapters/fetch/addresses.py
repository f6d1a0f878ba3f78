"""Which URLs and addresses the fetcher may reach. Pure: names and numbers in, a verdict out, no I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from yarl import URL

from .failures import FetchFailure, Reason

IPAddress = IPv4Address | IPv6Address

PUBLIC_PORTS = frozenset({80, 443})
MAX_URL = 2048

# As it goes to the name server: letters of other scripts are in their ASCII form by then.
_HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,252})", re.ASCII)

# Where clouds hand credentials to whoever asks: never reached, not even through the allow-list.
_METADATA: frozenset[IPAddress] = frozenset(
    ip_address(each)
    for each in ("169.254.169.254", "169.254.170.2", "169.254.170.23", "100.100.100.200", "192.0.0.192")
) | frozenset(ip_address(each) for each in ("fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254"))

# Reserved blocks that `ipaddress` of Python 3.11 still counts as global.
_ALSO_RESERVED = (ip_network("192.0.0.0/24"), ip_network("192.88.99.0/24"))
# IPv6 in public use is 2000::/3; what is outside (mapped, compatible, NAT64, unique-local, multicast) is not,
# and 6to4 carries an IPv4 address of anybody's choice.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_SIX_TO_FOUR = IPv6Network("2002::/16")


def is_public(address: IPAddress) -> bool:
    """True for an address of the public internet to which a unicast connection may be opened."""
    if isinstance(address, IPv6Address):
        return address in _GLOBAL_UNICAST and address not in _SIX_TO_FOUR and address.is_global
    if address.is_multicast or address.is_reserved or address.is_unspecified or not address.is_global:
        return False
    return not any(address in network for network in _ALSO_RESERVED)


@dataclass(frozen=True, slots=True)
class AllowList:
    """`HSC_FETCH_ALLOW`: hosts (one port or all) and networks that may be reached although not public."""

    hosts: frozenset[tuple[str, int | None]] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def parse(cls, text: str) -> AllowList:
        """Comma-separated `host`, `host:port`, `[v6]:port` or CIDR. ValueError names what is none."""
        hosts: set[tuple[str, int | None]] = set()
        networks = []
        for entry in (part.strip() for part in text.split(",")):
            if not entry:
                continue
            if "/" in entry:
                networks.append(ip_network(entry, strict=False))
            else:
                hosts.add(_host_and_port(entry))
        return cls(frozenset(hosts), tuple(networks))

    def names(self, host: str, port: int) -> bool:
        """True when this host is listed, with this port or with all."""
        return (host, None) in self.hosts or (host, port) in self.hosts

    def covers(self, address: IPAddress) -> bool:
        """True when one of the listed networks holds the address."""
        return any(address in network for network in self.networks)


def _host_and_port(entry: str) -> tuple[str, int | None]:
    if _as_address(entry) is not None:
        return _as_address_text(entry), None
    try:
        url = URL(f"http://{entry}")
        port = url.explicit_port
    except ValueError:
        raise ValueError(f"HSC_FETCH_ALLOW: {entry!r} is not host[:port] or a network") from None
    if not url.host or url.user is not None or url.raw_path not in ("", "/") or url.query_string:
        raise ValueError(f"HSC_FETCH_ALLOW: {entry!r} is not host[:port] or a network")
    return canonical_host(url.host), port


def _as_address(text: str) -> IPAddress | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _as_address_text(text: str) -> str:
    return str(ip_address(text))


def canonical_host(host: str) -> str:
    """Lower case, no trailing dot, addresses in their shortest form: one spelling for one host."""
    bare = host.lower().rstrip(".")
    address = _as_address(bare)
    return bare if address is None else str(address)


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """The rule for one hop: first the URL, then the addresses its name resolved to."""

    allow: AllowList = field(default_factory=AllowList)

    def check_url(self, text: str) -> URL:
        """The parsed http(s) URL, or FetchFailure BAD_URL."""
        if not text or len(text) > MAX_URL or any(ord(char) < 0x20 or char == "\x7f" for char in text):
            raise FetchFailure(Reason.BAD_URL, "the address is empty, too long or holds control characters")
        try:
            url = URL(text.strip())
            host, port = url.host, url.port
        except ValueError:
            raise FetchFailure(Reason.BAD_URL, "the address is not a URL") from None
        if url.scheme not in ("http", "https"):
            raise FetchFailure(Reason.BAD_URL, f"the scheme {url.scheme or '(none)'} is not http or https")
        if not host or not port or not (_HOST_NAME.fullmatch(url.raw_host or "") or _as_address(host)):
            raise FetchFailure(Reason.BAD_URL, "the address names no host")
        if url.user is not None or url.password is not None:
            raise FetchFailure(Reason.BAD_URL, "the address carries a user name or password")
        return url.with_fragment(None)

    def check_literal(self, url: URL) -> None:
        """Raises FORBIDDEN_ADDRESS when the URL's host is such an address; names are not resolved here."""
        literal = _as_address(url.host or "")
        if literal is not None:
            self.check_addresses(url, [literal])

    def check_addresses(self, url: URL, addresses: Iterable[IPAddress]) -> tuple[IPAddress, ...]:
        """All addresses of the URL's host when every one may be reached, or FetchFailure FORBIDDEN_ADDRESS.

        One forbidden address among public ones condemns the name: honest names do not mix them.
        """
        host, port = canonical_host(url.host or ""), url.port or 0
        listed = self.allow.names(host, port)
        checked = tuple(addresses)
        if not checked:
            raise FetchFailure(Reason.NAME_UNKNOWN, f"the host {host} has no address")
        for address in checked:
            allowed = listed or self.allow.covers(address)
            if address in _METADATA or not (allowed or is_public(address)):
                raise FetchFailure(Reason.FORBIDDEN_ADDRESS, f"the host {host} is not a public address")
            if port not in PUBLIC_PORTS and not allowed:
                raise FetchFailure(Reason.FORBIDDEN_ADDRESS, f"port {port} of {host} is not 80 or 443")
        return checked
