"""`GET /api/users/me/export`: everything that is kept of somebody, and nothing that is not theirs."""

import json
from collections.abc import Callable
from typing import Any

from app.domains.accounts import service
from app.orm_registry import metadata
from tests.domains.accounts.life import HANDLE, Life, reissued
from tests.domains.accounts.rows import MARK
from tests.support.world import World

EXPORT = "/api/users/me/export"
Find = Callable[[dict[str, Any]], Any]

# Each table that refers to people, and where its rows are in the document.
EXPORTED: dict[str, Find] = {
    "users": lambda e: e["profile"],
    "mail_preferences": lambda e: e["mail_preferences"],
    "auth_sessions": lambda e: e["log_ins"]["auth_sessions"],
    "mail_tokens": lambda e: e["log_ins"]["mailed_links"],
    "totp_secrets": lambda e: e["second_factors"]["authenticator_apps"],
    "recovery_codes": lambda e: e["second_factors"]["recovery_codes"],
    "passkeys": lambda e: e["passkeys"],
    "external_identities": lambda e: e["identities"],
    "creator_applications": lambda e: e["applications"]["made"] and e["applications"]["decided"],
    "invitations": lambda e: e["invitations"]["received"] and e["invitations"]["sent"],
    "availability_profiles": lambda e: e["availability"]["rules"],
    "availability_windows": lambda e: e["availability"]["weekly"],
    "availability_rules": lambda e: e["availability"]["own_rules"],
    "availability_overrides": lambda e: e["availability"]["dates"],
    "external_calendars": lambda e: e["availability"]["external_calendars"],
    "courses": lambda e: e["courses"]["created"],
    "certifications": lambda e: e["courses"]["certifications"] and e["courses"]["certifications_approved"],
    "enrollments": lambda e: e["enrollments"],
    "sessions": lambda e: e["sessions"]["sessions"],
    "calendar_feeds": lambda e: e["calendar_feeds"],
    "attendance": lambda e: e["sessions"]["attendance"],
    "time_holds": lambda e: e["arrangements"]["holds"],
    "session_invites": lambda e: e["arrangements"]["invites"],
    "session_waits": lambda e: e["arrangements"]["waitlist"],
    "recording_consents": lambda e: e["recording_consents"],
    "recordings": lambda e: e["recordings"],
    "session_moves": lambda e: e["sessions"]["moves"],
    "session_contests": lambda e: e["sessions"]["contests"],
    "session_credits": lambda e: e["sessions"]["credits"],
    "certificates": lambda e: all(e["certificates"][part] for part in ("held", "recommended", "decided")),
    "teaching_requests": lambda e: e["certificates"]["requested"] and e["certificates"]["requests_decided"],
    "reviews": lambda e: e["reviews"]["written"] and e["reviews"]["received"] and e["reviews"]["replies"],
    "session_ratings": lambda e: e["reviews"]["session_ratings"],
    "member_follows": lambda e: e["follows"]["people"],
    "course_follows": lambda e: e["follows"]["courses"],
    "homework_assignments": lambda e: e["homework"]["given"],
    "homework_submissions": lambda e: e["homework"]["handed_in"] and e["homework"]["reviewed"],
    "course_resources": lambda e: e["resources"],
    "purchases": lambda e: e["payments"]["purchases"],
    "transactions": lambda e: e["payments"]["transactions"],
    "refunds": lambda e: e["refunds"],
    "payment_splits": lambda e: e["payments"]["earnings"],
    "ledger_accounts": lambda e: e["payments"]["balances"],
    "payout_accounts": lambda e: e["payouts"]["account"],
    "bank_returns": lambda e: e["payouts"]["returned_by_bank"],
    "payouts": lambda e: e["payouts"]["made"] and e["payouts"]["decided"],
    "files": lambda e: e["files"],
    "audit_entries": lambda e: e["audit"],
}
NOT_EXPORTED = {
    "session_walls": "when sessions to come are, by the zone of the profile; both are exported",
    "person_guards": "a lock; says nothing of the person",
    "taken_cells": "the time of sessions, which are exported",
    "course_listings": "what is shown of courses, which are exported",
    "listed_teachers": "for what people can be booked, as their certifications say, which are exported",
    "payout_reversals": "parts of payouts, which are exported with what came back",
    "payout_freezes": "who let payouts go on, which is in the audit log",
    "listed_people": "what is shown of profiles, which are exported",
}


def tables_about_people() -> set[str]:
    referring = {
        table.name for table in metadata.sorted_tables for key in table.foreign_keys if key.column.table.name == "users"
    }
    return referring | {"users", "audit_entries"}  # audit entries have no foreign keys


def test_no_table_about_people_is_forgotten() -> None:
    assert tables_about_people() == EXPORTED.keys() | NOT_EXPORTED.keys()


async def test_everything_is_in_it(world: World) -> None:
    life = await Life.lived(world)
    answer = await life.zelda.get(EXPORT)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="peerloop-export.json"'
    assert answer.headers["cache-control"] == "private, no-store"
    document = answer.json()
    assert [table for table, find in EXPORTED.items() if not find(document)] == []
    assert (document["profile"]["email"], document["profile"]["handle"]) == (life.zelda.email, HANDLE)
    assert document["mail_preferences"]["marketing"] is True
    assert {each["role"] for each in document["enrollments"]} == {"student", "teacher"}
    assert document["payments"]["balances"][0]["currency"] == "usd"
    assert {each["was_own_act"] for each in document["audit"]} == {True, False}


async def test_it_holds_no_secret_and_nobody_else(world: World) -> None:
    life = await Life.lived(world)
    text = (await life.zelda.get(EXPORT)).text
    for secret in (
        "hash",
        "sealed",
        f"{MARK} secret",
        f"{MARK} code",
        f"{MARK}-address",
        "public_key",
        life.zelda.token,
    ):
        assert secret not in text, secret
    for other in (life.student.actor, life.teacher):
        assert other.user_id not in text
        assert other.email not in text
    for name in ("Sam Sample", "Priya Placeholder", "guest@peerloop.example", "others"):
        assert name not in text, name
    theirs = (await life.student.actor.get(EXPORT)).text
    assert life.zelda.user_id not in theirs
    assert MARK not in theirs


async def test_a_new_account_has_an_export_too(world: World) -> None:
    sam = await world.member("Sam Sample")
    document = (await sam.get(EXPORT)).json()
    assert document["profile"]["id"] == sam.user_id
    assert document["payments"] == {"purchases": [], "transactions": [], "earnings": [], "balances": []}
    assert json.loads(json.dumps(document)) == document


async def test_an_unproven_account_learns_nothing_of_whose_address_it_has(world: World) -> None:
    sid, ada = await world.member("Sid Squatter", is_verified=False), await world.member("Ada Adams", is_admin=True)
    invitation = {"email": sid.email, "kind": "moderator"}
    assert (await ada.post("/api/admin/invitations", invitation)).status_code == 201
    refused = await sid.get(EXPORT)
    assert (refused.status_code, refused.json()["code"]) == (403, "email_not_verified")
    document = await world.db.read(service.export, sid.user_id)
    assert document.invitations["received"] == []


async def test_it_asks_for_a_recent_log_in(world: World) -> None:
    sam = await world.member("Sam Sample")
    world.clock.advance(minutes=14)
    assert (await sam.get(EXPORT)).status_code == 200
    later = await reissued(world, sam, minutes=2)
    refused = await later.get(EXPORT)
    assert (refused.status_code, refused.json()["code"]) == (401, "step_up_needed")
