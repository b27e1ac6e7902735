"""From which address somebody calls, also behind proxies; for limits and for who looked, never for trust."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

Network = IPv4Network | IPv6Network


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Addresses or networks, as they stand in settings."""
    return tuple(ip_network(text, strict=False) for text in texts)


def address_of(scope: Scope, proxies: Sequence[Network]) -> str:
    """The address of the connection; when that is a proxy's, the last in ``X-Forwarded-For`` that is none.

    What stands before it could have been written by anybody.
    """
    client = scope.get("client")
    nearest = str(client[0]) if client else ""
    said = ",".join(Headers(scope=scope).getlist("x-forwarded-for"))
    for hop in reversed(said.split(",")):
        known = _address(nearest)
        if known is None or not any(known in network for network in proxies):
            break
        if _address(hop) is None:
            break
        nearest = hop
    known = _address(nearest)
    return str(known) if known else nearest[:50]


def counted_as(address: str) -> str:
    """With whom an address is counted: of IPv6 everybody has a whole network (/64)."""
    known = _address(address)
    if isinstance(known, IPv6Address):
        return str(IPv6Network((known, 64), strict=False))
    return address


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        known = ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    mapped = known.ipv4_mapped if isinstance(known, IPv6Address) else None
    return mapped or known
