"""Other ways to say the same: none gets anybody further than the plain one, and no route hides from the document."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from app.core.ids import new_id
from tests.hostile.document import Operation
from tests.hostile.findings import Findings, changed, comparable, snapshot
from tests.hostile.stage import Call, Stage

PUBLIC = Call(None, body={})
OVERRIDES = (
    *((name, method) for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override") for method in "GD"),
    ("X-Original-URL", "/api/users/me"),
    ("X-Rewrite-URL", "/api/users/me"),
    ("X-Forwarded-User", "admin"),
    ("X-User-Id", "usr_01kbq2z7m8e6h9s0t3v5x7y9za"),
    ("X-Forwarded-For", "127.0.0.1"),
    ("Forwarded", "for=127.0.0.1;host=localhost"),
)
ELSEWHERE = frozenset({"/openapi.json", "/docs", "/redoc", "/docs/static", "/files", "/files/{path}", "/sandbox"})
# What a stranger may do with somebody's public profile or course.
FOR_ANYBODY = frozenset({"follows.follow", "follows.unfollow", "course_follows.follow", "course_follows.unfollow"})
METHODS = {"G": "GET", "D": "DELETE"}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_no_header_changes_who_may_do_what(walked: list[Operation], stage: Stage, findings: Findings) -> None:
    """By a stranger, who is refused with and without; and by nobody."""
    stranger = await stage.world.member("Nick Nobody")
    before = await snapshot(stage.world)
    for operation in (each for each in walked if each.needs_token and not _is_about_the_caller(each)):
        for who, actor in (("stranger", stranger), ("nobody", None)):
            call = _as(stage.calls.get(operation.id, PUBLIC), actor)
            plain = await stage.send(operation, call)
            for name, value in OVERRIDES:
                headers = call.headers() | {name: METHODS.get(value, value)}
                answer = await stage.send(operation, call, headers)
                case = f"{operation.id} by {who} with {name}: {headers[name]}"
                findings.same(case, (answer.status_code, comparable(answer)), (plain.status_code, comparable(plain)))
    findings.same("rows", changed(before, await snapshot(stage.world)), {})


def _is_about_the_caller(operation: Operation) -> bool:
    """Operations that a stranger carries out, on their own account."""
    is_own = operation.method != "GET" and not operation.named("path") and not operation.is_for_admins
    return is_own or operation.id in FOR_ANYBODY


def _as(call: Call, actor: Any) -> Call:
    return Call(actor, call.path, call.query, call.body)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_no_second_spelling_of_an_id_counts(walked: list[Operation], stage: Stage, findings: Findings) -> None:
    """The id of the path once more in the query, twice, or with dots and slashes around it."""
    before = await snapshot(stage.world)
    for operation in (each for each in walked if each.named("path")):
        call = stage.calls[operation.id]
        name = operation.named("path")[0].name
        own = call.path[name]
        path = operation.path.format(**call.path)
        spellings = {
            "in the query": f"{path}?{name}={own}",
            "as id twice": f"{path}?id={own}&id={new_id(own[:3])}",
            "in brackets": f"{path}?id[]={own}",
            "behind a dot": path.replace(own, f"%2e/{own}"),
            "behind two dots": path.replace(own, f"%2e%2e/{own}"),
            "behind a slash": path.replace(own, f"%2F{own}"),
            "behind two slashes": path.replace(own, f"/{own}"),
            "in capitals": path.replace(own, own.upper()).replace("/api", "/API"),
            "escaped twice": path.replace(own, "%25" + f"{ord(own[0]):02x}" + own[1:]),
            "with a slash at the end": f"{path}/",
            "with a matrix parameter": f"{path};id={own}",
        }
        for spelling, address in spellings.items():
            headers = call.headers()
            answer = await stage.world.http.request(operation.method, address, json=call.body, headers=headers)
            findings.refused(f"{operation.id} {spelling}", answer, 400, 404, 405, 422)
    findings.same("rows", changed(before, await snapshot(stage.world)), {})


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_no_route_is_left_out_of_the_document(app: FastAPI, walked: list[Operation]) -> None:
    """Under /api, and anywhere else but for the pages of the document itself and, in development, the twins."""
    found = [route for route in iter_route_contexts(app.routes) if route.path not in ELSEWHERE]
    answering = {(method, str(route.path_format)) for route in found for method in route.methods or {"any"}}
    assert answering - {("HEAD", path) for _, path in answering} == {(each.method, each.path) for each in walked}
    assert len(answering) > 40
