"""What a mail is made from, and what comes out."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.db.session import ReadSession
from app.domains.calendar.policies import BookingPolicy
from app.domains.notifications.types import MailOrder
from app.domains.sessions.policies import Platform
from app.domains.users.types import Person
from app.providers.email.port import Attachment

Values = dict[str, object]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What mails need of this installation: its address and name, the text that a mail token is sent as, and by which
    rules free times are found."""

    platform: Platform
    token_text: Callable[[str, str], str]
    booking: BookingPolicy


@dataclass(frozen=True, slots=True)
class Occasion:
    """An order and everything needed to fill it."""

    session: ReadSession
    order: MailOrder
    letterhead: Letterhead
    account: Person | None

    @property
    def recipient(self) -> Person:
        """The account that the mail is for. Raises `LookupError` when the order names none."""
        if self.account is None:
            raise LookupError("this mail is for an account")
        return self.account

    def token_link(self, path: str, purpose: str) -> Values:
        """The web app's page that takes the token of what the order is about, and the token by itself."""
        token = self.letterhead.token_text(self.order.about_id, purpose)
        return {"token": token, "url": f"{self.letterhead.platform.app_url}{path}?token={token}"}


@dataclass(frozen=True, slots=True)
class Draft:
    """What the template is filled with. `to` is the address that it names (`Address.NAMED`)."""

    values: Values = field(default_factory=dict)
    to: str | None = None
    attachments: tuple[Attachment, ...] = ()
