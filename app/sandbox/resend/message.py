"""A mail of the inbox as a message that mail programs open (RFC 5322), with a calendar file in the way they act on."""

import base64
import re
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP

from app.sandbox.books import Record

_METHOD = re.compile(r"text/calendar\b.*\bmethod=(REQUEST|CANCEL)\b", re.IGNORECASE)


def message_of(email: Record) -> bytes:
    """The plain text, the page, and last of the alternatives a calendar file that asks something of the reader's
    calendar (RFC 6047, 2.4), which is attached as well. Resend composes messages of its own, in which it is an
    attachment only."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = email["from"], ", ".join(email["to"]), email["subject"]
    message["Date"], message["Message-ID"] = datetime.fromisoformat(email["created_at"]), email["message_id"]
    message.set_content(email.get("text", ""))
    if html := email.get("html"):
        message.add_alternative(html, subtype="html")
    for attachment in email["attachments"]:
        _add_calendar(message, attachment)
    for attachment in email["attachments"]:
        _attach(message, attachment)
    return message.as_bytes()


def _add_calendar(message: EmailMessage, attachment: Record) -> None:
    if found := _METHOD.search(attachment.get("content_type", "")):
        text = base64.b64decode(attachment["content"]).decode()
        message.add_alternative(text, subtype="calendar", cte="base64", params={"method": found[1].upper()})


def _attach(message: EmailMessage, attachment: Record) -> None:
    main, _, sub = attachment.get("content_type", "application/octet-stream").partition(";")[0].partition("/")
    kind = ("application", "ics") if (main, sub) == ("text", "calendar") else (main, sub)
    content = base64.b64decode(attachment["content"])
    message.add_attachment(content, maintype=kind[0], subtype=kind[1], filename=attachment["filename"])
