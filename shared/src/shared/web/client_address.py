"""Where on the network a request comes from."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from starlette.requests import Request

OUR_GATEWAY = 1
"""Proxies of ours between people and a service, when nothing else is said."""
IPV6_PREFIX = 64
"""Bits of an IPv6 address that tell subscribers apart; the rest each machine draws anew as often as it likes (RFC 8981)."""


def client_address(request: Request) -> str:
    """Where the outermost of our own proxies saw the request come from.

    Each proxy appends the address that it sees to ``X-Forwarded-For``; what stands before those that ours appended was
    sent by the client, who may write anything. So it is the n-th from the right, n being how many proxies are ours
    (``TRUSTED_PROXIES``, kept as ``app.state.trusted_proxies``). The peer's when n is 0, or when the header has fewer:
    then the request did not come through all of them.
    """
    proxies = getattr(request.app.state, "trusted_proxies", OUR_GATEWAY) if "app" in request.scope else OUR_GATEWAY
    forwarded = [one.strip() for one in ",".join(request.headers.getlist("X-Forwarded-For")).split(",")]
    said = forwarded[-proxies] if 0 < proxies <= len(forwarded) else ""
    return said or (request.client.host if request.client else "")


def network_of(address: str) -> str:
    """What counts as one place: an IPv4 address, or an IPv6 network of 64 bits; empty for what is no address."""
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Network((parsed, IPV6_PREFIX), strict=False))
    return str(parsed)
