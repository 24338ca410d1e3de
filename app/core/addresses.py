"""Web addresses and networks as settings name them."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias
from urllib.parse import urlsplit

Network: TypeAlias = IPv4Network | IPv6Network
_PORTS: Final = {"http": 80, "https": 443}
_IN_BRACKETS: Final = 6
_NAME: Final = re.compile(r"(?=.*[a-z])[a-z0-9._-]+")  # only digits are an address, in some spelling


def networks_in(text: str) -> tuple[Network, ...]:
    """Raises `ValueError` unless it is a comma-separated list of networks such as 10.0.0.0/8."""
    return tuple(ip_network(item.strip()) for item in text.split(",") if item.strip())


def http_address(text: str) -> str:
    """The address as browsers write it: scheme and host in lower case, without the port that the scheme has anyway, and
    without a slash at its end. Raises `ValueError` for what is no such address, or could be meant in two ways."""
    parts = urlsplit(text.strip())
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("must start with http:// or https:// and name a host")
    if "@" in parts.netloc or "?" in text or "#" in text:
        raise ValueError("must not have a user, a query or a fragment")
    port = "" if parts.port in {None, _PORTS[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{_host(parts.hostname)}{port}{parts.path.rstrip('/')}"


def _host(name: str) -> str:
    if _NAME.fullmatch(name):
        return name
    try:
        address = ip_address(name)
    except ValueError:
        raise ValueError("must name its host in ASCII, as browsers do (xn--…), or by its IP address") from None
    return f"[{address}]" if address.version == _IN_BRACKETS else str(address)


def http_origin(text: str) -> str:
    """The same for an address that is an origin. Raises `ValueError` for one with a path too."""
    address = http_address(text)
    if address != origin_of(address):
        raise ValueError("must have no path")
    return address


def origin_of(address: str) -> str:
    """Scheme, host and port (RFC 6454) of an `http_address`."""
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
