"""Whose answers caches may keep: nothing that was meant for one person, nothing that says no, and nothing under an
address that only looks like a file. The product's own cache is on."""

import re
from collections.abc import Iterable

import httpx
import pytest

from app.core.config import Settings
from tests.conftest import CACHES
from tests.hostile.document import Operation
from tests.hostile.findings import Findings
from tests.hostile.stage import Call, Stage
from tests.support.world import Actor

PUBLIC = Call(None, body={})
CALLERS = {"Authorization", "Cookie"}
# Public, the same for all, and told to nobody: they change with a release or a key.
UNTAGGED = frozenset({"errors.list", "auth.jwks"})
SUFFIXES = ["/x.css", ";.css", "%3b.css", "%2fx.css", "/x.js", "%0a.css", "/..%2fx.png", ".css", "/.json", "%23.css"]


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest) -> Settings:
    made: Settings = request.getfixturevalue(f"{request.param}_settings")
    return made.model_copy(update=CACHES)


def is_public(answer: httpx.Response) -> bool:
    return "public" in answer.headers["cache-control"]


def is_private(answer: httpx.Response) -> bool:
    """Kept by no cache at all, that of a browser included; of a feed, whoever reads it may keep what is asked for again
    before it is used."""
    kept = answer.headers["cache-control"]
    is_feed = answer.headers.get("content-type", "").startswith("text/calendar") and kept == "private, no-cache"
    return ("no-store" in kept or is_feed) and not is_public(answer)


def varies_by(answer: httpx.Response) -> set[str]:
    return {name.strip() for name in answer.headers.get("vary", "").split(",")}


async def test_only_answers_that_are_for_all_may_be_kept(
    walked: list[Operation], stage: Stage, findings: Findings
) -> None:
    """Every operation, first by a visitor, then by whom it is for."""
    for operation in sorted(walked, key=lambda operation: operation.method != "GET"):
        call = stage.calls.get(operation.id, PUBLIC)
        nameless = {name: value for name, value in call.headers().items() if name != "Authorization"}
        for who, headers in (("visitor", nameless), ("owner", call.headers())):
            answer = await stage.send(operation, call, headers)
            case = f"{operation.id} by {who}: {answer.status_code}"
            findings.same(f"{case} is kept or not", is_public(answer), not is_private(answer))
            if is_public(answer):
                _check_public(operation, answer, case, findings)


def _check_public(operation: Operation, answer: httpx.Response, case: str, findings: Findings) -> None:
    findings.same(f"{case}: method and status", (operation.method, answer.status_code), ("GET", 200))
    findings.same(f"{case}: cookies", answer.headers.get("set-cookie"), None)
    findings.same(f"{case}: security", operation.needs_token, False)
    if operation.id not in UNTAGGED:
        missing = [name for name in ("cache-tag", "etag") if name not in answer.headers]
        findings.same(f"{case}: headers", missing, [])
        wanted = ("s-maxage", "stale-while-revalidate", "stale-if-error")
        policy = answer.headers["cache-control"]
        findings.same(f"{case}: {policy}", [name for name in wanted if not re.search(rf"\b{name}=\d", policy)], [])


async def test_a_public_answer_is_the_same_for_all_or_says_that_it_varies(
    walked: list[Operation], stage: Stage, findings: Findings
) -> None:
    """Asked twice by each, so that what one was given could be given to the next."""
    people = [None, stage.student.actor, stage.room.teacher, await stage.world.member("Amy Admin", is_admin=True)]
    found = 0
    for operation in (each for each in walked if each.method == "GET" and not each.needs_token):
        call = stage.calls.get(operation.id, PUBLIC)
        answers = [await stage.send(operation, call, _token(person)) for person in people * 2]
        if is_public(answers[0]) and operation.id not in UNTAGGED:
            found += 1
            differ = len({(answer.text, is_public(answer)) for answer in answers}) > 1
            findings.same(f"{operation.id} differs untold", differ and not varies_by(answers[0]) >= CALLERS, False)
            for first, second in zip(answers, answers[len(people) :], strict=False):
                findings.same(f"{operation.id} for one person", first.text == second.text, True)
    assert found >= 6


def _token(person: Actor | None) -> dict[str, str]:
    return {} if person is None else {"Authorization": f"Bearer {person.token}"}


async def test_an_address_that_looks_like_a_file_is_nothing(
    walked: list[Operation], stage: Stage, findings: Findings
) -> None:
    """Web cache deception: a private answer under an address whose ending makes caches keep it."""
    token = _token(stage.calls["users.me"].actor)
    for path in _disguised(stage.calls, walked):
        answer = await stage.world.http.get(path, headers=token)
        findings.same(f"{path}: {answer.status_code}", answer.is_client_error, True)
        findings.same(f"{path}: {answer.headers['cache-control']}", is_private(answer), True)
        again = await stage.world.http.get(path)
        findings.same(f"{path} for a visitor", again.status_code == 200, False)


def _disguised(calls: dict[str, Call], walked: list[Operation]) -> Iterable[str]:
    for operation in walked:
        if operation.method == "GET" and operation.needs_token:
            path = operation.path.format(**calls.get(operation.id, PUBLIC).path)
            yield from (path + suffix for suffix in SUFFIXES)
    yield from (
        "/api/courses/..%2fusers%2fme",
        "/api/courses/%2e%2e/users/me",
        "/api/topics/..;/users/me",
        "/api//users/me",
    )
