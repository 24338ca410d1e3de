"""Fields that decide about rights, money and ownership, slipped into every body that changes something."""

from copy import deepcopy
from typing import Any

from sqlalchemy import select

from app.db.session import ReadSession
from app.orm_registry import metadata
from tests.hostile.document import Operation, Pointer, properties
from tests.hostile.findings import Findings, changed, snapshot
from tests.hostile.stage import Call, Stage

RIGHTS = {
    "is_admin": True,
    "is_staff": True,
    "role": "admin",
    "roles": ["admin"],
    "permissions": ["*"],
    "can_take_courses": True,
    "can_teach_courses": True,
    "can_create_courses": True,
    "can_moderate_courses": True,
    "is_email_verified": True,
    "email_verified_at": "2026-12-01T09:00:00Z",
    "suspended_at": None,
    "deleted_at": None,
    "password_hash": "none",
}
MONEY = {
    "price_cents": 0,
    "price": 0,
    "amount_cents": 1,
    "balance_cents": 100_000_000,
    "currency": "usd",
    "fee_cents": 0,
    "royalty_percent": 100,
    "sessions_bought": 99,
    "sessions_completed": 99,
}
OWNERSHIP = {
    "id": "usr_01kbq2z7m8e6h9s0t3v5x7y9za",
    "user_id": "usr_01kbq2z7m8e6h9s0t3v5x7y9za",
    "student_id": "usr_01kbq2z7m8e6h9s0t3v5x7y9za",
    "teacher_id": "usr_01kbq2z7m8e6h9s0t3v5x7y9za",
    "creator_id": "usr_01kbq2z7m8e6h9s0t3v5x7y9za",
    "owner_id": "usr_01kbq2z7m8e6h9s0t3v5x7y9za",
    "reviewed_by_user_id": "usr_01kbq2z7m8e6h9s0t3v5x7y9za",
    "enrollment_id": "enr_01kbq2z7m8e6h9s0t3v5x7y9za",
    "status": "approved",
    "created_at": "2020-01-01T00:00:00Z",
    "__class__": "admin",
    "constructor": {"prototype": {"is_admin": True}},
}
EXTRAS: dict[str, Any] = RIGHTS | MONEY | OWNERSHIP

# It takes all rights away: that is what it is for.
ENDS = frozenset({"accounts.delete"})
# It gives back to the caller what was set aside for them: that is what it is for.
MOVES = frozenset({"payouts.cancel"})
# What an operation is for may be said in its body.
MEANT = {
    "checkout.create_session": {"teacher_id"},
    "payouts.request": {"amount_cents", "currency"},
    "courses.change": {"price_cents", "currency"},
    "admin_courses.transfer": {"creator_id"},
    "refunds.ask": {"amount_cents", "currency"},
    "admin_refunds.approve": {"amount_cents", "currency"},
    "sessions.book": {"enrollment_id", "teacher_id"},
    "session_holds.create": {"teacher_id"},
    "session_invites.send": {"enrollment_id"},
    "session_waitlist.join": {"enrollment_id"},
    "sessions.book_bundle": {"enrollment_id", "teacher_id"},
    "admin_sessions.book": {"enrollment_id", "teacher_id"},
    "admin_enrollments.reassign_teacher": {"teacher_id"},
    "certificates.recommend": {"enrollment_id"},
    "certifications.grant": {"user_id"},
    "admin_users.change_capabilities": {
        "can_take_courses",
        "can_teach_courses",
        "can_create_courses",
        "can_moderate_courses",
        "is_admin",
    },
}


def objects(document: dict[str, Any], operation: Operation) -> dict[Pointer, set[str]]:
    """The known fields of the body and of every object inside it, by where it is."""
    assert operation.body is not None
    known: dict[Pointer, set[str]] = {(): set()}
    for at, _ in properties(document, operation.body):
        known.setdefault(at[:-1], set()).add(str(at[-1]))
    return known


def with_extra(body: dict[str, Any], at: Pointer, name: str) -> dict[str, Any]:
    changed_body = deepcopy(body)
    target: Any = changed_body
    for part in at:
        target = target[part]
    target[name] = EXTRAS[name]
    return changed_body


async def test_no_body_takes_a_field_that_is_not_its_own(
    openapi_document: dict[str, Any], walked: list[Operation], stage: Stage, findings: Findings
) -> None:
    before = await snapshot(stage.world)
    for operation in (each for each in walked if each.body is not None):
        call = stage.calls[operation.id]
        for at, known in objects(openapi_document, operation).items():
            findings.same(f"{operation.id}: means to take", known & EXTRAS.keys(), MEANT.get(operation.id, set()))
            for name in EXTRAS.keys() - known:
                body = with_extra(call.body or {}, at, name)
                spoiled = Call(call.actor, call.path, call.query, body)
                where = "/".join(str(part) for part in (*at, name))
                findings.refused(f"{operation.id} {where}", await stage.send(operation, spoiled), 422)
    findings.same("rows", changed(before, await snapshot(stage.world)), {})


async def test_a_body_where_none_is_read_changes_no_rights_and_no_money(
    walked: list[Operation], stage: Stage, findings: Findings
) -> None:
    for operation in (
        each for each in walked if each.body is None and each.method != "GET" and each.id not in ENDS | MOVES
    ):
        call = stage.calls.get(operation.id)
        if call is None or call.actor is None:
            continue
        before = await stage.world.db.read(rights_and_money, call.actor.user_id)
        answer = await stage.send(operation, Call(call.actor, call.path, call.query, EXTRAS))
        findings.accepted(operation.id, answer)
        after = await stage.world.db.read(rights_and_money, call.actor.user_id)
        findings.same(f"{operation.id}: the caller's rights, or money", after, before)


def rights_and_money(session: ReadSession, user_id: str) -> list[Any]:
    """All columns of the person but those that say when, and the whole ledger."""
    people = metadata.tables["users"]
    columns = [column for column in people.columns if column.name not in {"updated_at", "last_login_at"}]
    books = [table for name, table in sorted(metadata.tables.items()) if name.startswith("ledger_")]
    own = session.execute(select(*columns).where(people.c.id == user_id)).one()
    return [own, *(row for table in books for row in session.execute(select(table)))]
