"""A mail as a message: what a mail program finds in it, and what a calendar is asked."""

import base64
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

from app.sandbox.resend.message import message_of
from tests.domains.calendar.cases import Json
from tests.domains.calendar.events import file_of
from tests.domains.calendar.ics_readers import essence_by_icalendar
from tests.domains.calendar.test_ics_cases import CASES
from tests.support.learning import Classroom, booked
from tests.support.world import World

MAILED = [case for case in CASES if case["mode"] in {"request", "cancel", "mail_cancel"}]
EMAIL: dict[str, Any] = {
    "from": "PeerLoop <bookings@peerloop.example>",
    "to": ["sam@study.example"],
    "subject": "Séance 1, 日本語",
    "text": "See you.\nÀ bientôt.",
    "html": "<p>See you. À bientôt.</p>",
    "created_at": "2026-12-01T09:00:00+00:00",
    "message_id": "<1@peerloop.example>",
    "attachments": [],
}


def parsed(raw: bytes) -> tuple[list[Any], list[Any]]:
    """The alternatives and the attachments of a message without faults."""
    message = message_from_bytes(raw, _class=EmailMessage, policy=SMTP)
    assert not any(part.defects for part in message.walk())
    assert (message["Subject"], message["To"]) == (EMAIL["subject"], EMAIL["to"][0])
    first = next(iter(message.iter_parts()))
    mixed = first.get_content_type() == "multipart/alternative"
    alternatives = list((first if mixed else message).iter_parts())
    return alternatives, list(message.iter_attachments()) if mixed else []


@pytest.mark.parametrize("case", MAILED, ids=lambda case: case["id"])
def test_a_calendar_file_is_the_last_alternative_and_attached(case: Json) -> None:
    file, method = file_of(case), case["expect"]["calendar"]["METHOD"]
    attachment = {
        "filename": "invite.ics",
        "content_type": f"text/calendar; charset=utf-8; method={method}",
        "content": base64.b64encode(file).decode(),
    }
    alternatives, [attached] = parsed(message_of(EMAIL | {"attachments": [attachment]}))
    kinds = [part.get_content_type() for part in alternatives]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    calendar = alternatives[-1]
    assert (calendar.get_param("method"), calendar.get_content_charset()) == (method, "utf-8")
    assert calendar.get_payload(decode=True) == attached.get_payload(decode=True) == file
    assert (attached.get_filename(), attached.get_content_type()) == ("invite.ics", "application/ics")
    assert essence_by_icalendar(file)


def test_a_mail_without_a_file_has_two_forms() -> None:
    alternatives, attachments = parsed(message_of(EMAIL))
    assert [part.get_content_type() for part in alternatives] == ["text/plain", "text/html"]
    assert alternatives[0].get_content() == "See you.\r\nÀ bientôt.\r\n"
    assert attachments == []


async def test_the_inbox_gives_it_away(world: World) -> None:
    student = await (await Classroom.open(world)).student()
    await booked(student, "2026-12-03T10:00:00Z")
    [mail] = await world.mails_to(student.actor.email)
    answer = await world.http.get(f"/sandbox/inbox/{mail['id']}.eml")
    assert answer.headers["content-type"] == "message/rfc822"
    message = message_from_bytes(answer.content, _class=EmailMessage, policy=SMTP)
    calendar = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert calendar.get_param("method") == "REQUEST"
    assert (await world.http.get("/sandbox/inbox/none.eml")).status_code == 404
