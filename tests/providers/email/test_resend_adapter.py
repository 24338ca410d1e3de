"""Resend's adapter against the twin and against failures."""

import base64
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.routing import Mount, Router

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.providers.email.port import Attachment, EmailProvider, Mail
from app.providers.email.resend import ALREADY_SENT, ResendEmail
from app.sandbox.books import Books
from app.sandbox.resend import create_inbox, create_resend_twin
from tests.sandbox.doubles import MovableClock, Watch

URL, KEY = "http://twin/sandbox/resend", "re_test"
SENDER = "PeerLoop <hello@peerloop.example>"
INVITATION = Attachment("invite.ics", "text/calendar; charset=utf-8; method=REQUEST", b"BEGIN:VCALENDAR\r\n")
MAIL = Mail(
    to="ann@example.com",
    subject="Your session",
    text="See you",
    html="<p>See you</p>",
    attachments=(INVITATION,),
    tags=(("kind", "session_booked"),),
)


class Twin:
    """The adapter, and the inbox behind it."""

    def __init__(self) -> None:
        self.books = Books(None)
        twin = create_resend_twin(self.books, MovableClock(), key=KEY, base_url=URL)
        routes = [Mount("/sandbox/resend", twin), Mount("/sandbox/inbox", create_inbox(self.books))]
        transport = httpx.ASGITransport(Router(routes))
        self.http = httpx.AsyncClient(transport=transport, event_hooks=Watch("resend", URL).hooks)
        self.tools = httpx.AsyncClient(transport=transport)
        self.email: EmailProvider = ResendEmail(KEY, URL, SENDER, self.http)


@pytest.fixture
async def twin() -> AsyncIterator[Twin]:
    twin = Twin()
    yield twin
    twin.books.close()


def _adapter(answer: httpx.Response) -> ResendEmail:
    return ResendEmail(KEY, URL, SENDER, httpx.AsyncClient(transport=httpx.MockTransport(lambda _: answer)))


async def test_mail_arrives_with_its_attachment(twin: Twin) -> None:
    email_id = await twin.email.send(MAIL, key="job_1")
    mails = (await twin.tools.get("http://twin/sandbox/inbox/messages?to=ann@example.com")).json()
    assert [(mail["id"], mail["subject"], mail["text"]) for mail in mails] == [(email_id, "Your session", "See you")]
    assert mails[0]["attachments"] == [
        {
            "filename": INVITATION.filename,
            "content_type": INVITATION.content_type,
            "content": base64.b64encode(INVITATION.content).decode(),
        }
    ]


async def test_same_key_sends_once(twin: Twin) -> None:
    email_id = await twin.email.send(MAIL, key="job_1")
    assert await twin.email.send(MAIL, key="job_1") == email_id
    reworded = Mail(to=MAIL.to, subject=MAIL.subject, text="See you soon", html=MAIL.html)
    assert await twin.email.send(reworded, key="job_1") == ALREADY_SENT
    assert len((await twin.tools.get("http://twin/sandbox/inbox/messages")).json()) == 1


async def test_wrong_key_is_ours_to_repair(twin: Twin) -> None:
    with pytest.raises(ProviderUnavailable, match="403 invalid_api_key"):
        await ResendEmail("re_other", URL, SENDER, twin.http).send(MAIL, key="job_1")


async def test_request_says_who_sends_it() -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"id": "em_1"})

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    assert await ResendEmail(KEY, URL, SENDER, http).send(MAIL, key="job_1") == "em_1"
    assert str(sent[0].url) == f"{URL}/emails"
    expected = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": "job_1", "User-Agent": "PeerLoop/0.1"}
    assert expected.items() <= {name: sent[0].headers[name] for name in expected}.items()


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (401, "restricted_api_key"),
        (403, "invalid_api_key"),
        (409, "concurrent_idempotent_requests"),
        (429, "rate_limit_exceeded"),
        (429, "daily_quota_exceeded"),
        (429, "monthly_quota_exceeded"),
        (500, "application_error"),
        (503, None),
        (200, None),
    ],
)
async def test_temporary_failure_is_unavailable(status: int, name: str | None) -> None:
    answer = httpx.Response(status, json={"statusCode": status, "name": name, "message": "Later"})
    with pytest.raises(ProviderUnavailable):
        await _adapter(answer).send(MAIL, key="job_1")


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "validation_error"),
        (404, "not_found"),
        (422, "invalid_parameter"),
    ],
)
async def test_definite_failure_is_rejected_by_name(status: int, name: str) -> None:
    answer = httpx.Response(status, json={"statusCode": status, "name": name, "message": "ann@example.com is bad"})
    with pytest.raises(ProviderRejected, match=f"{status} {name}") as caught:
        await _adapter(answer).send(MAIL, key="job_1")
    assert "ann@" not in caught.value.detail


@pytest.mark.parametrize("content", [b"<html>", b"[]", b'{"name":7}', b'{"name":"Evil text"}'])
async def test_unreadable_refusal_is_rejected_without_a_reason(content: bytes) -> None:
    with pytest.raises(ProviderRejected, match="422 without a reason"):
        await _adapter(httpx.Response(422, content=content)).send(MAIL, key="job_1")


@pytest.mark.parametrize("error", [httpx.ReadTimeout("late"), httpx.ConnectError("down")])
async def test_broken_connection_is_unavailable(error: httpx.TransportError) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    with pytest.raises(ProviderUnavailable):
        await ResendEmail(KEY, URL, SENDER, http).send(MAIL, key="job_1")
