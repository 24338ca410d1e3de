"""What mails say: composed from ids when they are sent, so that no personal data waits in the outbox."""

from app.domains.notifications.service.composing import compose, write_letter
from app.domains.notifications.service.occasion import Letterhead
from app.domains.notifications.service.sent import list_mails_to, note_not_sent

__all__ = ["Letterhead", "compose", "list_mails_to", "note_not_sent", "write_letter"]
