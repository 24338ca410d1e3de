"""What mails say that call a session to mind: before it, when a clock changes, and after it."""

from datetime import timedelta

from app.domains.agenda import service as agenda
from app.domains.notifications import policies
from app.domains.notifications.service.lessons import lesson_of, times_of
from app.domains.notifications.service.occasion import Draft, Occasion, Values
from app.domains.reviews import service as reviews
from app.domains.sessions.types import SessionFacts, SessionStatus


def session_reminder(occasion: Occasion) -> Draft | None:
    """None when the session was moved or called off meanwhile, or has begun: the mail service may have been away."""
    lesson, left = lesson_of(occasion), _time_left(occasion)
    if lesson.starts_at != occasion.order.starts_at or not lesson.status.is_live or left <= timedelta(0):
        return None
    return Draft(times_of(occasion, lesson) | {"ahead": policies.ahead_text(left)})


def session_clock_changed(occasion: Occasion) -> Draft | None:
    """None when the session was called off or has begun, or was moved: then both were told all anew."""
    lesson = lesson_of(occasion)
    formerly = _former_times(occasion, lesson)
    if not lesson.status.is_live or _time_left(occasion) <= timedelta(0) or not any(formerly.values()):
        return None
    return Draft(times_of(occasion, lesson) | formerly)


def _former_times(occasion: Occasion, lesson: SessionFacts) -> Values:
    """What the clock of each was to show; None where that is so still."""
    recipient_id = occasion.recipient.id
    (other_id,) = lesson.people - {recipient_id}
    walls = {
        name: agenda.former_wall(occasion.session, lesson.id, person_id)
        for name, person_id in (("former_time", recipient_id), ("other_former_time", other_id))
    }
    return {name: policies.wall_text(wall) if wall else None for name, wall in walls.items()}


def feedback_nudge(occasion: Occasion) -> Draft | None:
    """None when the recipient has rated the session, or it does not count as held any more."""
    lesson = lesson_of(occasion)
    if lesson.status is not SessionStatus.COMPLETED:
        return None
    feedback = reviews.get_feedback(occasion.session, occasion.recipient.id, lesson.id)
    return Draft(times_of(occasion, lesson)) if feedback.can_rate else None


def _time_left(occasion: Occasion) -> timedelta:
    return lesson_of(occasion).starts_at - occasion.session.now
