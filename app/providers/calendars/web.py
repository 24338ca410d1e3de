"""Reads calendars over https from wherever people say, and from nowhere inside.

A name is resolved here, every address that it has must be a public one, and the connection goes to the very address
that was looked at: a name that answers otherwise the second time leads nowhere. Redirects are followed by the same
rules.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, TypeAlias
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import httpx

from app.providers.calendars.port import CalendarUnread, Copy, Known, Unread
from app.providers.calls import TIMEOUT, asked_pause

Address: TypeAlias = IPv4Address | IPv6Address
Resolve: TypeAlias = Callable[[str], Awaitable[Sequence[str]]]

MOST_BYTES: Final = 2 * 1024 * 1024
_WHOLE_S: Final = 20.0
_MOST_REDIRECTS: Final = 3
_PORT: Final = 443
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_BUSY: Final = frozenset({408, 425, 429})
_SERVER_ERROR: Final = 500
_TRANSLATED: Final = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))
"""Addresses that stand for IPv4 ones somewhere on the way: nobody's calendar is there."""


def is_public(address: Address) -> bool:
    """Whether it is an address of the open internet, also where it is an IPv4 address in disguise."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in _TRANSLATED):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved and not address.is_unspecified


async def resolve(host: str) -> Sequence[str]:
    """All addresses of a name, as the machine resolves it."""
    found = await asyncio.get_running_loop().getaddrinfo(host, _PORT, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class WebCalendars:
    """`twin` is where the local twin's calendars are, which is read with `http` and may be anywhere; empty in
    production. `look_up`, `may_connect` and `transport` are given by tests."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        twin: str = "",
        look_up: Resolve = resolve,
        may_connect: Callable[[Address], bool] = is_public,
        transport: Callable[[], httpx.AsyncBaseTransport] | None = None,
    ) -> None:
        self._http = http
        self._twin = twin
        self._look_up = look_up
        self._may_connect = may_connect
        self._make_transport = transport or _one_connection

    def accept(self, url: str) -> str:
        """As the port says; `webcal://` is another name for https. What follows a # never leaves a browser."""
        if not url.isprintable() or " " in url or "\\" in url:  # a parser may drop these, another one not
            raise CalendarUnread(Unread.ADDRESS)
        if self._is_twin(url):
            return url
        parts = _split(url)
        scheme = "https" if parts.scheme in {"webcal", "webcals"} else parts.scheme
        if scheme != "https" or not parts.hostname or parts.username is not None or parts.password is not None:
            raise CalendarUnread(Unread.ADDRESS)
        if _port_of(parts) != _PORT or not self._may_name(parts.hostname):
            raise CalendarUnread(Unread.ADDRESS)
        return urlunsplit((scheme, parts.netloc, parts.path, parts.query, ""))

    def _is_twin(self, url: str) -> bool:
        return bool(self._twin) and url.startswith(self._twin) and ".." not in url

    def _may_name(self, host: str) -> bool:
        """Not an address inside, in any notation that a resolver understands, nor a name without a dot."""
        try:
            return self._may_connect(ip_address(host))
        except ValueError:
            last = host.rstrip(".").rpartition(".")[2]
            return "." in host.rstrip(".") and not last[:1].isdigit() and last not in {"localhost", "local", "internal"}

    async def read(self, url: str, known: Known) -> Copy | None:
        """As the port says, in at most twenty seconds, two MiB and three redirects."""
        try:
            async with asyncio.timeout(_WHOLE_S):
                return await self._follow(url, known)
        except TimeoutError:
            raise CalendarUnread(Unread.TOO_SLOW) from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError):
            raise CalendarUnread(Unread.UNREACHABLE) from None

    async def _follow(self, url: str, known: Known) -> Copy | None:
        for _ in range(_MOST_REDIRECTS + 1):
            url = self.accept(url)
            async with self._sent(url, known) as answer:
                if answer.status_code not in _REDIRECTS:
                    return await _taken(answer)
                url = urljoin(url, answer.headers.get("location", ""))
        raise CalendarUnread(Unread.REFUSED)

    @asynccontextmanager
    async def _sent(self, url: str, known: Known) -> AsyncIterator[httpx.Response]:
        headers = {"User-Agent": "PeerLoop/0.1", "Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "identity"}
        headers |= {"If-None-Match": known.etag} if known.etag else {}
        headers |= {"If-Modified-Since": known.last_modified} if known.last_modified else {}
        async with AsyncExitStack() as stack:
            if self._is_twin(url):
                client, request = self._http, self._http.build_request("GET", url, headers=headers)
            else:
                made = httpx.AsyncClient(transport=self._make_transport(), timeout=TIMEOUT, trust_env=False)
                client = await stack.enter_async_context(made)
                request = await self._addressed(client, url, headers)
            answer = await client.send(request, stream=True, follow_redirects=False)
            stack.push_async_callback(answer.aclose)
            yield answer

    async def _addressed(self, client: httpx.AsyncClient, url: str, headers: dict[str, str]) -> httpx.Request:
        """To the address that was looked at; the certificate must still be that of the name."""
        parts = _split(url)
        name = parts.hostname or ""
        host = name if name.isascii() else name.encode("idna").decode()
        address = await self._checked(host)
        literal = f"[{address}]" if isinstance(address, IPv6Address) else str(address)
        target = urlunsplit(("https", literal, parts.path or "/", parts.query, ""))
        extensions = {"sni_hostname": host}
        return client.build_request("GET", target, headers=headers | {"Host": host}, extensions=extensions)

    async def _checked(self, host: str) -> Address:
        """The first address of a name all of whose addresses are public."""
        try:
            found = [ip_address(host)]
        except ValueError:
            found = [ip_address(each.partition("%")[0]) for each in await self._look_up(host)]
        if not found or not all(map(self._may_connect, found)):
            raise CalendarUnread(Unread.ADDRESS)
        return found[0]


def _one_connection() -> httpx.AsyncBaseTransport:
    """Nothing is kept open: connections are known by their address, and two names may share one."""
    return httpx.AsyncHTTPTransport(
        verify=ssl.create_default_context(), limits=httpx.Limits(max_keepalive_connections=0)
    )


async def _taken(answer: httpx.Response) -> Copy | None:
    if answer.status_code == httpx.codes.NOT_MODIFIED:
        return None
    if answer.status_code in _BUSY or answer.status_code >= _SERVER_ERROR:
        raise CalendarUnread(Unread.UNREACHABLE, asked_pause(answer))
    if answer.status_code != httpx.codes.OK:
        raise CalendarUnread(Unread.REFUSED)
    known = Known(_short(answer.headers.get("etag")), _short(answer.headers.get("last-modified")))
    return Copy(await _body(answer), known)


async def _body(answer: httpx.Response) -> bytes:
    """Nothing packed was asked for, and nothing is unpacked: a small answer may be a large one in disguise."""
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise CalendarUnread(Unread.NOT_A_CALENDAR)
    body = bytearray()
    async for piece in answer.aiter_raw(64 * 1024):
        body += piece
        if len(body) > MOST_BYTES:
            raise CalendarUnread(Unread.TOO_LARGE)
    return bytes(body)


def _short(value: str | None) -> str | None:
    return value if value and len(value) <= 200 and value.isascii() and value.isprintable() else None  # noqa: PLR2004


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise CalendarUnread(Unread.ADDRESS) from None


def _port_of(parts: SplitResult) -> int:
    try:
        return parts.port or _PORT
    except ValueError:
        raise CalendarUnread(Unread.ADDRESS) from None
