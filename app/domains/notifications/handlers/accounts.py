"""Who is mailed about accounts, rights and invitations."""

from app.db.session import WriteSession
from app.domains.auth.events import (
    EmailChangeAsked,
    EmailChanged,
    EmailVerificationAsked,
    EmailVerified,
    NewDeviceSignedIn,
    PasswordResetAsked,
    RefreshTokenReused,
    SignupRepeated,
)
from app.domains.invitations.events import InvitationSent
from app.domains.notifications.handlers.mailing import mail
from app.domains.notifications.types import Template
from app.domains.roles.events import ApplicationDecided, ApplicationReceived, PersonSuspended, SuspensionLifted
from app.domains.users import service as users
from app.domains.users.events import SecurityChanged


def on_email_verification_asked(session: WriteSession, event: EmailVerificationAsked) -> None:
    mail(session, Template.VERIFY_EMAIL, event.user_id, event.mail_token_id)


def on_signup_repeated(session: WriteSession, event: SignupRepeated) -> None:
    """At most once a day: whoever repeats a sign-up must not be able to fill somebody's mailbox."""
    today = f"{event.user_id}:{session.now:%Y-%m-%d}"
    mail(session, Template.SIGNUP_REPEATED, event.user_id, event.user_id, fact=today)


def on_email_verified(session: WriteSession, event: EmailVerified) -> None:
    mail(session, Template.WELCOME, event.user_id, event.user_id)


def on_password_reset_asked(session: WriteSession, event: PasswordResetAsked) -> None:
    mail(session, Template.PASSWORD_RESET, event.user_id, event.mail_token_id)


def on_email_change_asked(session: WriteSession, event: EmailChangeAsked) -> None:
    """To the new address."""
    mail(session, Template.EMAIL_CHANGE, event.user_id, event.mail_token_id)


def on_email_changed(session: WriteSession, event: EmailChanged) -> None:
    """To the previous address."""
    mail(session, Template.EMAIL_CHANGED, event.user_id, event.mail_token_id)


def on_security_changed(session: WriteSession, event: SecurityChanged) -> None:
    """Each one: a second passkey is a second fact."""
    mail(
        session,
        Template.SECURITY_CHANGED,
        event.user_id,
        event.change,
        fact=f"{event.change}:{session.now.isoformat()}",
    )


def on_new_device_signed_in(session: WriteSession, event: NewDeviceSignedIn) -> None:
    mail(session, Template.NEW_SIGN_IN, event.user_id, event.auth_session_id)


def on_refresh_token_reused(session: WriteSession, event: RefreshTokenReused) -> None:
    mail(session, Template.REFRESH_TOKEN_REUSED, event.user_id, event.auth_session_id)


def on_invitation_sent(session: WriteSession, event: InvitationSent) -> None:
    """Each time: an administrator may send it again."""
    mail(
        session, Template.INVITATION, None, event.invitation_id, fact=f"{event.invitation_id}:{session.now.isoformat()}"
    )


def on_application_received(session: WriteSession, event: ApplicationReceived) -> None:
    for admin_id in users.admin_ids(session):
        mail(session, Template.APPLICATION_RECEIVED, admin_id, event.application_id)


def on_application_decided(session: WriteSession, event: ApplicationDecided) -> None:
    mail(session, Template.APPLICATION_DECIDED, event.user_id, event.application_id)


def on_person_suspended(session: WriteSession, event: PersonSuspended) -> None:
    fact = f"{event.user_id}:{session.now.isoformat()}"
    mail(session, Template.ACCOUNT_SUSPENDED, event.user_id, event.user_id, fact=fact)


def on_suspension_lifted(session: WriteSession, event: SuspensionLifted) -> None:
    fact = f"{event.user_id}:{session.now.isoformat()}"
    mail(session, Template.SUSPENSION_LIFTED, event.user_id, event.user_id, fact=fact)
