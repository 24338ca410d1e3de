"""Where a request comes from. Behind the tunnel every connection is the tunnel's own; the edge says whose it carries.

`CF-Connecting-IP` is one address that Cloudflare sets itself; `X-Forwarded-For` is appended to what the client sent and
is never read. The header counts only when the connection comes from the tunnel.
"""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TypeAlias

from starlette.datastructures import Headers
from starlette.types import Scope

from app.core.addresses import Network

Address: TypeAlias = IPv4Address | IPv6Address
_HEADER = "cf-connecting-ip"
_LONGEST = 64
_KEPT = 4096  # the same few addresses ask again and again, and reading one takes longer than counting it
_UNKNOWN = IPv4Address("0.0.0.0")  # noqa: S104 - nothing is bound; a socket without an address, such as a Unix one


def client_address(scope: Scope, tunnel: Sequence[Network]) -> Address:
    """The address of the client: the connection's own, or what the edge says when that is the tunnel."""
    peer = _read(scope["client"][0]) if scope.get("client") else None
    if peer is None:
        return _UNKNOWN
    given = Headers(scope=scope).getlist(_HEADER)
    told = _read(given[0]) if len(given) == 1 and any(peer in network for network in tunnel) else None
    return told or peer


def network_of(address: Address) -> str:
    """The address without the part that names one machine or household: /24 of IPv4, /48 of IPv6."""
    return str(ip_network((address, 24 if address.version == 4 else 48), strict=False))  # noqa: PLR2004


@lru_cache(_KEPT)
def counted_as(address: Address) -> str:
    """Whom a limit counts: the address, of IPv6 its /64, all of which one household has (RFC 6177)."""
    return str(address if address.version == 4 else ip_network((address, 64), strict=False))  # noqa: PLR2004


def _read(text: str) -> Address | None:
    return _parse(text) if len(text) <= _LONGEST else None


@lru_cache(_KEPT)
def _parse(text: str) -> Address | None:
    """The zone of a link-local address (RFC 4007) is left out: it can be any text."""
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
