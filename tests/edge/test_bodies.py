"""What a body may be: JSON as RFC 8259 means it, that both databases can store, of the type the operation reads."""

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import MalformedRequest
from app.edge.routing import parse_json

JSON = {"Content-Type": "application/json"}
UNREADABLE = {
    "nothing but a word": b"hello",
    "half": b'{"name": "a',
    "trailing comma": b'{"name": "a",}',
    "two values": b"{} {}",
    "comment": b"{} // lamp",
    "NaN": b'{"ratio": NaN}',
    "Infinity": b'{"ratio": Infinity}',
    "minus Infinity": b'{"ratio": -Infinity}',
    "1e999": b'{"ratio": 1e999}',
    "-1e999": b'{"ratio": -1e999}',
    "400 digits": b'{"count": ' + b"9" * 400 + b"}",
    "a million digits": b'{"count": ' + b"9" * 1_000_000 + b"}",
    "19 digits": b'{"count": 9223372036854775808}',
    "same key twice": b'{"count": 1, "count": 2}',
    "same key twice below": b'{"lamps": [{"room": "a", "room": "b"}]}',
    "same key in two spellings": b'{"count": 1, "co\\u0075nt": 2}',
    "900 arrays": b'{"wishes": ' + b"[" * 900 + b"]" * 900 + b"}",
    "100000 arrays": b"[" * 100_000 + b"]" * 100_000,
    "100000 objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "33 arrays": b"[" * 33 + b"]" * 33,
    "lone surrogate": b'{"name": "\\ud800"}',
    "lone surrogate as a key": b'{"\\udfff": 1}',
    "surrogates the wrong way round": b'{"name": "\\udc00\\ud800"}',
    "encoded surrogate": b'{"name": "\xed\xa0\x80"}',
    "escaped NUL": b'{"name": "a\\u0000b"}',
    "escaped NUL as a key": b'{"a\\u0000": 1}',
    "raw NUL": b'{"name": "a\x00b"}',
    "invalid UTF-8": b'{"name": "\xff"}',
    "overlong UTF-8": b'{"name": "\xc0\x80"}',
    "UTF-16": '{"name": "a"}'.encode("utf-16"),
    "UTF-32": '{"name": "a"}'.encode("utf-32"),
    "byte order mark": b'\xef\xbb\xbf{"name": "a"}',
}
NO_OBJECT = [b"", b"[]", b"null", b"1", b'"name"', b"true"]


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
@pytest.mark.parametrize("path", ["/probe/order", "/probe/any"])
async def test_what_cannot_be_read_is_400(http: httpx.AsyncClient, path: str, body: bytes) -> None:
    answer = await http.post(path, content=body, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed_request"
    assert len(answer.content) < 1024


@pytest.mark.parametrize("body", NO_OBJECT, ids=str)
async def test_what_is_no_object_is_422(http: httpx.AsyncClient, body: bytes) -> None:
    answer = await http.post("/probe/order", content=body, headers=JSON)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/body"]


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ({"count": True}, "/body/count"),
        ({"count": "7"}, "/body/count"),
        ({"count": 7.5}, "/body/count"),
        ({"count": 1e300}, "/body/count"),
        ({"count": None}, "/body/count"),
        ({"name": 7}, "/body/name"),
        ({"name": "a" * 10_001}, "/body/name"),
        ({"ratio": "1"}, "/body/ratio"),
        ({"at": "2026-12-01T15:00:00"}, "/body/at"),
        ({"at": "yesterday"}, "/body/at"),
        ({"at": 1_780_000_000}, "/body/at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "/body/at"),
        ({"at": "9999-12-31T23:59:59-14:00"}, "/body/at"),
        ({"lamps": [{"room": "hall"}, {"room": 1}]}, "/body/lamps/1/room"),
        ({"lamps": [{}]}, "/body/lamps/0/room"),
        ({"lamps": {}}, "/body/lamps"),
        ({"a/b~c": 1}, "/body/a~1b~0c"),
    ],
)
async def test_a_wrong_value_is_pointed_to(http: httpx.AsyncClient, value: object, pointer: str) -> None:
    answer = await http.post("/probe/order", json=value)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("2026-12-01T15:00:00Z", "2026-12-01T15:00:00Z"),
        ("2026-12-01T15:00:00+01:00", "2026-12-01T14:00:00Z"),
        ("2026-12-01T15:00:00.25-08:00", "2026-12-01T23:00:00.250000Z"),
    ],
)
async def test_an_instant_is_answered_in_utc(http: httpx.AsyncClient, given: str, taken: str) -> None:
    assert (await http.post("/probe/order", json={"at": given})).json()["at"] == taken


async def test_text_of_every_script_comes_back_unchanged(http: httpx.AsyncClient) -> None:
    name = "Zoë 山田 🧪 مرحبا <script>{{7*7}}</script> '; DROP TABLE users; --"
    for body in (json.dumps({"name": name}), json.dumps({"name": name}, ensure_ascii=False)):
        answer = await http.post("/probe/order", content=body.encode(), headers=JSON)
        assert answer.json()["name"] == name


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ({"nam": "a"}, "is not known here; did you mean name?"),
        ({"lamps": [{"room": "a", "wats": 1}]}, "is not known here; did you mean watts?"),
        ({"role": "admin"}, "is not known here"),
    ],
)
async def test_an_unknown_field_is_refused_with_the_nearest_name(
    http: httpx.AsyncClient, value: object, hint: str
) -> None:
    answer = await http.post("/probe/order", json=value)
    assert answer.status_code == 422
    assert [error["detail"] for error in answer.json()["errors"]] == [hint]


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/xml", "application/json-patch+json", "application", "", "multipart/form-data"],
)
async def test_another_content_type_is_415(http: httpx.AsyncClient, content_type: str) -> None:
    answer = await http.post("/probe/order", content=b"{}", headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


async def test_a_body_without_a_content_type_is_415(http: httpx.AsyncClient) -> None:
    assert (await http.post("/probe/order", content=b"{}")).status_code == 415


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "identity, gzip", "x"])
async def test_a_body_in_another_coding_is_415(http: httpx.AsyncClient, coding: str) -> None:
    headers = JSON | {"Content-Encoding": coding}
    assert (await http.post("/probe/order", content=b"{}", headers=headers)).status_code == 415
    assert (await http.post("/probe/order", content=b"{}", headers=JSON | {"Content-Encoding": "Identity"})).is_success


@pytest.mark.parametrize("content_type", ["application/json", "APPLICATION/JSON", "application/json; charset=utf-8"])
async def test_json_may_be_named_in_every_usual_way(http: httpx.AsyncClient, content_type: str) -> None:
    answer = await http.post("/probe/order", content=b"{}", headers={"Content-Type": content_type})
    assert answer.status_code == 200


async def test_a_form_is_read_where_a_form_is_wanted(http: httpx.AsyncClient) -> None:
    assert (await http.post("/probe/form", data={"name": "Zoë"})).json() == "Zoë"
    assert (await http.post("/probe/form", json={"name": "Zoë"})).status_code == 415
    assert (await http.post("/probe/order", data={"name": "Zoë"})).status_code == 415


@pytest.mark.parametrize("body", [b"name=a%00b", b"name=a\x00b", b"na%00me=a"])
async def test_a_form_with_nul_is_400(http: httpx.AsyncClient, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await http.post("/probe/form", content=body, headers=headers)).status_code == 400


@pytest.mark.parametrize("body", [b"", b"name=", b"name", b"nom=a", b"name=" + b"a" * 51])
async def test_a_bad_form_is_422(http: httpx.AsyncClient, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await http.post("/probe/form", content=body, headers=headers)).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        b'{"wishes": [' + b",".join([b'"a"'] * 250_000) + b"]}",
        b'{"lamps": [' + b",".join([b"1"] * 300_000) + b"]}",
        b"[" + b",".join([b"1"] * 300_000) + b"]",
        b"{" + b",".join(b'"%d":1' % number for number in range(80_000)) + b"}",
    ],
    ids=["open list", "bounded list", "no object", "unknown fields"],
)
async def test_a_flood_of_wrong_items_gets_a_short_answer(http: httpx.AsyncClient, body: bytes) -> None:
    answer = await http.post("/probe/order", content=body, headers=JSON)
    assert answer.status_code == 422
    assert len(answer.content) < 4096


@pytest.mark.parametrize(
    "letter", ["z", "\x1b", "🧪", '"', "\\"], ids=["plain", "control", "picture", "quote", "backslash"]
)
async def test_long_names_of_unknown_fields_get_a_short_answer(http: httpx.AsyncClient, letter: str) -> None:
    answer = await http.post("/probe/order", json={f"{letter * 200}{number}": 1 for number in range(20)})
    assert answer.status_code == 422
    assert answer.json()["errors"]
    assert len(answer.content) < 4096


async def test_values_are_never_echoed(http: httpx.AsyncClient) -> None:
    secret = "hunter2-hunter2"
    body = {"name": [secret], "count": secret, "at": secret, "lamps": [secret], "wishes": {"a": secret}}
    answer = await http.post("/probe/order", json=body)
    assert answer.status_code == 422
    assert secret not in answer.text


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner, max_size=4),
    max_leaves=12,
)


@given(JSON_VALUES, st.booleans())
def test_good_json_is_read_as_the_library_reads_it(value: object, ensure_ascii: bool) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=ensure_ascii).encode()) == value


@given(st.binary(max_size=200) | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_bad_json_is_one_kind_of_error(body: bytes) -> None:
    try:
        parse_json(body)
    except MalformedRequest:
        return
    json.loads(body)
