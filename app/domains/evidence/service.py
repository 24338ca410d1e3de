"""What is known of a disputed payment, gathered from all domains."""

import hashlib
import json
from typing import Any

from app.db.session import ReadSession
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentFacts
from app.domains.homework import service as homework
from app.domains.notifications import service as notifications
from app.domains.payments import service as payments
from app.domains.recordings import service as recordings
from app.domains.refunds import service as refunds
from app.domains.refunds.types import DisputeFacts, DisputeId
from app.domains.sessions import service as sessions
from app.domains.sessions.types import SessionFacts, SessionId
from app.domains.users import service as users
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId
from app.domains.video import service as video

_NO_PLACE = {"id": None, "teacher_id": None, "sessions_bought": 0, "sessions_completed": 0, "started_at": None}


def gather(session: ReadSession, dispute_id: DisputeId) -> dict[str, Any]:
    """The pack, in the shape of its schema. Raises `DisputeNotFound`."""
    dispute = refunds.get_dispute(session, dispute_id)
    sale = payments.get_transaction(session, dispute.transaction_id)
    place = enrollments.get_enrollment(session, dispute.enrollment_id) if dispute.enrollment_id else None
    return {
        "dispute_id": dispute.id,
        "transaction_id": sale.id,
        "disputed_cents": dispute.amount_cents,
        "reason": dispute.reason,
        "amount_cents": sale.amount_cents,
        "currency": sale.currency,
        "paid_at": sale.created_at,
        "buyer": _buyer(session, sale.buyer_id),
        "teacher": _teacher(session, place.teacher_id) if place and place.teacher_id else None,
        "course": {"title": sale.title},
        "place": _place(place) if place else _NO_PLACE,
        "sessions": [_lesson(session, each) for each in sessions.list_of_place(session, place.id)] if place else [],
        "files": homework.list_files_of_place(session, place.id) if place else [],
        "mails": notifications.list_mails_to(session, sale.buyer_id),
        "statement": dispute.statement,
    }


def _buyer(session: ReadSession, buyer_id: UserId) -> dict[str, Any]:
    """Of somebody who left since, what is kept."""
    person = users.get_person(session, buyer_id)
    known = {"id": person.id, "name": person.name, "timezone": person.timezone}
    try:
        account = users.get_user(session, buyer_id)
    except UserNotFound:
        return known | {"email": None, "joined_at": None}
    return known | {"email": account.email, "joined_at": account.created_at}


def _teacher(session: ReadSession, teacher_id: UserId) -> dict[str, Any]:
    teacher = users.get_person(session, teacher_id)
    return {"id": teacher.id, "name": teacher.name, "timezone": teacher.timezone}


def _place(place: EnrollmentFacts) -> dict[str, Any]:
    return {
        "id": place.id,
        "teacher_id": place.teacher_id,
        "sessions_bought": place.sessions_bought,
        "sessions_completed": place.sessions_completed,
        "started_at": place.created_at,
    }


def _lesson(session: ReadSession, lesson: SessionFacts) -> dict[str, Any]:
    return {
        "id": lesson.id,
        "teacher": _teacher(session, lesson.teacher_id),
        "booked_at": lesson.created_at,
        "starts_at": lesson.starts_at,
        "ends_at": lesson.ends_at,
        "status": str(lesson.status),
        "missed_by_user_id": lesson.no_show_user_id,
        "started_at": lesson.started_at,
        "ended_at": lesson.ended_at,
        "attendance": [
            {"user_id": each.user_id, "joined_at": each.joined_at, "left_at": each.left_at}
            for each in sessions.list_attendance(session, lesson.id)
        ],
        "consents": [
            {"user_id": user_id, "given_at": given.answered_at, "text_version": given.text_version}
            for user_id, given in video.list_consents(session, lesson.id)
        ],
        "recording": _recording(session, lesson.id),
    }


def _recording(session: ReadSession, session_id: SessionId) -> dict[str, Any] | None:
    kept = recordings.longest_kept(session, session_id)
    return {"sha256": kept.sha256, "size_bytes": kept.size_bytes, "kept_at": kept.kept_at} if kept else None


def reference_of(dispute: DisputeFacts, pack: dict[str, Any], *, is_final: bool) -> str:
    """What names this very evidence at the payment service: the same again is the same, something else is another."""
    told = f"{json.dumps(pack, sort_keys=True)}\n{is_final}"
    return f"{dispute.id}-{hashlib.sha256(told.encode()).hexdigest()[:16]}"
