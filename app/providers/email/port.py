"""What PeerLoop needs of a mail service, in PeerLoop's words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file sent along. Content is raw bytes; the adapter encodes it."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person (an event about a mail with several recipients would not say whom it is about)."""

    to: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()  # names and values match [A-Za-z0-9_-]{1,256}


class MailEventKind(StrEnum):
    """What became of a mail, as far as it matters for its address."""

    BOUNCED = "bounced"  # for good: there is no such mailbox
    COMPLAINED = "complained"  # its owner called the mail spam


@dataclass(frozen=True, slots=True)
class MailEvent:
    """A verified notification. `id` is the same for each repetition; `to` holds addresses in lower case."""

    id: str
    kind: MailEventKind
    email_id: str
    to: tuple[str, ...]
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class Seal:
    """The headers that vouch for a notification: its id, when it was sent, and the signatures over both and the
    body."""

    id: str
    timestamp: str
    signatures: str


class EmailProvider(Protocol):
    """Resend, or its local twin through the same adapter."""

    async def send(self, mail: Mail, *, key: str) -> str:
        """Hand the mail over and answer the provider's id for it.

        `key` is our job's id: the same key never sends twice (within the provider's 24 hours). Raises
        `ProviderUnavailable` (repeat later, not before its `retry_after`) or `ProviderRejected` (do not repeat).
        """
        ...

    def verify_event(self, body: bytes, seal: Seal, now: datetime) -> MailEvent | None:
        """Check the signature over the raw bytes and the time bound (300 s either way), then parse. None for a genuine
        event that says nothing lasting about an address.

        Raises `app.providers.errors.WebhookRefused` for anything that is not a genuine, fresh event.
        """
        ...
