"""What happened to an account."""

from dataclasses import dataclass

from app.core.events import Event
from app.domains.auth.types import MailTokenId
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
