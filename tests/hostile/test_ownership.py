"""Somebody else's things: every operation that takes an id, called by two strangers with the ids of others."""

from dataclasses import replace
from typing import Any

import pytest

from app.core.ids import new_id
from tests.hostile.document import Operation
from tests.hostile.findings import Findings, changed, snapshot
from tests.hostile.stage import Call, Stage
from tests.support.learning import Classroom, booked
from tests.support.world import Actor, World

# What a request may be and who may send it is decided before any SQL, and takes minutes to walk: one database is
# enough.
pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

# What everybody may know: the catalogue, a teacher's free slots, a certificate whose code one was shown.
PUBLIC = {"courses.get", "courses.curriculum", "courses.teachers", "availability.slots", "certificates.verify"}
PUBLIC |= {
    "course_reviews.list",
    "course_reviews.summary",
    "courses.slots",
    "availability.bookings",
    "reviews.get",
    "resources.list",
    "resources.get",
    "resources.download",
}
# Those of them that are about no course.
ABOUT_NO_COURSE = {"availability.bookings", "certificates.verify", "reviews.get", "resources.get", "resources.download"}
# Ids of things that are not owned by anybody: what is on sale, and who teaches it.
OFFERED = {"checkout.create_session", "teaching_requests.send", "course_follows.follow", "course_follows.unfollow"}
OFFERED |= {"session_holds.create"}
# What every caller has of their own, in one piece.
NO_LISTS = {
    "accounts.export",
    "accounts.check_deletion",
    "mfa.get",
    "auth.list_sessions",
    "users.me",
    "users.settings",
    "users.check_handle",
    "availability.get",
    "availability_overrides.list",
    "calendar_feed.get",
    "payout_account.get",
}
# What is no JSON: lines of a person's own, under a heading.
SHEETS = {"earnings.statement"}
IDS = (
    "session_id",
    "enrollment_id",
    "certificate_id",
    "checkout_session_id",
    "auth_session_id",
    "passkey_id",
    "file_id",
    "teaching_request_id",
    "review_id",
    "assignment_id",
    "submission_id",
    "resource_id",
    "hold_id",
    "invite_id",
    "wait_id",
    "calendar_id",
    "payout_id",
    "transaction_id",
    "refund_id",
    "dispute_id",
)
# Their `code` is the provider's.
CALLBACKS = {"oauth.google_callback", "oauth.github_callback"}


async def two_strangers(world: World) -> list[Actor]:
    """One with nothing, and one who has a course, a student and a booked lesson of their own."""
    creator = await world.member("Otto Other", can_create_courses=True)
    room = await Classroom.open(world, teacher=creator)
    await booked(await room.student("Olga Other"), "2026-12-02T14:00:00Z")
    return [await world.member("Nick Nobody"), creator]


def takes_an_id(operation: Operation) -> bool:
    properties = operation.body["properties"] if operation.body else {}
    parameters = {parameter.name for parameter in operation.parameters if operation.id not in CALLBACKS}
    return bool(parameters & {"code", "id_or_slug"}) or any(name.endswith("_id") for name in {*parameters, *properties})


def with_unknown_ids(call: Call) -> Call:
    """The same call about things that do not exist."""
    body = {name: _unknown(name, value) for name, value in (call.body or {}).items()}
    path = {name: _unknown(name, value) for name, value in call.path.items()}
    return replace(call, path=path, body=body if call.body is not None else None)


def _unknown(name: str, value: Any) -> Any:
    if name not in IDS or value is None:
        return value
    return f"cs_test_{'a' * len(value[8:])}" if name == "checkout_session_id" else new_id(value[:3])


async def test_a_foreign_id_is_as_good_as_an_unknown_one(
    walked: list[Operation], stage: Stage, findings: Findings
) -> None:
    strangers = await two_strangers(stage.world)
    before = await snapshot(stage.world)
    for operation in walked:
        if not takes_an_id(operation) or operation.id in PUBLIC | OFFERED:
            continue
        for number, stranger in enumerate(strangers):
            call = replace(stage.calls[operation.id], actor=stranger)
            case, status = f"{operation.id} by stranger {number}", 403 if operation.is_for_admins else 404
            findings.refused(f"{case}, foreign", await stage.send(operation, call), status)
            findings.refused(f"{case}, unknown", await stage.send(operation, with_unknown_ids(call)), status)
            foreign, unknown = (findings.verdicts[f"{case}, {kind}"] for kind in ("foreign", "unknown"))
            findings.same(f"{case}: foreign and unknown differ", foreign, unknown)
    findings.same("rows", changed(before, await snapshot(stage.world)), {})


async def test_who_is_concerned_but_may_not_is_refused(
    walked: list[Operation], stage: Stage, findings: Findings
) -> None:
    """The candidate and a teacher who did not create the course know of the certificate; it is not theirs to decide."""
    by_id = {operation.id: operation for operation in walked}
    concerned = await candidates(stage)
    before = await snapshot(stage.world)
    for operation_id in ("certificates.issue", "certificates.reject", "certificates.recommend"):
        call = replace(stage.calls[operation_id], actor=concerned[operation_id])
        findings.refused(operation_id, await stage.send(by_id[operation_id], call), 403)
    findings.same("rows", changed(before, await snapshot(stage.world)), {})


async def candidates(stage: Stage) -> dict[str, Actor]:
    """By operation: whom the certificate is about, with a fresh log-in."""
    waiting = (await stage.calls["certificates.list"].actor.get("/api/certificates?role=reviewer")).json()["items"]  # type: ignore[union-attr]
    holder = {item["id"]: item["user_id"] for item in waiting}
    graduate = stage.calls["diplomas.get"].actor
    assert graduate is not None
    found = {"certificates.recommend": graduate}
    for operation_id in ("certificates.issue", "certificates.reject"):
        user_id = holder[stage.calls[operation_id].path["certificate_id"]]
        found[operation_id] = await stage.world.log_in(user_id, "")
    return found


async def test_a_draft_is_as_good_as_an_unknown_course(
    walked: list[Operation], stage: Stage, findings: Findings
) -> None:
    strangers = await two_strangers(stage.world)
    before = await snapshot(stage.world)
    for operation in (each for each in walked if each.id in (PUBLIC | OFFERED) - ABOUT_NO_COURSE):
        for number, actor in enumerate([None, *strangers]):
            if actor is None and operation.needs_token:
                continue
            call = replace(stage.calls[operation.id], actor=actor)
            for kind, course_id in (("draft", stage.draft_id), ("unknown", new_id("crs"))):
                answer = await stage.send(operation, _about(call, course_id))
                findings.refused(f"{operation.id} by {number}, {kind}", answer, 404)
            draft, unknown = (findings.verdicts[f"{operation.id} by {number}, {kind}"] for kind in ("draft", "unknown"))
            findings.same(f"{operation.id} by {number}: draft and unknown differ", draft, unknown)
    findings.same("rows", changed(before, await snapshot(stage.world)), {})


def _about(call: Call, course_id: str) -> Call:
    """The call about another course, wherever it names one."""

    def changed_in(values: dict[str, Any]) -> dict[str, Any]:
        return {name: course_id if name in {"course_id", "id_or_slug"} else value for name, value in values.items()}

    body = changed_in(call.body) if call.body is not None else None
    return replace(call, path=changed_in(call.path), query=changed_in(call.query), body=body)


async def test_lists_hold_nothing_of_others(walked: list[Operation], stage: Stage, findings: Findings) -> None:
    nobody = await stage.world.member("Nick Nobody")
    for operation in walked:
        call = stage.calls.get(operation.id)
        if call is None or operation.method != "GET" or not operation.needs_token or operation.named("path"):
            continue
        if operation.is_for_admins:
            findings.refused(operation.id, await stage.send(operation, replace(call, actor=nobody)), 403)
            continue
        answer = await stage.send(operation, replace(call, actor=nobody))
        if operation.id in SHEETS:
            findings.same(operation.id, len(answer.text.splitlines()), 1)
        elif operation.id in NO_LISTS:
            findings.same(operation.id, answer.json().get("id", nobody.user_id), nobody.user_id)
        else:
            findings.same(operation.id, answer.json()["items"], [])
            findings.same(f"{operation.id}: next", answer.json().get("next_cursor"), None)


async def test_a_key_belongs_to_a_person(walked: list[Operation], stage: Stage, findings: Findings) -> None:
    """A stranger who repeats a request, key and all, does not get its stored answer."""
    by_id = {operation.id: operation for operation in walked}
    stranger = await stage.world.member("Nick Nobody")
    for operation_id in ("sessions.book", "certificates.recommend", "certificates.issue"):
        operation, call = by_id[operation_id], stage.calls[operation_id]
        headers = call.headers()
        findings.accepted(operation_id, await stage.send(operation, call, headers))
        before = await snapshot(stage.world)
        stolen = headers | {"Authorization": f"Bearer {stranger.token}"}
        findings.refused(f"{operation_id} by a stranger", await stage.send(operation, call, stolen), 404)
        findings.same(f"{operation_id}: rows", changed(before, await snapshot(stage.world)), {})
