"""What mails say: composed from ids when they are sent, so that no personal data waits in the outbox."""

from app.domains.notifications.service.composing import compose, write_letter
from app.domains.notifications.service.occasion import Letterhead

__all__ = ["Letterhead", "compose", "write_letter"]
