"""Whose address a request has: nobody can say that it is another's."""

import pytest
from starlette.types import Scope

from app.core.config import Settings
from app.edge.client import client_address, counted_as, network_of

TUNNEL = Settings(tunnel_networks="127.0.0.0/8, ::1/128, 172.30.83.0/24").tunnel
HEADER = "CF-Connecting-IP"


def scope(peer: str | None, *headers: tuple[str, str]) -> Scope:
    lines = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    return {"type": "http", "client": (peer, 50_000) if peer is not None else None, "headers": lines}


def told(peer: str | None, *headers: tuple[str, str]) -> str:
    return str(client_address(scope(peer, *headers), TUNNEL))


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "172.30.83.7", "::ffff:127.0.0.1", "::ffff:172.30.83.7"])
@pytest.mark.parametrize("client", ["203.0.113.9", "2001:db8:1:2:3:4:5:6"])
def test_the_tunnel_says_whom_it_carries(peer: str, client: str) -> None:
    assert told(peer, (HEADER, client)) == client


@pytest.mark.parametrize("peer", ["203.0.113.7", "172.30.84.7", "10.0.0.1", "2001:db8::7", "::ffff:203.0.113.7"])
def test_nobody_else_is_believed(peer: str) -> None:
    assert told(peer, (HEADER, "198.51.100.1")) == peer.removeprefix("::ffff:")


@pytest.mark.parametrize(
    "name",
    ["X-Forwarded-For", "X-Real-IP", "True-Client-IP", "Forwarded", "CF-Connecting-IPv6", "CF_Connecting_IP"],
)
@pytest.mark.parametrize("peer", ["127.0.0.1", "203.0.113.7"])
def test_other_headers_are_never_read(peer: str, name: str) -> None:
    assert told(peer, (name, "198.51.100.1")) == peer
    assert told("127.0.0.1", (name, "198.51.100.1"), (HEADER, "203.0.113.9")) == "203.0.113.9"


def test_two_headers_say_nothing() -> None:
    assert told("127.0.0.1", (HEADER, "203.0.113.9"), (HEADER, "203.0.113.9")) == "127.0.0.1"


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "unknown",
        "203.0.113.9, 198.51.100.1",
        "203.0.113.9:443",
        "[::1]:443",
        "203.0.113",
        "0x7f.1",
        "ÿ",
        "1" * 99,
        "203.0.113.256",
        "203.0.113.09",
        "2001:db8::g",
        "203.0.113.0/24",
        "localhost",
        "%",
        "%25",
    ],
)
def test_garbage_says_nothing(garbage: str) -> None:
    assert told("127.0.0.1", (HEADER, garbage)) == "127.0.0.1"


def test_an_address_has_one_spelling() -> None:
    assert told("127.0.0.1", (HEADER, " 203.0.113.9 ")) == "203.0.113.9"
    assert told("127.0.0.1", (HEADER, "::FFFF:203.0.113.9")) == "203.0.113.9"
    assert told("127.0.0.1", (HEADER, "2001:DB8:0:0::1")) == "2001:db8::1"
    assert told("fe80::1%eth0") == told("fe80::1%anything at all") == "fe80::1"


@pytest.mark.parametrize("peer", [None, "", "/run/peerloop.sock", "testclient"])
def test_a_socket_without_an_address_is_nobody_s_and_no_tunnel(peer: str | None) -> None:
    assert told(peer, (HEADER, "203.0.113.9")) == "0.0.0.0"  # noqa: S104 - nothing is bound


def test_without_a_tunnel_nobody_is_believed() -> None:
    found = client_address(scope("127.0.0.1", (HEADER, "203.0.113.9")), Settings(tunnel_networks="").tunnel)
    assert str(found) == "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "counted", "network"),
    [
        ("203.0.113.9", "203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("::1", "::/64", "::/48"),
    ],
)
def test_whom_a_limit_counts_and_where_a_log_in_comes_from(address: str, counted: str, network: str) -> None:
    found = client_address(scope(address), ())
    assert (counted_as(found), network_of(found)) == (counted, network)
