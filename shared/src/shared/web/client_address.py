"""Where on the network a request comes from."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from starlette.requests import Request

IPV6_PREFIX = 64
"""Bits of an IPv6 address that tell subscribers apart; the rest each machine draws anew as often as it likes (RFC 8981)."""


def client_address(request: Request) -> str:
    """The address that the gateway saw, which is the last one of ``X-Forwarded-For``; without a gateway, the peer's."""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return forwarded or (request.client.host if request.client else "")


def network_of(address: str) -> str:
    """What counts as one place: an IPv4 address, or an IPv6 network of 64 bits; empty for what is no address."""
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Network((parsed, IPV6_PREFIX), strict=False))
    return str(parsed)
