"""Refusals about applications and about what administrators do to accounts."""

from app.core.errors import Conflict, Forbidden, NotFound


class ApplicationNotFound(NotFound):
    """There is no such application."""

    code = "application_not_found"
    title = "There is no such application."


class ApplicationPending(Conflict):
    """The person has one that awaits a decision."""

    code = "application_pending"
    title = "Your application awaits a decision."
    hint = "GET /api/creator-applications/mine shows it."


class ApplicationNotPending(Conflict):
    """It was approved or denied before."""

    code = "application_not_pending"
    title = "This application was decided before."


class AlreadyCreator(Conflict):
    """The person may create courses."""

    code = "already_creator"
    title = "You may create courses already."


class OwnApplication(Forbidden):
    """Nobody decides about their own application."""

    code = "own_application"
    title = "Another administrator decides about your own application."


class OwnAccount(Forbidden):
    """Administrators neither shut themselves out nor give themselves rights."""

    code = "own_account"
    title = "Another administrator changes your own rights."


class AlreadySuspended(Conflict):
    """The person is shut out."""

    code = "already_suspended"
    title = "This person is suspended already."


class NotSuspended(Conflict):
    """Nobody shut the person out."""

    code = "not_suspended"
    title = "This person is not suspended."


class AccountDeleted(Conflict):
    """The person left."""

    code = "account_deleted"
    title = "This account was deleted."


class AddressNotProven(Conflict):
    """The account may be a stranger's: whoever proves the address later gets it, rights and all."""

    code = "address_not_proven"
    title = "This person has not confirmed the e-mail address yet."
