"""What mails about teaching sessions say. Whatever changes a session in calendars comes with a file that changes it
there."""

from dataclasses import replace
from datetime import timedelta

from app.domains.calendar.ics import session_ics
from app.domains.calendar.types import Mailbox, Method
from app.domains.courses import service as courses
from app.domains.notifications import policies
from app.domains.notifications.service.occasion import Draft, Occasion, Values
from app.domains.sessions import service as sessions
from app.domains.sessions.policies import CONTEST_WINDOW
from app.domains.sessions.types import MoveId, SessionFacts, SessionId, SessionStatus
from app.domains.users import service as users
from app.providers.email.port import Attachment

_FILE = "invite.ics"  # of cancellations too: Outlook was seen to pass over others


def session_booked(occasion: Occasion) -> Draft | None:
    """None when the session was called off or is over."""
    lesson = lesson_of(occasion)
    if not lesson.status.is_live:
        return None
    return Draft(times_of(occasion, lesson), attachments=(_file(occasion, lesson, Method.REQUEST),))


def session_rescheduled(occasion: Occasion) -> Draft | None:
    """None when it was moved again, or called off, meanwhile: then another mail tells of that."""
    found = sessions.find_move(occasion.session, MoveId(occasion.order.about_id))
    if found is None or not found[1]:
        return None
    move, lesson = found[0], sessions.get_session_facts(occasion.session, found[0].session_id)
    if not lesson.status.is_live:
        return None
    values = times_of(occasion, lesson) | {
        "moved_by": users.get_person(occasion.session, move.moved_by_user_id),
        "was": policies.moment_text(move.from_starts_at, occasion.recipient.timezone),
        "change_reason": move.reason,
    }
    return Draft(values, attachments=(_file(occasion, lesson, Method.REQUEST),))


def session_cancelled(occasion: Occasion) -> Draft:
    lesson = lesson_of(occasion)
    by = lesson.cancelled_by_user_id
    values: Values = {
        "cancelled_by": users.get_person(occasion.session, by) if by else None,
        "change_reason": lesson.cancel_reason,
        "is_late": lesson.is_late_cancel,
    }
    return Draft(times_of(occasion, lesson) | values, attachments=(_file(occasion, lesson, Method.CANCEL),))


def session_missed(occasion: Occasion) -> Draft | None:
    """None when the session was settled otherwise meanwhile."""
    lesson = lesson_of(occasion)
    if lesson.status is not SessionStatus.NO_SHOW:
        return None
    return Draft(times_of(occasion, lesson) | _absence(lesson) | _window())


def session_completed_by_hand(occasion: Occasion) -> Draft | None:
    """None when it was settled otherwise meanwhile."""
    lesson = lesson_of(occasion)
    by = lesson.completed_by_user_id
    if by is None:
        return None
    return Draft(times_of(occasion, lesson) | _window() | {"completed_by": users.get_person(occasion.session, by)})


def session_contested(occasion: Occasion) -> Draft | None:
    """To the other one, and to administrators, who are neither. None when it was decided meanwhile."""
    session, lesson = occasion.session, lesson_of(occasion)
    contest = sessions.get_contest(session, lesson.id)
    if contest is None or contest.resolved_at is not None:
        return None
    values: Values = {
        "session_id": lesson.id,
        "course": courses.get_course(session, lesson.course_id),
        "contested_by": users.get_person(session, contest.opened_by_user_id),
        "statement": contest.statement,
        "starts": policies.moment_text(lesson.starts_at, occasion.recipient.timezone),
        "is_admin": occasion.recipient.id not in lesson.people,
    }
    return Draft(values)


def session_resolved(occasion: Occasion) -> Draft:
    lesson = lesson_of(occasion)
    contest = sessions.get_contest(occasion.session, lesson.id)
    values = (
        times_of(occasion, lesson)
        | _absence(lesson)
        | {
            "status": lesson.status.value,
            "note": contest.note if contest else lesson.cancel_reason,
        }
    )
    is_cancelled = lesson.status is SessionStatus.CANCELLED
    return Draft(values, attachments=(_file(occasion, lesson, Method.CANCEL),) if is_cancelled else ())


def session_credited(occasion: Occasion) -> Draft:
    return Draft(times_of(occasion, lesson_of(occasion)))


def recording_ready(occasion: Occasion) -> Draft:
    return Draft(times_of(occasion, lesson_of(occasion)))


def lesson_of(occasion: Occasion) -> SessionFacts:
    """The session that the order is about."""
    return sessions.get_session_facts(occasion.session, SessionId(occasion.order.about_id))


def _file(occasion: Occasion, lesson: SessionFacts, method: Method) -> Attachment:
    """It names only the recipient's address: nobody learns the other one's by booking."""
    recipient = occasion.recipient
    event = sessions.calendar_event(occasion.session, lesson.id, platform=occasion.letterhead.platform)
    own = replace(event, attendees=(Mailbox(recipient.name, recipient.email),))
    kind = f"text/calendar; charset=utf-8; method={method}"
    return Attachment(_FILE, kind, session_ics(own, method, occasion.session.now))


def times_of(occasion: Occasion, lesson: SessionFacts) -> Values:
    """The session, and when it is for each of the two."""
    recipient = occasion.recipient
    (other_id,) = lesson.people - {recipient.id}
    other = users.get_person(occasion.session, other_id)
    return {
        "session_id": lesson.id,
        "course": courses.get_course(occasion.session, lesson.course_id),
        "other": other,
        "starts": policies.moment_text(lesson.starts_at, recipient.timezone),
        "time": policies.period_text(lesson.starts_at, lesson.ends_at, recipient.timezone),
        "other_time": policies.period_text(lesson.starts_at, lesson.ends_at, other.timezone),
    }


def _absence(lesson: SessionFacts) -> Values:
    absent_id = lesson.no_show_user_id
    return {"absent_id": absent_id, "is_student_absent": absent_id == lesson.student_id}


def _window() -> Values:
    return {"contest_hours": CONTEST_WINDOW // timedelta(hours=1)}
