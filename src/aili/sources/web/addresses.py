"""Which addresses aili may contact: public ones on the ports of web servers, and those that the reader allows by name.

The check is made on the address that is then connected to, never on how an address was written: names, numbers in any
base, user names in front of an ``@`` and redirects all come out as an address here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx2

from aili.errors import ForbiddenAddressError, UsageError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

PORTS = frozenset({80, 443, 8000, 8008, 8080, 8443, 8888})

# The IANA special-purpose registry. Python's `is_global` is not used: it differs between versions, and is true for
# multicast, 6to4, NAT64, site-local and IPv4-compatible addresses.
_FORBIDDEN_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # answers inside a cloud with the machine's own secrets, though it looks public
    )
)  # fmt: skip
_GLOBAL_6 = IPv6Network("2000::/3")
_FORBIDDEN_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
    )  # Teredo and others, examples, 6to4, examples
)
_NAT64 = IPv6Network("64:ff9b::/96")
_NAME = re.compile(r"[\w-]+(\.[\w-]+)*\.?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowed:
    """Hosts that may be contacted although they are private: by name, and by the network of their address."""

    names: frozenset[str]
    networks: tuple[Network, ...]

    @classmethod
    def of(cls, entries: Iterable[str]) -> Allowed:
        """Read the setting ``allow_hosts``; raises UsageError naming the entry that is neither name, address nor network."""
        names: set[str] = set()
        networks: list[Network] = []
        for entry in entries:
            try:
                networks.append(ip_network(entry.strip("[]"), strict=False))
            except ValueError:
                if not _NAME.fullmatch(entry):
                    raise UsageError(
                        f"The allowed host {entry!r} is neither a name, an address nor a network.",
                        hint="Write it like wiki.example, 10.0.0.7 or 10.0.0.0/8, without scheme and port.",
                    ) from None
                names.add(_ascii(entry))
        return cls(names=frozenset(names), networks=tuple(networks))

    def covers(self, address: Address) -> bool:
        """Whether ``address``, or the IPv4 address it carries, lies in an allowed network."""
        return any(form in network for form in {address, _carried(address)} for network in self.networks)


def checked(host: str, port: int, addresses: Iterable[str], allowed: Allowed) -> tuple[str, ...]:
    """The ``addresses`` of ``host``, all fit to connect to; raises ForbiddenAddressError if any one is not."""
    found = tuple(addresses)
    if host.lower().removesuffix(".") in allowed.names:
        return found
    kept = [address for address in map(_parsed, found) if not allowed.covers(address)]
    for address in kept:
        if not is_public(address):
            raise ForbiddenAddressError(
                f"aili does not contact {host}: its address {address} is private, reserved or local.",
                hint="Where that host is trusted, name it in the setting allow_hosts.",
                address=str(address),
            )
    if kept and port not in PORTS:
        raise ForbiddenAddressError(
            f"aili does not contact port {port} of {host}: web pages are not served there.",
            hint="Where that host is trusted, name it in the setting allow_hosts.",
            address=f"{kept[0]} port {port}",
        )
    return found


def is_public(address: Address) -> bool:
    """Whether ``address`` is one of the public Internet, looking through the IPv6 forms that carry an IPv4 address."""
    address = _carried(address)
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _FORBIDDEN_4)
    return address in _GLOBAL_6 and not any(address in network for network in _FORBIDDEN_6)


def _carried(address: Address) -> Address:
    """The IPv4 address that a mapped (RFC 4291) or NAT64 (RFC 6052) address leads to; else the address itself.

    NAT64 is the only way to IPv4 hosts in some mobile networks, so that it cannot be refused as a whole.
    """
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _parsed(address: str) -> Address:
    try:
        return ip_address(address)
    except ValueError:
        raise ForbiddenAddressError(f"{address!r} is not an IP address.", address=address) from None


def _ascii(name: str) -> str:
    """``name`` as it goes over the wire: lower case, Punycode, no final dot."""
    try:
        return httpx2.URL(scheme="http", host=name).raw_host.decode("ascii").removesuffix(".")
    except httpx2.InvalidURL as error:
        raise UsageError(f"The allowed host {name!r} is no host name: {error}.", hint="Check the spelling.") from error
