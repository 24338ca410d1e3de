"""What concerns an account in all domains at once: everything that is kept of it, and its end."""

from collections.abc import Collection
from dataclasses import asdict

from app.db.export import MOST_ROWS
from app.db.session import ReadSession, WriteSession
from app.domains.accounts.errors import ObligationsOpen
from app.domains.accounts.schemas import AccountExport
from app.domains.agenda import service as agenda
from app.domains.arrangements import service as arrangements
from app.domains.audit import service as audit
from app.domains.auth import service as auth
from app.domains.auth.errors import OnlyWayIn
from app.domains.calendar import service as calendar
from app.domains.certificates import service as certificates
from app.domains.courses import service as courses
from app.domains.enrollments import service as enrollments
from app.domains.files import service as files
from app.domains.follows import service as follows
from app.domains.homework import service as homework
from app.domains.invitations import service as invitations
from app.domains.mfa import service as mfa
from app.domains.oauth import service as oauth
from app.domains.passkeys import service as passkeys
from app.domains.payments import service as payments
from app.domains.payouts import service as payouts
from app.domains.recordings import service as recordings
from app.domains.refunds import service as refunds
from app.domains.resources import service as resources
from app.domains.reviews import service as reviews
from app.domains.roles import service as roles
from app.domains.sessions import service as sessions
from app.domains.users import service as users
from app.domains.users.types import Obligation, Person, UserId
from app.domains.video import service as video
from app.edge.idempotency import forget_caller

_OBLIGING = (users, courses, enrollments, sessions, payouts, payments, refunds)
_ERASING = (
    auth,
    mfa,
    oauth,
    passkeys,
    roles,
    arrangements,
    agenda,
    calendar,
    certificates,
    courses,
    enrollments,
    sessions,
    recordings,
    homework,
    reviews,
    follows,
    payouts,
    refunds,
    files,
)


def export(session: ReadSession, user_id: UserId) -> AccountExport:
    """Everything that is kept of the person, on one snapshot. Raises `UserNotFound`."""
    user = users.get_user(session, user_id)
    return AccountExport(
        exported_at=session.now,
        most_rows=MOST_ROWS,
        profile=users.export_of(session, user_id),
        mail_preferences=asdict(users.mail_preferences(session, user_id)),
        log_ins=auth.export_of(session, user_id),
        second_factors=mfa.export_of(session, user_id),
        passkeys=passkeys.export_of(session, user_id),
        identities=oauth.export_of(session, user_id),
        applications=roles.export_of(session, user_id),
        invitations=invitations.export_of(session, user_id, user.email if user.is_email_verified else None),
        availability=calendar.export_of(session, user_id),
        courses=courses.export_of(session, user_id),
        enrollments=enrollments.export_of(session, user_id),
        sessions=sessions.export_of(session, user_id),
        recording_consents=video.export_of(session, user_id),
        recordings=recordings.export_of(session, user_id),
        arrangements=arrangements.export_of(session, user_id),
        calendar_feeds=agenda.export_of(session, user_id),
        homework=homework.export_of(session, user_id),
        resources=resources.export_of(session, user_id),
        certificates=certificates.export_of(session, user_id),
        reviews=reviews.export_of(session, user_id),
        follows=follows.export_of(session, user_id),
        payments=payments.export_of(session, user_id),
        payouts=payouts.export_of(session, user_id),
        refunds=refunds.export_of(session, user_id),
        files=files.export_of(session, user_id),
        audit=audit.export_of(session, user_id),
    )


def obligations_of(session: ReadSession, user_id: UserId) -> list[Obligation]:
    """All that keeps the account from being deleted."""
    return [obligation for domain in _OBLIGING for obligation in domain.obligations_of(session, user_id)]


def refuse_lost_account(session: WriteSession, user_id: UserId, issuers: Collection[str]) -> None:
    """Raises `OnlyWayIn` when there is neither a password to log in with nor a passkey nor an account at one of these
    issuers. The person must be locked: two ways removed at once must not each count the other."""
    has_password = users.password_hash_of(session, user_id) is not None
    others = passkeys.passkeys_of(session, user_id) or oauth.list_identities(session, user_id, issuers)
    if not (has_password or others):
        raise OnlyWayIn


def delete_account(session: WriteSession, user_id: UserId) -> None:
    """Forget the person, in one transaction with the check that nobody is owed anything. Rows that others, the books or
    the law need stay, and lead to nobody.

    Whatever takes this person's time or buys from them waits for the same locks, so that either it or this is refused.
    Raises `UserNotFound`, `ObligationsOpen`.
    """
    calendar.lock_people(session, user_id)
    users.lock_leaver(session, user_id)
    reasons = obligations_of(session, user_id)
    if reasons:
        raise ObligationsOpen(reasons=[asdict(reason) for reason in reasons])
    _erase(session, users.get_person(session, user_id))
    audit.record(session, user_id, audit.Change("user.deleted", "user", user_id))


def _erase(session: WriteSession, person: Person) -> None:
    for domain in _ERASING:
        domain.erase(session, person.id)
    invitations.erase(session, person.id, person.email if person.is_email_verified else None)
    users.erase(session, person.id)
    nobody = users.get_person(session, person.id)
    now = {"name": nobody.name, "holder_name": nobody.name, "handle": nobody.handle, "email": nobody.email}
    forget_caller(session, person.id, now)
