"""Refusals about booking and seeing sessions."""

from app.core.errors import Conflict, Forbidden, NotFound, members
from app.domains.enrollments.errors import EnrollmentNotFound, OtherTeacher, TeacherNotAvailable, TeacherNotChosen

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
    """Sessions of a completed, cancelled or disputed place cannot be booked, nor any for a student who is suspended."""

    code = "enrollment_not_active"
    title = "Sessions can only be booked while the enrollment is active."


class PlaceEnded(Conflict):
    """The place was given up, refunded or lost in a dispute: how its sessions ended decides about nothing any more."""

    code = "place_ended"
    title = "The place that this session was of has ended."
    hint = "GET /api/enrollments/{id} shows it. Its money went back, so no session of it is counted any more."


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
    """The teacher does not offer this start. `reason`: outside_availability, in_past, notice, horizon, paused,
    day_limit or week_limit."""

    code = "slot_not_offered"
    title = "The teacher does not offer this time."
    hint = "Choose one of `alternatives`, or a start that GET /api/teachers/{id}/availability lists."
    context_example = members(reason="notice", alternatives=_ALTERNATIVES)


class StudentBusy(Conflict):
    """The caller has another session then, or a hold on the time; `conflicts_with` is its id."""

    code = "student_busy"
    title = "You have another session at that time."
    hint = "Choose one of `alternatives`: they suit both of you."
    context_example = members(conflicts_with="ses_01kbq2z7m8e6h9s0t3v5x7y9za", alternatives=_ALTERNATIVES)


class StudentNotFree(Conflict):
    """The student has something else at that time; what it is, is not the teacher's to know."""

    code = "student_not_free"
    title = "The student has something else at that time."
    hint = "Choose one of `alternatives` if there are any, or let the student book a time that suits both of you."
    context_example = members(alternatives=_ALTERNATIVES)


class BundleRefused(Conflict):
    """Some sessions of a bundle cannot be had, so none was booked. `refusals` says why, by the number of the item
    from 0: with the code, and what else the booking of that one session would answer; or the other item it conflicts
    with."""

    code = "bundle_refused"
    title = "Some of these times cannot be had; nothing was booked."
    hint = (
        "Change the items named in `refusals`, for example to one of their `alternatives`, and send all of them again."
    )
    context_example = members(refusals=[{"item": 1, "code": "slot_taken", "alternatives": _ALTERNATIVES}])


class StartsAnyway(Conflict):
    """The session that was to begin earlier begins about now as it is."""

    code = "starts_anyway"
    title = "This session begins about now anyway."
    hint = "Join it; nothing needs to be moved."


class HoldOver(Conflict):
    """The time was kept only until somebody decided or the hold expired, and that has happened."""

    code = "hold_over"
    title = "The time is not kept any more."
    hint = "Ask for the free slots again; the same time may still be among them."


class SessionNotPlanned(Conflict):
    """It has begun, is over, or was called off."""

    code = "session_not_planned"
    title = "Only a session that is still to come can be changed."
    hint = "One that has begun is settled by who came; within 72 hours you may contest that."


class ReasonNeeded(Conflict):
    """The start is less than 24 hours away, or it is not the student who changes the plan: the other one is owed a
    reason. `late_from` is since when it is late."""

    code = "reason_needed"
    title = "Say why: the other one is told."
    hint = "Send a `reason`. Students need none until `late_from`."
    context_example = members(late_from="2026-12-02T09:00:00Z")


class TooManyReschedules(Conflict):
    """The session was moved as often as a session may be; cancelling and booking anew counts as moving."""

    code = "too_many_reschedules"
    title = "This session was moved as often as a session may be."
    hint = "Hold it as planned or cancel it, or ask an administrator to move it."


class SameTime(Conflict):
    """The session is at that time already."""

    code = "same_time"
    title = "The session is at this time already."
    hint = "Send another start, such as one of GET /api/teachers/{id}/availability."


class SessionNotOver(Conflict):
    """Before a session's end nobody knows how it ended. `ends_at` is when it does."""

    code = "session_not_over"
    title = "This session is not over yet."
    hint = "Repeat this after `ends_at`."
    context_example = members(ends_at="2026-12-03T10:30:00Z")


class MayNotComplete(Forbidden):
    """A student never says that a session was held."""

    code = "may_not_complete"
    title = "Students do not complete sessions."
    hint = "Message your teacher. If the session was settled wrongly, POST /api/sessions/{id}/contest within 72 hours."


class AttendanceDisagrees(Conflict):
    """The student was there and waited, and the teacher was not seen: then nobody's word completes it."""

    code = "attendance_disagrees"
    title = "The student waited and the teacher was not seen in the room."
    hint = "Wait until it is settled, then POST /api/sessions/{id}/contest; an administrator decides."


class SessionSettled(Conflict):
    """It has an outcome that this cannot change."""

    code = "session_settled"
    title = "This session has its outcome already."
    hint = "GET /api/sessions/{id} shows it. A no-show is contested with POST /api/sessions/{id}/contest."


class NotContestable(Conflict):
    """Only a no-show and what was completed by hand can be contested, for 72 hours, while no money has moved."""

    code = "not_contestable"
    title = "How this session ended cannot be contested now."
    hint = "Write to the support address: an administrator can add a session to make up for it."


class AlreadyContested(Conflict):
    """One of the two contested it already; one decision settles it for both."""

    code = "already_contested"
    title = "This session is contested already."
    hint = "An administrator decides; GET /api/sessions/{id} shows the contest."


class SessionCounted(Conflict):
    """The session was counted, so its money has moved; an outcome that would take it back is a refund's business."""

    code = "session_counted"
    title = "The money of this session has moved."
    hint = "Add a session with POST /api/admin/sessions/{id}/credit instead."


class NothingToMakeUp(Conflict):
    """The session was not used up: it was given back, or is still to come."""

    code = "nothing_to_make_up"
    title = "This session was not used up, so nothing is to be made up for."
    hint = "The student can book it again as it is."


class AlreadyCredited(Conflict):
    """A session is made up for once."""

    code = "already_credited"
    title = "This session was made up for already."
    hint = "GET /api/sessions/{id} says so; a later one that went wrong can be made up for too."


class SessionOutcomeOpen(Conflict):
    """A session of the place is being held, or it is not settled yet whose fault it was that it was not held."""

    code = "session_outcome_open"
    title = "A session of this place is not settled yet."
    hint = "Ask again when it is over; a missed session can be contested for 72 hours."


class AlreadyTeaches(Conflict):
    """Nothing is to be handed over."""

    code = "already_teaches"
    title = "This person teaches the place already."


class OwnPlace(Forbidden):
    """Administrators decide nothing about a place that they teach, are to teach, hold, or earn from: its money is
    theirs."""

    code = "own_place"
    title = "This place is your own business."
    hint = "Ask another administrator."


class TeacherChanged(Conflict):
    """The session was not counted while its teacher taught the place; now it would be paid to somebody else."""

    code = "teacher_changed"
    title = "Somebody else teaches this place by now."
    hint = "An administrator can give the place back to the session's teacher, decide, and hand it over again."


NOT_BOOKABLE = (
    EnrollmentNotFound,
    EnrollmentNotActive,
    TeacherNotChosen,
    OtherTeacher,
    TeacherNotAvailable,
    NoSessionsLeft,
)
"""Whoever plans one more session of a place: what `open_place` refuses with."""

NOT_FREE = (SlotNotOffered, SlotTaken, StudentBusy)
"""Whoever wants a time for it: what `take` and `retake` refuse with."""
