"""Every body of the API, spoiled in every way: a short problem, nothing changed, the same on both databases."""

import json
import uuid
from typing import Any

import httpx
import pytest

from tests.hostile import mutations
from tests.hostile.document import JSON, Operation, properties
from tests.hostile.findings import Findings, changed, snapshot
from tests.hostile.mutations import MARKER, Case
from tests.hostile.right_bodies import COURSEWORK, REVIEWS, STUDIO, left_out
from tests.hostile.stage import Call, Stage

FORM = "application/x-www-form-urlencoded"
pytestmark = pytest.mark.timeout(600)


TEXTS = ("title", "bio_short", "bio", "teaching_philosophy", "location")
_OPTIONAL_TEXT = ("removed", "null", "blank text", "control characters", "bidirectional override", "SQL")
_OF_NEW_PASSWORDS = ("password: bidirectional override", "password: control characters", "password: SQL")

_OWN_RULES = ("notice_minutes", "horizon_days", "step_minutes", "max_per_day", "max_per_week", "pause")

# What looks hostile and is right: sent after the snapshot, and then it must be accepted.
VALID = {
    "checkout.create_session": ("teacher_id: removed", "teacher_id: null"),
    "users.change_me": (
        *(f"{name}: removed" for name in ("name", "handle", "timezone", "is_profile_public", "website", *TEXTS)),
        *(f"{name}: null" for name in ("website", *TEXTS)),
        *(f"{name}: SQL" for name in ("name", *TEXTS)),
    ),
    "users.change_settings": ("mail: removed",),
    "auth.signup": (
        "timezone: removed",
        "password: bidirectional override",
        "password: control characters",
        "password: SQL",
        "name: SQL",
        *(f"turnstile_token: {name}" for name in _OPTIONAL_TEXT),
        *(f"invitation_token: {name}" for name in _OPTIONAL_TEXT if name != "blank text"),
    ),
    "auth.login": ("mode: removed",),
    "auth.step_up": ("code: removed", "code: null"),
    "auth.log_in_second_factor": ("mode: removed",),
    "availability.replace": (
        *(f"{name}: removed" for name in (*_OWN_RULES, "buffer_before_minutes", "week_start")),
        *(f"{name}: null" for name in _OWN_RULES),
    ),
    "external_calendars.add": ("name: SQL",),
    "passkeys.add": ("name: SQL",),
    "passkeys.log_in": ("mode: removed",),
    "passkeys.rename": ("name: SQL",),
    "files.create": ("name: SQL",),
    "files.complete": (
        "parts: removed",
        *(
            f"parts/0/etag: {name}"
            for name in (
                "date only",
                "seconds",
                "other prefix",
                "unknown course",
                "unknown person",
                "unknown enrollment",
            )
        ),
    ),
    "admin_invitations.send": ("days: removed",),
    **STUDIO,
    **COURSEWORK,
    **REVIEWS,
    "admin_users.change_capabilities": (
        *(
            f"{name}: {case}"
            for name in (
                "can_take_courses",
                "can_teach_courses",
                "can_create_courses",
                "can_moderate_courses",
                "is_admin",
                "reason",
            )
            for case in ("removed", "null")
        ),
        "reason: SQL",
    ),
}
# What is right too, but can be said only once: the control does.
VALID_ONCE = {
    "applications.submit": (
        "expertise_areas: SQL",
        "teaching_experience: SQL",
        "course_ideas: SQL",
        "motivation: SQL",
        "portfolio_url: removed",
        "portfolio_url: null",
    ),
    "session_invites.send": ("session_id: removed", "session_id: null"),
    "session_waitlist.join": (
        *(f"{name}: {case}" for name in ("earliest_at", "session_id") for case in ("removed", "null")),
    ),
    "sessions.cancel": ("reason: SQL",),
    "sessions.reschedule": ("reason: SQL",),
    "sessions.contest": ("statement: SQL",),
    "admin_sessions.book": ("reason: SQL", "teacher_id: removed", "teacher_id: null"),
    **dict.fromkeys(("sessions.book", "sessions.book_bundle"), ("teacher_id: removed", "teacher_id: null")),
    "admin_sessions.resolve": ("note: SQL", "no_show_user_id: removed", "no_show_user_id: null"),
    "admin_sessions.credit": ("reason: SQL",),
    "admin_enrollments.reassign_teacher": ("reason: SQL",),
    **dict.fromkeys(
        (
            "admin_applications.deny",
            "admin_users.suspend",
            "admin_courses.suspend",
            "admin_courses.transfer",
            "admin_reviews.hide",
            "teaching_requests.decline",
        ),
        ("reason: SQL",),
    ),
    "admin_topics.add": ("name: SQL", "position: removed"),
    "courses.replace_curriculum": left_out("modules/0/module_id"),  # then it is another module
    "homework.review": (*left_out("feedback", "points", "attempt"), "feedback: SQL"),
    "teacher_reviews.write": ("comment: SQL",),
    "course_reviews.write": (*left_out("clarity", "relevance", "depth"), "comment: SQL"),
    "session_ratings.rate": (
        *left_out("teaching", "interaction", "materials", "comment"),
        *(f"comment: {name}" for name in ("SQL", "empty text", "blank text")),
    ),
    "payouts.request": ("amount_cents: removed", "amount_cents: null", "currency: removed"),
    "admin_payouts.approve": ("note: SQL",),
    "admin_payouts.approve_batch": ("note: SQL", "note: removed", "note: null"),
    "admin_payouts.reject": ("reason: SQL",),
    "admin_payouts.hold": ("note: SQL",),
    "admin_payouts.cancel": ("reason: SQL",),
    "books.lift_freeze": ("note: SQL",),
    "reconciliation.accept": ("note: SQL",),
    "refunds.ask": (*left_out("amount_cents"), "currency: removed", "reason: SQL"),
    "admin_refunds.approve": (*left_out("amount_cents"), "currency: removed"),
    "admin_refunds.reject": ("reason: SQL",),
    "admin_disputes.send_evidence": ("statement: SQL", "is_final: removed"),
    "auth.logout_everywhere": ("keep_current: removed", "body: empty"),
    "auth.verify_email": ("password: removed", "password: null"),
    "auth.reset_password": _OF_NEW_PASSWORDS,
    "auth.change_password": ("keep_others: removed", *_OF_NEW_PASSWORDS),
}
# Their bodies work once: the valid case stands for the unspoiled one.
ONCE = frozenset({"auth.log_in_second_factor", "external_calendars.add", "passkeys.add", "passkeys.log_in"})


def spoiled(document: dict[str, Any], operation: Operation, body: dict[str, Any]) -> list[Case]:
    """Every case of one operation: its properties, those of nested objects, and the whole."""
    assert operation.body is not None
    found = [*mutations.of_whole(body)]
    for number, (at, schema) in enumerate(properties(document, operation.body)):
        found += mutations.of_property(body, at, schema, with_giants=number == 0)
    return found


async def post(stage: Stage, operation: Operation, call: Call, case: Case) -> httpx.Response:
    path = operation.path.format(**call.path)
    headers = call.headers() | case.headers
    return await stage.world.http.request(operation.method, path, content=case.content, headers=headers)


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)  # which takes less than SQLite of what gets so far
@pytest.mark.parametrize("half", [0, 1])  # all of them take longer than one test may
async def test_no_spoiled_body_is_accepted_or_changes_anything(
    openapi_document: dict[str, Any], walked: list[Operation], stage: Stage, findings: Findings, half: int
) -> None:
    before, valid = await snapshot(stage.world), []
    asked = [each for each in walked if each.body is not None][half::2]
    for operation in asked:
        call = stage.calls[operation.id]
        findings.same(f"{operation.id}: only in the example", set(operation.example) - set(call.body or {}), set())
        for case in spoiled(openapi_document, operation, call.body or {}):
            if case.name.removeprefix("new_") in VALID_ONCE.get(operation.id, ()):
                continue
            if case.name in VALID.get(operation.id, ()):
                valid.append((operation, call, case))
            else:
                findings.refused(f"{operation.id} {case.name}", await post(stage, operation, call, case))
    findings.same("rows", changed(before, await snapshot(stage.world)), {})
    findings.same("valid cases", len(valid), sum(len(VALID.get(each.id, ())) for each in asked))
    await forget_wrong_codes(stage)
    for operation, call, case in valid:
        findings.accepted(f"{operation.id} {case.name}", await post(stage, operation, call, case))
    await check_controls(asked, stage, findings)


async def forget_wrong_codes(stage: Stage) -> None:
    """Or the right one would not be looked at; that is tested elsewhere."""
    for actor in (call.actor for call in stage.calls.values() if call.actor is not None):
        for name in ("codes", "codes-month"):
            await stage.world.app.state.kv.forget(f"{name}:{actor.user_id}")


async def check_controls(walked: list[Operation], stage: Stage, findings: Findings) -> None:
    """The unspoiled bodies are accepted, so it was the spoiling that was refused."""
    for operation in (each for each in walked if each.body is not None and each.id not in ONCE):
        findings.accepted(operation.id, await stage.send(operation, stage.calls[operation.id]))


async def test_no_spoiled_form_logs_anybody_in(stage: Stage, findings: Findings) -> None:
    good = "username={email}&password=correct+horse+sample+staple".format(**stage.calls["auth.login"].body or {})
    before = await snapshot(stage.world)
    for name, content in _forms(good).items():
        headers = {"Content-Type": FORM}
        answer = await stage.world.http.post("/api/auth/token", content=content, headers=headers)
        findings.refused(name, answer)
    for given in (JSON, "text/plain", "multipart/form-data; boundary=x", None):
        typed = {"Content-Type": given} if given else {}
        answer = await stage.world.http.post("/api/auth/token", content=good, headers=typed)
        findings.refused(f"as {given}", answer, 415)
    findings.same("rows", changed(before, await snapshot(stage.world)), {})
    answer = await stage.world.http.post("/api/auth/token", content=good, headers={"Content-Type": FORM})
    findings.accepted("good", answer)


def _forms(good: str) -> dict[str, bytes]:
    name, word = good.split("&")
    return {
        "empty": b"",
        "no password": name.encode(),
        "no name": word.encode(),
        "empty name": f"username=&{word}".encode(),
        "wrong password": f"{name}&password={MARKER}".encode(),
        "NUL": f"{name}%00&{word}".encode(),
        "surrogate": f"{name}%ed%a0%80&{word}".encode(),
        "invalid UTF-8": f"{name}%ff&{word}%ff".encode(),
        "half an escape": f"{name}%&{word}%z".encode(),
        "5000 characters": f"{name}{'x' * 5000}&{word}".encode(),
        "1 MB": f"{name}&password={'x' * 1_000_000}".encode(),
        "2 MB": f"{name}&password={'x' * 2_000_000}".encode(),
        "100000 fields": b"&".join(b"a%d=1" % number for number in range(80_000)),
        "JSON": json.dumps({"username": MARKER, "password": MARKER}).encode(),
        "SQL": f"username=%27+OR+1%3D1--&password={MARKER}".encode(),
    }


async def test_no_unsigned_webhook_is_stored(stage: Stage, findings: Findings) -> None:
    """Their bodies are raw bytes: the signature decides before anything is read."""
    before = await snapshot(stage.world)
    seal = {"svix-id": "msg_1", "svix-timestamp": "1796115600"}
    for path, header, others in (
        ("/api/webhooks/stripe", "Stripe-Signature", {}),
        ("/api/webhooks/stripe/connect", "Stripe-Signature", {}),
        ("/api/webhooks/video/plugnmeet", "Hash-Token", {}),
        ("/api/webhooks/email", "svix-signature", seal),
    ):
        for case in mutations.of_whole({"id": MARKER, "type": "checkout.session.completed"}):
            for name, signature in _signatures().items():
                headers = case.headers | others | ({header: signature} if signature is not None else {})
                answer = await stage.world.http.post(path, content=case.content, headers=headers)
                findings.refused(f"{path} {case.name}, signature {name}", answer)
    findings.same("rows", changed(before, await snapshot(stage.world)), {})


def _signatures() -> dict[str, str | None]:
    return {
        "missing": None,
        "empty": "",
        "garbage": MARKER,
        "shaped": "t=1796115600,v1=" + "0" * 64,
        "of large numbers": f"t={'9' * 400},v1={'f' * 64}",
        "without time": "v1=" + "0" * 64,
        "a nested token": "W" * 900 + ".e30.c2ln",
        "of zeros": "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "of many zeros": " ".join(["v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="] * 80),
        "unsigned token": "eyJhbGciOiJub25lIn0.e30.",
    }


async def test_an_idempotency_key_is_short_and_plain(walked: list[Operation], stage: Stage, findings: Findings) -> None:
    before = await snapshot(stage.world)
    keys = {"short": b"7", "long": b"k" * 256, "spaced": b"a key with spaces", "not ASCII": "schlüssel-öä".encode()}
    for operation in (each for each in walked if any(given.name == "Idempotency-Key" for given in each.parameters)):
        call = stage.calls.get(operation.id)
        for name, key in keys.items() if call else ():
            assert call is not None
            headers: dict[Any, Any] = call.headers() | {"Idempotency-Key": key}
            findings.refused(f"{operation.id} {name}", await stage.send(operation, call, headers), 422)
    findings.same("rows", changed(before, await snapshot(stage.world)), {})


async def test_two_keys_in_one_request_are_no_way_around(stage: Stage, findings: Findings) -> None:
    """The body of a repetition is compared byte by byte, so another spelling of the same is another request."""
    call, key = stage.calls["sessions.book"], uuid.uuid4().hex
    headers = call.headers() | {"Idempotency-Key": key, "Content-Type": JSON}
    first = await stage.world.http.post("/api/sessions", json=call.body, headers=headers)
    findings.accepted("first", first)
    before = await snapshot(stage.world)
    other = json.dumps(call.body, indent=1).encode()
    findings.refused("spaced", await stage.world.http.post("/api/sessions", content=other, headers=headers), 409)
    findings.same("rows", changed(before, await snapshot(stage.world)), {})
