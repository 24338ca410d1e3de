"""What PeerLoop needs of a mail service, in PeerLoop's words."""

from dataclasses import dataclass
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


class EmailProvider(Protocol):
    """Resend, or its local twin through the same adapter."""

    async def send(self, mail: Mail, *, key: str) -> str:
        """Hand the mail over and answer the provider's id for it.

        `key` is our job's id: the same key never sends twice (within the provider's 24 hours). Raises
        `ProviderUnavailable` (repeat later) or `ProviderRejected` (do not repeat).
        """
        ...
