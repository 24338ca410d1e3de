"""Refusals about holds, invites and the waitlist."""

from app.core.errors import Conflict, NotFound, members

_HOLD = "hld_01kbq2z7m8e6h9s0t3v5x7y9zh"


class HoldNotFound(NotFound):
    """There is no such hold, or it is somebody else's."""

    code = "hold_not_found"
    title = "There is no such hold."
    hint = "GET /api/session-holds lists yours."


class AlreadyHolding(Conflict):
    """The caller keeps another time of this course or of this teacher; `conflicts_with` is the hold."""

    code = "already_holding"
    title = "You keep another time of this course or this teacher."
    hint = "Release it with DELETE /api/session-holds/{hold_id}, then choose again."
    context_example = members(conflicts_with=_HOLD)


class HeldBefore(Conflict):
    """The caller's hold on this very time ended a moment ago; from `earliest_allowed` on it may be kept again."""

    code = "held_before"
    title = "You kept this time until a moment ago."
    hint = "Buy the course and book the time, choose another one, or come back at `earliest_allowed`."
    context_example = members(earliest_allowed="2026-12-01T15:30:00Z")


class TooManyHolds(Conflict):
    """The caller keeps as many times as one may, or has kept as many as one may in a day."""

    code = "too_many_holds"
    title = "You keep, or have kept today, as many times as one may."
    hint = "Buying needs no hold: a time can be booked afterwards with POST /api/sessions."


class InviteNotFound(NotFound):
    """There is no such invite, or it is not one that the caller may answer or see."""

    code = "invite_not_found"
    title = "There is no such invite."
    hint = "GET /api/session-invites lists those you sent and received."


class InviteNotOpen(Conflict):
    """The invite was answered, taken back, or has expired; `reason` says which."""

    code = "invite_not_open"
    title = "This invite is not open any more."
    hint = "Ask for another one, or book a session."
    context_example = members(reason="expired")


class InviteOpen(Conflict):
    """An invite of the caller to this student is open; `conflicts_with` is it."""

    code = "invite_open"
    title = "You have invited this student already."
    hint = "Wait for the answer, or take it back with DELETE /api/session-invites/{invite_id}."
    context_example = members(conflicts_with="siv_01kbq2z7m8e6h9s0t3v5x7y9zj")


class TooManyInvites(Conflict):
    """The student was invited as often as one may be in a day."""

    code = "too_many_invites"
    title = "This student was invited often enough today."
    hint = "Write to them, or let them book a time that suits both of you."


class WaitNotFound(NotFound):
    """There is no such entry of the waitlist, or it is somebody else's."""

    code = "wait_not_found"
    title = "There is no such entry of the waitlist."
    hint = "GET /api/session-waitlist lists yours."


class AlreadyWaiting(Conflict):
    """The caller waits for an earlier time in this place already."""

    code = "already_waiting"
    title = "You wait for a time in this course already."
    hint = "Leave the waitlist with DELETE /api/session-waitlist/{wait_id}, then join it again."


class TimesAreFree(Conflict):
    """There is nothing to wait for: `alternatives` are free times in the range that suit both."""

    code = "times_are_free"
    title = "There are free times already."
    hint = "Book one of `alternatives`, or move your session to it."
    context_example = members(alternatives=[{"starts_at": "2026-12-01T15:00:00Z", "ends_at": "2026-12-01T16:00:00Z"}])


class NotWaiting(Conflict):
    """The entry was served, taken back, or has ended; `reason` says which."""

    code = "not_waiting"
    title = "You do not wait there any more."
    hint = "Join the waitlist again, if you still want an earlier time."
    context_example = members(reason="served")


class NothingOffered(Conflict):
    """Nothing is offered to the caller at this moment, or what was offered has expired."""

    code = "nothing_offered"
    title = "Nothing is offered to you at this moment."
    hint = "You keep your place in the line; you get a mail when a time is free."
