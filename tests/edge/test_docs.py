"""Swagger UI and ReDoc work from our own files, under a policy without inline or evaluated script."""

import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.edge.docs import mount_docs, mount_written

PAGES = ["/docs", "/redoc"]


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI(title="Peer & <Loop>", docs_url=None, redoc_url=None)
    mount_docs(app)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as made:
        yield made


class _Addresses(HTMLParser):
    """Collects every address a page loads, and every script or style written into it."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        address = given.get("src") or given.get("href")
        if address:
            self.loaded.append(address)
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.inline += [name for name in given if name.startswith("on") or name == "style"]


def _read(html: str) -> _Addresses:
    found = _Addresses()
    found.feed(html)
    return found


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_loads_only_files_that_we_ship(client: httpx.AsyncClient, page: str) -> None:
    found = _read((await client.get(page)).text)
    assert len(found.loaded) >= 4
    for address in found.loaded:
        assert address.startswith("/docs/static/")
        answer = await client.get(address)
        assert answer.status_code == 200, address
        assert "max-age=86400" in answer.headers["cache-control"]


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_has_no_inline_code_and_a_strict_policy(client: httpx.AsyncClient, page: str) -> None:
    answer = await client.get(page)
    policy = dict(directive.split(" ", 1) for directive in answer.headers["content-security-policy"].split("; "))
    assert _read(answer.text).inline == []
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe-eval" not in answer.headers["content-security-policy"]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=300"


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_names_the_document_and_escapes_the_title(client: httpx.AsyncClient, page: str) -> None:
    text = (await client.get(page)).text
    assert 'data-document="/openapi.json"' in text
    assert "<title>Peer &amp; &lt;Loop&gt;</title>" in text


async def test_a_mount_point_is_kept_in_every_address() -> None:
    inner = FastAPI(docs_url=None, redoc_url=None)
    mount_docs(inner)
    outer = FastAPI()
    outer.mount("/v0", inner)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(outer), base_url="http://testserver") as client:
        text = (await client.get("/v0/docs")).text
        assert 'data-document="/v0/openapi.json"' in text
        assert [(await client.get(address)).status_code for address in _read(text).loaded] == [200] * 5


async def test_an_unchanged_file_is_not_sent_again(client: httpx.AsyncClient) -> None:
    address = "/docs/static/swagger-ui.css"
    first = await client.get(address)
    second = await client.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (second.status_code, second.content) == (304, b"")
    assert second.headers["cache-control"] == first.headers["cache-control"]


@pytest.mark.parametrize("name", ["missing.js", "../docs.py", "%2e%2e/docs.py", ""])
async def test_nothing_else_is_served(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/docs/static/{name}")).status_code == 404


async def test_the_pages_are_not_part_of_the_document(client: httpx.AsyncClient) -> None:
    assert (await client.get("/openapi.json")).json()["paths"] == {}


async def test_a_written_document_is_sent_as_it_is_and_once(tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    file.write_text('{"openapi": "3.1.0"}\n', encoding="utf-8")
    app = FastAPI(openapi_url=None)
    mount_written(app, file)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver") as client:
        first = await client.get("/openapi.json")
        again = await client.get("/openapi.json", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, first.content) == (200, file.read_bytes())
    assert first.headers["content-type"] == "application/json"
    assert again.status_code == 304


@pytest.mark.parametrize(
    "setting", ["docExpansion: .none", "filter: true", "persistAuthorization: true", "tryItOutEnabled: true"]
)
async def test_swagger_ui_is_set_up_for_trying_things_out(client: httpx.AsyncClient, setting: str) -> None:
    assert re.search(setting, (await client.get("/docs/static/swagger-init.js")).text)


async def test_no_file_of_ours_asks_another_host(client: httpx.AsyncClient) -> None:
    for name in ("swagger-init.js", "redoc-init.js", "docs.css"):
        assert "//" not in re.sub(r"(?m)^// .*$", "", (await client.get(f"/docs/static/{name}")).text)
    assert "validatorUrl: null" in (await client.get("/docs/static/swagger-init.js")).text
