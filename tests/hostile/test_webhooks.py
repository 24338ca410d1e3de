"""Genuine mail events, tampered with one thing at a time: refused, nothing changed, the same on both databases."""

import asyncio
import json

import httpx

from app.domains.users import service as users
from app.sandbox.resend.events import Seals
from tests.hostile.findings import Findings, changed, snapshot
from tests.hostile.mutations import MARKER
from tests.hostile.stage import Stage

PATH = "/api/webhooks/email"
Headers = dict[str, str]


def event(stage: Stage) -> bytes:
    """A complaint of the student about us."""
    data = {"email_id": MARKER, "to": [stage.student.actor.email]}
    return json.dumps(
        {"type": "email.complained", "created_at": stage.world.clock.now().isoformat(), "data": data}
    ).encode()


def seal(stage: Stage, body: bytes, secret: str | None = None) -> Headers:
    own = stage.world.settings.resend_webhook_secret.get_secret_value()
    return Seals(secret or own, stage.world.clock).headers(body)


async def post(stage: Stage, body: bytes, headers: Headers) -> httpx.Response:
    return await stage.world.http.post(PATH, content=body, headers=headers)


def tampered(stage: Stage, body: bytes) -> dict[str, tuple[bytes, Headers]]:
    """One thing is wrong with each."""
    good = seal(stage, body)
    mac = good["svix-signature"].removeprefix("v1,")
    cases = {f"without {name}": (body, {key: good[key] for key in good if key != name}) for name in good}
    signatures = {
        "no version": mac,
        "version 2": f"v2,{mac}",
        "asymmetric": f"v1a,{mac}",
        "cut": f"v1,{mac[:-4]}",
        "two wrong": f"v2,{mac} v1,{mac[::-1]}",
        "4 KB": f"v1,{mac}" + " x" * 2100,
    }
    cases |= {name: (body, good | {"svix-signature": signature}) for name, signature in signatures.items()}
    return cases | {
        "another id": (body, good | {"svix-id": "msg_other"}),
        "id with a full stop": (body, good | {"svix-id": f"{good['svix-id']}."}),
        "another time": (body, good | {"svix-timestamp": str(int(good["svix-timestamp"]) + 1)}),
        "time as a fraction": (body, good | {"svix-timestamp": f"{good['svix-timestamp']}.0"}),
        "time of 400 digits": (body, good | {"svix-timestamp": "9" * 400}),
        "body with a blank": (body + b" ", good),
        "body written anew": (json.dumps(json.loads(body), separators=(",", ":")).encode(), good),
        "empty body": (b"", good),
        "another secret": (body, seal(stage, body, "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cyE=")),
        "empty secret": (body, seal(stage, body, "whsec_")),
    }


async def test_no_tampered_mail_event_is_taken(stage: Stage, findings: Findings) -> None:
    before, body = await snapshot(stage.world), event(stage)
    for name, (content, headers) in tampered(stage, body).items():
        findings.refused(name, await post(stage, content, headers), 400, 422)
    good = seal(stage, body)
    for seconds in (301, -602):  # late, then early
        stage.world.clock.advance(seconds=seconds)
        findings.refused(f"{seconds} s", await post(stage, body, good), 400)
    stage.world.clock.advance(seconds=301)
    findings.same("rows", changed(before, await snapshot(stage.world)), {})
    findings.accepted("untampered", await post(stage, body, good))


async def test_a_mail_event_twenty_times_at_once_has_one_effect(stage: Stage, findings: Findings) -> None:
    before, body = await snapshot(stage.world), event(stage)
    answers = await asyncio.gather(*(post(stage, body, seal(stage, body)) for _ in range(20)))
    findings.same("statuses", {answer.status_code for answer in answers}, {200})
    rows = changed(before, await snapshot(stage.world))
    findings.same(
        "rows", {name: after - earlier for name, (earlier, after) in rows.items()}, {"inbox_events": 1, "jobs": 1}
    )
    await stage.world.settle()
    user = await stage.world.db.read(users.get_user, stage.student.actor.user_id)
    findings.same("status", user.email_status, "complained")
