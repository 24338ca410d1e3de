"""Web addresses and networks as settings name them."""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TypeAlias
from urllib.parse import urlsplit

Network: TypeAlias = IPv4Network | IPv6Network


def networks_in(text: str) -> tuple[Network, ...]:
    """Raises `ValueError` unless it is a comma-separated list of networks such as 10.0.0.0/8."""
    return tuple(ip_network(item.strip()) for item in text.split(",") if item.strip())


def origin_of(address: str) -> str:
    """Scheme, host and port (RFC 6454)."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def by_name(address: str) -> str:
    """The same with `localhost` for an IP address, for which browsers make no passkeys (Web Authentication, 5.1.2)."""
    try:
        parts = urlsplit(address)
        ip_address(parts.hostname or "")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return address
    return parts._replace(netloc=f"localhost{port}").geturl()


def host_of(address: str) -> str:
    """The host name of an address, in lower case."""
    return urlsplit(address).hostname or ""
