"""What mails about holds, invites and the waitlist say."""

from app.db.session import ReadSession
from app.domains.arrangements import service as arrangements
from app.domains.arrangements.types import InviteFacts, InviteId, InviteStatus
from app.domains.courses import service as courses
from app.domains.courses.types import CourseId
from app.domains.holds import service as holds
from app.domains.holds.types import HoldId
from app.domains.notifications import policies
from app.domains.notifications.service.occasion import Draft, Occasion, Values
from app.domains.sessions import service as sessions
from app.domains.users import service as users
from app.domains.users.types import UserId


def held_time_lost(occasion: Occasion) -> Draft | None:
    """With the times that are free when it is sent. None when the hold is forgotten."""
    session, zone = occasion.session, occasion.recipient.timezone
    hold = holds.find_hold(session, HoldId(occasion.order.about_id))
    if hold is None:
        return None
    pair = sessions.Pair(hold.course_id, hold.teacher_id, hold.student_id)
    free = sessions.next_times(session, pair, occasion.letterhead.booking)
    return Draft(
        _course_and(session, hold.course_id, hold.teacher_id)
        | {
            "time": policies.period_text(hold.starts_at, hold.ends_at, zone),
            "free_times": [policies.period_text(slot.start, slot.end, zone) for slot in free],
        }
    )


def session_invited(occasion: Occasion) -> Draft | None:
    """None when it is not open any more."""
    invite = _invite(occasion)
    if invite.status_at(occasion.session.now) is not InviteStatus.PENDING:
        return None
    zone = occasion.recipient.timezone
    return Draft(
        _course_and(occasion.session, invite.course_id, invite.teacher_id)
        | {
            "invite_id": invite.id,
            "starts": policies.moment_text(invite.starts_at, zone),
            "until": policies.moment_text(invite.expires_at, zone),
        }
    )


def session_invite_answered(occasion: Occasion) -> Draft:
    """To the teacher. A session that came of it has an invitation of its own."""
    invite = _invite(occasion)
    about: Values = {"session_id": invite.session_id, "is_accepted": invite.status is InviteStatus.ACCEPTED}
    return Draft(_course_and(occasion.session, invite.course_id, invite.student_id) | about)


def earlier_time_offered(occasion: Occasion) -> Draft | None:
    """None when the offer is over."""
    session = occasion.session
    found = arrangements.find_offer(session, HoldId(occasion.order.about_id))
    if found is None:
        return None
    entry, hold = found
    zone, teacher = occasion.recipient.timezone, users.get_person(session, entry.teacher_id)
    return Draft(
        _course_and(session, entry.course_id, entry.teacher_id)
        | {
            "wait_id": entry.id,
            "starts": policies.moment_text(hold.starts_at, zone),
            "time": policies.period_text(hold.starts_at, hold.ends_at, zone),
            "other_time": policies.period_text(hold.starts_at, hold.ends_at, teacher.timezone),
            "until": policies.moment_text(hold.expires_at, zone),
        }
    )


def _invite(occasion: Occasion) -> InviteFacts:
    return arrangements.find_invite(occasion.session, InviteId(occasion.order.about_id))


def _course_and(session: ReadSession, course_id: CourseId, other_id: UserId) -> Values:
    return {"course": courses.get_course(session, course_id), "other": users.get_person(session, other_id)}
