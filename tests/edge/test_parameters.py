"""Query parameters: only the known ones, each once."""

import httpx
import pytest


async def found(http: httpx.AsyncClient, path: str) -> dict[str, str]:
    answer = await http.get(path)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_request"
    return {error["pointer"]: error["detail"] for error in answer.json()["errors"]}


@pytest.mark.parametrize(
    ("query", "pointer", "detail"),
    [
        ("limt=5", "/query/limt", "is not known here; did you mean limit?"),
        ("Limit=5", "/query/Limit", "is not known here; did you mean limit?"),
        ("topics=art", "/query/topics", "is not known here; did you mean topic?"),
        ("zzz=1", "/query/zzz", "is not known here"),
        ("limit[]=5", "/query/limit[]", "is not known here; did you mean limit?"),
        ("=5", "/query/", "is not known here"),
        ("a/b=5", "/query/a~1b", "is not known here"),
        ("limit=5&limit=6", "/query/limit", "may be given once"),
        ("topic=a&topic=a", "/query/topic", "may be given once"),
    ],
)
async def test_an_unknown_or_repeated_parameter_is_refused(
    http: httpx.AsyncClient, query: str, pointer: str, detail: str
) -> None:
    assert await found(http, f"/probe/filters?{query}") == {pointer: detail}


async def test_the_access_token_is_no_query_parameter(http: httpx.AsyncClient) -> None:
    assert "/query/access_token" in await found(http, "/api/users/me?access_token=abc")


async def test_an_operation_without_parameters_takes_none(http: httpx.AsyncClient) -> None:
    assert await found(http, "/api/health?verbose=1") == {"/query/verbose": "is not known here"}


@pytest.mark.parametrize("limit", ["0x10", "1e3", "7.5", "", "true", "9" * 400, "101", "-" + "9" * 30, "%F0%9F%A7%AA"])
async def test_a_wrong_value_is_422(http: httpx.AsyncClient, limit: str) -> None:
    assert set(await found(http, f"/probe/filters?limit={limit}")) == {"/query/limit"}


@pytest.mark.parametrize("limit", ["1.0", "%2B1", "1_0", "%201", "1%20", "1%0A", "%D9%A1"])
async def test_a_whole_number_is_written_in_digits(http: httpx.AsyncClient, limit: str) -> None:
    assert await found(http, f"/probe/filters?limit={limit}") == {
        "/query/limit": "must be a whole number in decimal digits"
    }


@pytest.mark.parametrize("value", ["1", "0", "yes", "on", "True", "t", ""])
async def test_a_truth_value_is_true_or_false(http: httpx.AsyncClient, value: str) -> None:
    assert await found(http, f"/api/courses?count={value}") == {"/query/count": "must be true or false"}


async def test_known_parameters_are_taken(http: httpx.AsyncClient) -> None:
    assert (await http.get("/probe/filters?topic=art&limit=7")).json() == "art7"


async def test_a_flood_of_parameters_gets_a_short_answer(http: httpx.AsyncClient) -> None:
    query = "&".join(f"{number:x}" for number in range(3000))
    answer = await http.get(f"/probe/filters?{query}")
    assert answer.status_code == 422
    assert len(answer.content) < 4096


async def test_a_name_that_is_no_text_is_shown_harmlessly(http: httpx.AsyncClient) -> None:
    answer = await http.get("/probe/filters?%ff%fe=1&" + "a" * 5000)
    assert answer.status_code == 422
    assert all(len(error["pointer"]) <= 120 for error in answer.json()["errors"])
