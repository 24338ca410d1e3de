"""The tunnel lets in what is public, and nothing else."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deployment.ingress import mistakes, resolve

ROOT = Path(__file__).parents[2]
HOST = "api.peerloop.example"
API, NOTHING = "http://api:8000", "http_status:404"

SAMPLE: dict[str, Any] = {
    "tunnel": "t",
    "credentials-file": "/c.json",
    "ingress": [
        {"hostname": "a.example", "path": "^/one", "service": "http://first:1"},
        {"hostname": "*.b.example", "service": "http://second:2"},
        {"path": r"\.png$", "service": "http://third:3"},
        {"service": NOTHING},
    ],
}


@pytest.fixture(scope="module")
def config() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "cloudflared.yml").read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize(
    ("host", "path", "service"),
    [
        ("a.example", "/one/x", "http://first:1"),
        ("a.example:443", "/one", "http://first:1"),
        ("a.example", "/two/one", NOTHING),
        ("x.b.example", "/", "http://second:2"),
        ("x.y.b.example", "/", "http://second:2"),
        ("b.example", "/", NOTHING),
        ("evilb.example", "/", NOTHING),
        ("other.example", "/deep/a.png", "http://third:3"),
        ("a.example", "/one.png", "http://first:1"),
    ],
)
def test_the_first_matching_rule_wins(host: str, path: str, service: str) -> None:
    assert resolve(SAMPLE, host, path) == service


@pytest.mark.parametrize(
    ("ingress", "mistake"),
    [
        ([], "non-empty"),
        ([{"hostname": "a.example", "service": "http://a:1"}], "last rule must match everything"),
        ([{"path": "^/", "service": "http://a:1"}], "last rule must match everything"),
        ([{"service": "http://a:1"}, {"service": NOTHING}], "no later rule is reached"),
        ([{"hostname": "*", "service": "http://a:1"}, {"service": NOTHING}], "no later rule is reached"),
        ([{"hostname": "a.*.example", "service": "http://a:1"}, {"service": NOTHING}], "does not match"),
        ([{"hostname": "a.example:80", "service": "http://a:1"}, {"service": NOTHING}], "does not match"),
        ([{"path": "(", "service": "http://a:1"}, {"service": NOTHING}], "is not a 'regex'"),
        ([{"service": "http://a:1/path"}], "does not match"),
        ([{"service": "a:1"}], "does not match"),
        ([{"hostnam": "a.example", "service": NOTHING}], "Additional properties"),
        ([{"service": NOTHING, "originRequest": {"connectTimeout": 5}}], "not of type 'string'"),
    ],
)
def test_a_configuration_that_cloudflared_refuses_is_refused(ingress: list[dict[str, Any]], mistake: str) -> None:
    broken = SAMPLE | {"ingress": ingress}
    assert mistake in "; ".join(mistakes(broken))
    with pytest.raises(ValueError, match=re.escape(mistake)):
        resolve(broken, "a.example", "/")


def test_our_configuration_has_no_mistake(config: dict[str, Any]) -> None:
    assert list(mistakes(config)) == []


@pytest.mark.parametrize(
    "path",
    [
        "/docs",
        "/docs/static/swagger-init.js",
        "/redoc",
        "/openapi.json",
        "/api/health",
        "/.well-known/jwks.json",
        "/api/webhooks/stripe",
        "/api/webhooks/stripe/connect",
    ],
)
def test_what_is_public_reaches_the_api(config: dict[str, Any], path: str) -> None:
    assert resolve(config, HOST, path) == API


@pytest.mark.parametrize(
    "path",
    ["/", "/sandbox", "/sandbox/stripe/v1/charges", "/sandbox/api/x", "/apix", "/openapiXjson", "/docsx", "/.env"],
)
def test_what_is_not_public_is_not_found(config: dict[str, Any], path: str) -> None:
    assert resolve(config, HOST, path) == NOTHING


@pytest.mark.parametrize("host", ["peerloop.example", "www.peerloop.example", "api.peerloop.example.evil.example"])
def test_other_hosts_find_nothing(config: dict[str, Any], host: str) -> None:
    assert resolve(config, host, "/api/health") == NOTHING


def test_every_route_of_the_api_is_reached(config: dict[str, Any], openapi_document: dict[str, Any]) -> None:
    paths = [re.sub(r"\{[^}]*\}", "x", template) for template in openapi_document["paths"]]
    assert paths
    assert [path for path in paths if resolve(config, HOST, path) != API] == []


def test_the_webhooks_have_a_rule_of_their_own(config: dict[str, Any]) -> None:
    first = config["ingress"][0]
    assert (first["hostname"], first["path"], first["service"]) == (HOST, "^/api/webhooks/", API)
