"""Refusals about invitations."""

from app.core.errors import Conflict, Forbidden, NotFound, Problem


class InvitationNotFound(NotFound):
    """There is no such invitation, or the link's text is not one that we mailed."""

    code = "invitation_not_found"
    title = "There is no such invitation."
    hint = "Copy the whole link from the mail, or ask whoever invited you for a new one."


class InvitationForSomebodyElse(Forbidden):
    """The invited address is not the one of the caller's account."""

    code = "invitation_for_somebody_else"
    title = "This invitation was sent to another address."
    hint = "Log in with the account of the invited address."


class InvitationNotPending(Conflict):
    """It was accepted, declined or withdrawn before, or who sent it may not invite any more."""

    code = "invitation_not_pending"
    title = "This invitation was used or withdrawn."


class InvitationExpired(Problem):
    """Its days are over."""

    status, code = 410, "invitation_expired"
    title = "This invitation has expired."
    hint = "Ask whoever invited you for a new one."


class AlreadyMember(Conflict):
    """The address belongs to a verified account."""

    code = "already_member"
    title = "This person is a member already."


class AlreadyModerator(Conflict):
    """The address belongs to somebody who moderates already."""

    code = "already_moderator"
    title = "This person is a moderator already."
