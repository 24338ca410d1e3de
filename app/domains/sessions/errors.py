"""Refusals about booking and seeing sessions."""

from app.core.errors import Conflict, NotFound, members

_ALTERNATIVES = [{"starts_at": "2026-12-01T15:00:00Z", "ends_at": "2026-12-01T16:00:00Z"}]


class SessionNotFound(NotFound):
    """There is no such session, or the caller takes no part in it."""

    code = "session_not_found"
    title = "There is no such session."


class TeacherNotFound(NotFound):
    """There is no such person, or they do not teach this course at present."""

    code = "teacher_not_found"
    title = "Nobody with this id teaches this course at present."
    hint = "GET /api/courses/{id}/teachers lists who does."


class EnrollmentNotActive(Conflict):
    """Sessions of a completed, cancelled or disputed place cannot be booked."""

    code = "enrollment_not_active"
    title = "Sessions can only be booked while the enrollment is active."


class NoSessionsLeft(Conflict):
    """Every session that was bought is booked or held."""

    code = "no_sessions_left"
    title = "All sessions of this enrollment are booked or held."


class SlotTaken(Conflict):
    """Somebody else has booked the teacher's time; `alternatives` are the next free slots."""

    code = "slot_taken"
    title = "This time was just taken."
    hint = "Choose one of `alternatives`, or ask for the free slots again."
    context_example = members(alternatives=_ALTERNATIVES)


class SlotNotOffered(Conflict):
    """The teacher does not offer this start. `reason`: outside_availability, in_past, notice, horizon, paused, day_limit or
    week_limit."""

    code = "slot_not_offered"
    title = "The teacher does not offer this time."
    hint = "Choose one of `alternatives`, or a start that GET /api/teachers/{id}/availability lists."
    context_example = members(reason="notice", alternatives=_ALTERNATIVES)


class StudentBusy(Conflict):
    """The caller has another session then; `conflicts_with` is its id."""

    code = "student_busy"
    title = "You have another session at that time."
    hint = "Choose one of `alternatives`: they suit both of you."
    context_example = members(conflicts_with="ses_01kbq2z7m8e6h9s0t3v5x7y9za", alternatives=_ALTERNATIVES)
