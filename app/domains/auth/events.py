"""What happened to an account."""

from dataclasses import dataclass

from app.core.events import Event
from app.domains.auth.types import AuthSessionId, MailTokenId
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class EmailVerificationAsked(Event):
    """A link that proves the address is to be mailed."""

    user_id: UserId
    mail_token_id: MailTokenId


@dataclass(frozen=True, slots=True)
class SignupRepeated(Event):
    """Somebody signed up with an address that already has a verified account; its owner is told, nobody else."""

    user_id: UserId


@dataclass(frozen=True, slots=True)
class EmailVerified(Event):
    """The address was proven for the first time: the account may now buy, teach and post."""

    user_id: UserId


@dataclass(frozen=True, slots=True)
class PasswordResetAsked(Event):
    """A link that sets a new password is to be mailed."""

    user_id: UserId
    mail_token_id: MailTokenId


@dataclass(frozen=True, slots=True)
class EmailChangeAsked(Event):
    """A link that proves the new address is to be mailed to it."""

    user_id: UserId
    mail_token_id: MailTokenId


@dataclass(frozen=True, slots=True)
class EmailChanged(Event):
    """The address was replaced; the previous one, kept with the mail token, is told."""

    user_id: UserId
    mail_token_id: MailTokenId


@dataclass(frozen=True, slots=True)
class WayInRemoved(Event):
    """A passkey or a linked account of somebody who is locked does not log them in any more."""

    user_id: UserId


@dataclass(frozen=True, slots=True)
class NewDeviceSignedIn(Event):
    """A log-in from a device that this person has not used lately."""

    user_id: UserId
    auth_session_id: AuthSessionId


@dataclass(frozen=True, slots=True)
class RefreshTokenReused(Event):
    """A used refresh token came again: it was copied, and the auth session was ended."""

    user_id: UserId
    auth_session_id: AuthSessionId
