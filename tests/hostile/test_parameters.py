"""Every path and query parameter, method and spelling of a path: refused shortly, nothing changed."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from app.core.ids import new_id
from app.edge.routing import RESERVED
from tests.hostile.document import Operation, Parameter, Schema
from tests.hostile.findings import Findings, changed, snapshot
from tests.hostile.mutations import MARKER
from tests.hostile.stage import Call, Stage

# What a request may be and who may send it is decided before any SQL, and takes minutes to walk: one database is
# enough.
pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "FOO")
PUBLIC = Call(None, body={})
DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")

# As they stand in the address; `{}` is the value that works.
IN_PATH = {
    "NUL": "{}%00",
    "NUL alone": "%00",
    "line break": "{}%0A",
    "0xff": "{}%ff",
    "surrogate": "%ed%a0%80",
    "5000 characters": "x" * 5000,
    "upper case": "{upper}",
    "unicode digit": "{}%D9%A3",
    "unicode dash": "{}%E2%80%90",
    "up": "..%2F{}",
    "up and up": "..%2F..%2Fetc%2Fpasswd",
    "dots": "%2e%2e",
    "blank": "%20",
    "blank after": "{}%20",
    "SQL": "{}'%20OR%20'1'='1",
    "wildcard": "%25",
    "list": "{},{}",
    "template": "%7B%7B7*7%7D%7D",
    "marker": f"{MARKER}%21",
    "other prefix": "xxx_01kbq2z7m8e6h9s0t3v5x7y9za",
    "number": "-1",
    "ten to the thirtieth": "1" + "0" * 30,
}
IN_QUERY = {
    "empty": "",
    "zero": "0",
    "minus one": "-1",
    "101": "101",
    "10^20": "1" + "0" * 20,
    "400 digits": "9" * 400,
    "1e3": "1e3",
    "hexadecimal": "0x10",
    "fraction": "1.5",
    "whole fraction": "1.0",
    "sign": "%2B1",
    "underscore": "1_0",
    "blank before": "%201",
    "yes": "yes",
    "NaN": "NaN",
    "unicode digit": "%D9%A3",
    "NUL": "a%00",
    "0xff": "%ff",
    "surrogate": "%ed%a0%80",
    "5000 characters": "x" * 5000,
    "line break": "%0A",
    "up": "../",
    "true": "true",
    "null": "null",
    "list": "[]",
    "SQL": "'%20OR%201=1--",
    "wildcards": "%25_%5C",
    "template": "%7B%7B7*7%7D%7D",
    "other prefix": "xxx_01kbq2z7m8e6h9s0t3v5x7y9za",
    "date without offset": "2026-12-02T12:00:00",
    "last date of all": "9999-12-31T23:59:59-14:00",
    "last hour of all": "9999-12-31T23:00:00Z",
    "first date of all": "0001-01-01T00:00:00Z",
    "no date": "2026-02-30T12:00:00Z",
    "lone surrogate escaped": "%5Cud800",
    "marker": f"{MARKER}%21",
}
# Where other services send browsers, with parameters of theirs.
CALLBACKS = {"oauth.google_callback", "oauth.github_callback"}
# Spellings of a value that are meant to work.
ALSO_RIGHT = {
    (operation, "upper case")
    for operation in (
        "certificates.verify",
        "certifications.change",
        "certifications.grant",
        "certifications.list",
        "course_follows.follow",
        "course_follows.unfollow",
        "course_reviews.list",
        "course_reviews.summary",
        "courses.curriculum",
        "courses.get",
        "courses.slots",
        "courses.teachers",
        "follows.follow",
        "follows.list_followers",
        "follows.list_following",
        "follows.unfollow",
        "teaching_requests.list",
        "teaching_requests.send",
        "users.get",
        "users.stats",
    )
}


UNDOCUMENTED = {"/api/calendar/{token}.ics": {"HEAD"}}
"""Methods that answer as a documented one does, without a body: calendar programs ask so whether there is anything
new."""


def call_of(stage: Stage, operation: Operation) -> Call:
    """Webhooks need a signature; without one they still must not stumble over parameters."""
    return stage.calls.get(operation.id, PUBLIC)


async def send(stage: Stage, operation: Operation, address: str) -> httpx.Response:
    call = call_of(stage, operation)
    return await stage.world.http.request(operation.method, address, json=call.body, headers=call.headers())


async def test_no_spoiled_path_parameter_finds_anything(
    walked: list[Operation], stage: Stage, findings: Findings
) -> None:
    before = await snapshot(stage.world)
    for operation, parameter in _parameters(walked, "path"):
        call = call_of(stage, operation)
        good = call.path[parameter.name]
        for name, spelling in IN_PATH.items():
            if (operation.id, name) in ALSO_RIGHT or (spelling == "{upper}" and good == good.upper()):
                continue
            value = spelling.replace("{upper}", good.upper()).replace("{}", good)
            address = operation.path.format(**call.path | {parameter.name: value})
            answer = await send(stage, operation, _with_query(address, call))
            findings.refused(f"{operation.id} {parameter.name} {name}", answer, 400, 404, 422)
        await _send_unknown(stage, operation, parameter, findings)
    findings.same("rows", changed(before, await snapshot(stage.world)), {})


async def _send_unknown(stage: Stage, operation: Operation, parameter: Parameter, findings: Findings) -> None:
    call = call_of(stage, operation)
    unknown = unknown_like(call.path[parameter.name])
    address = operation.path.format(**call.path | {parameter.name: unknown})
    answer = await send(stage, operation, _with_query(address, call))
    statuses = (404, 422) if DATE.fullmatch(unknown) else (404,)  # there is such a date, but it cannot be changed
    findings.refused(f"{operation.id} {parameter.name} unknown", answer, *statuses)


def unknown_like(good: str) -> str:
    """A well-formed value of the same kind that stands for nothing; a date that is over."""
    if DATE.fullmatch(good):
        return "2000-01-01"
    return new_id(good[:3]) if good[3] == "_" else good[0] + re.sub("[a-z0-9]", "0", good[1:])


def _with_query(address: str, call: Call, **changes: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in (call.query | changes).items())
    return f"{address}?{query}" if query else address


def _parameters(walked: list[Operation], place: str) -> Iterator[tuple[Operation, Parameter]]:
    for operation in walked:
        for parameter in operation.named(place):
            yield operation, parameter


async def test_no_query_parameter_takes_what_its_schema_forbids(
    walked: list[Operation], stage: Stage, findings: Findings
) -> None:
    before = await snapshot(stage.world)
    for operation, parameter in _parameters(walked, "query"):
        call = call_of(stage, operation)
        for name, value in IN_QUERY.items():
            address = _with_query(operation.path.format(**call.path), call, **{parameter.name: value})
            answer, case = await send(stage, operation, address), f"{operation.id} {parameter.name} {name}"
            if (answer.is_success or answer.has_redirect_location) and fits(parameter.schema, value):
                findings.note(case, answer)
            else:
                findings.refused(case, answer, 400, 404, 422)
    findings.same("rows", changed(before, await snapshot(stage.world)), {})


def fits(schema: Schema, value: str) -> bool:
    """Whether the document says that this text may stand in the query."""
    if "%00" in value:
        return False
    match schema["type"]:
        case "integer":
            least, most = schema.get("minimum", 0), schema.get("maximum", 0)
            return re.fullmatch("-?[0-9]{1,18}", value) is not None and least <= int(value) <= most
        case "boolean":
            return value in {"true", "false"}
        case _:
            return _fits_text(schema, str(httpx.QueryParams(f"v={value}")["v"]))


def _fits_text(schema: Schema, text: str) -> bool:
    pattern = schema.get("pattern", "^(?s:.*)$")
    return (
        schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", 100)
        and re.fullmatch(pattern[1:-1], text) is not None
        and text in schema.get("enum", [text])
        and (schema.get("format") != "date-time" or _is_instant(text))
    )


def _is_instant(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


async def test_no_list_takes_a_cursor_that_it_did_not_make(
    walked: list[Operation], stage: Stage, findings: Findings
) -> None:
    codec = stage.world.app.state.cursors
    for operation in walked:
        if not any(parameter.name == "cursor" for parameter in operation.parameters):
            continue
        user_id = stage.student.actor.user_id
        made = {
            "of another list": codec.encode(f"other.list:{user_id}", [1, "ses_1"]),
            "of another person": codec.encode(f"{operation.id}:usr_other", [1, "ses_1"]),
            "without a signature": "WzEsInNlc18xIl0",
            "of nothing": "AAAA",
            "of two thousand letters": "A" * 2048,
            "too long": "A" * 2049,
            "of pictures": "%F0%9F%A7%AA",
        }
        for name, cursor in made.items():
            call = call_of(stage, operation)
            address = _with_query(operation.path.format(**call.path), call, cursor=cursor)
            findings.refused(f"{operation.id} {name}", await send(stage, operation, address), 422)


async def test_no_operation_takes_an_unknown_or_repeated_parameter(
    walked: list[Operation], stage: Stage, findings: Findings
) -> None:
    before = await snapshot(stage.world)
    for operation in walked:
        call = call_of(stage, operation)
        address = operation.path.format(**call.path)
        given = {"unknown": f"zzz={MARKER}", "token": f"access_token={MARKER}", "long": "z" * 5000, "NUL": "z%00=1"}
        given |= {f"{known.name} twice": f"{known.name}=a&{known.name}=b" for known in operation.named("query")}
        for name, query in given.items():
            if operation.id in CALLBACKS and name in {"unknown", "token", "long"}:
                continue
            answer = await send(stage, operation, f"{address}?{query}")
            findings.refused(f"{operation.id} {name}", answer, 400 if name == "NUL" else 422)
    findings.same("rows", changed(before, await snapshot(stage.world)), {})


async def test_every_other_method_is_named_and_refused(
    openapi_document: dict[str, Any], walked: list[Operation], stage: Stage, findings: Findings
) -> None:
    before = await snapshot(stage.world)
    by_path = {operation.path: call_of(stage, operation) for operation in walked}
    for path, call in by_path.items():
        allowed = _methods_at(openapi_document, path)
        for method in (each for each in METHODS if each not in allowed):
            answer = await stage.world.http.request(method, path.format(**call.path), headers=call.headers())
            findings.refused(f"{method} {path}", answer, 405)
            named = {name.strip() for name in answer.headers.get("allow", "").split(",")}
            findings.same(f"Allow of {method} {path}", named - UNDOCUMENTED.get(path, set()), allowed)
    findings.same("rows", changed(before, await snapshot(stage.world)), {})


def _methods_at(document: dict[str, Any], path: str) -> set[str]:
    """Those of every template that the path fits: `/users/me` is also one of `/users/{handle}`."""
    segment = rf"(?!(?:{'|'.join(RESERVED)})(?:/|$))[^/]+"
    return {
        method.upper()
        for template, methods in document["paths"].items()
        if re.fullmatch(re.sub(r"\{[^}]+\}", lambda _: segment, template), path)
        for method in methods
    }


async def test_a_path_has_one_spelling(walked: list[Operation], stage: Stage, findings: Findings) -> None:
    before = await snapshot(stage.world)
    for operation in walked:
        path = operation.path.format(**call_of(stage, operation).path)
        spellings = {
            "slash at the end": f"{path}/",
            "double slash": path.replace("/", "//", 2)[1:],
            "upper case": path.upper(),
            "dot": path.replace("/", "/%2e/", 2)[4:],
            "parameter of a segment": path.replace("/", ";v=1/", 2)[4:],
            "file name at the end": f"{path}/x/y/z.css",
        }
        for name, spelling in spellings.items():
            findings.refused(f"{operation.id} {name}", await send(stage, operation, spelling), 404)
    findings.same("rows", changed(before, await snapshot(stage.world)), {})
