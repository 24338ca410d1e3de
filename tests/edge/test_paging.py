"""Lists: pages that join without a gap, and cursors that work for their own list only."""

import httpx
import pytest

from tests.edge.probes import NUMBERS


async def page(http: httpx.AsyncClient, path: str = "/probe/numbers", **query: object) -> dict[str, object]:
    answer = await http.get(path, params={key: str(value) for key, value in query.items()})
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.json()
    return body


async def test_without_a_size_a_page_has_twenty(http: httpx.AsyncClient) -> None:
    first = await page(http)
    assert (first["items"], first["limit"], first["total"]) == (NUMBERS[:20], 20, None)


@pytest.mark.parametrize("limit", [1, 7, 54, 55, 56, 100])
async def test_the_pages_make_up_the_list(http: httpx.AsyncClient, limit: int) -> None:
    found: list[object] = []
    body = await page(http, limit=limit)
    while True:
        assert isinstance(body["items"], list)
        found += body["items"]
        if body["next_cursor"] is None:
            break
        body = await page(http, limit=limit, cursor=body["next_cursor"])
    assert found == NUMBERS


async def test_the_size_may_change_on_the_way(http: httpx.AsyncClient) -> None:
    first = await page(http, limit=5)
    assert (await page(http, limit=3, cursor=first["next_cursor"]))["items"] == NUMBERS[5:8]


@pytest.mark.parametrize("limit", ["0", "-1", "101", "1e3", "", "1.5", "9" * 30])
async def test_a_size_out_of_bounds_is_422(http: httpx.AsyncClient, limit: str) -> None:
    answer = await http.get("/probe/numbers", params={"limit": limit})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


@pytest.mark.parametrize("path", ["/probe/moments", "/probe/numbers?scope=other"])
async def test_a_cursor_of_another_list_is_422(http: httpx.AsyncClient, path: str) -> None:
    cursor = str((await page(http))["next_cursor"])
    answer = await http.get(path, params={**httpx.URL(path).params, "cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor_invalid")


@pytest.mark.parametrize("cursor", ["x", "0", "null", "{}", "é", "🧪", "A" * 2048, "%00"[:2], "../..", "' OR 1=1"])
async def test_a_cursor_that_is_none_is_422(http: httpx.AsyncClient, cursor: str) -> None:
    answer = await http.get("/probe/numbers", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor_invalid")


async def test_a_cursor_that_is_too_long_is_422(http: httpx.AsyncClient) -> None:
    assert (await http.get("/probe/numbers", params={"cursor": "A" * 2049})).status_code == 422
