"""Resend's adapter against the twin and against failures."""

import base64
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from starlette.routing import Mount, Router

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.providers.email.port import Attachment, EmailProvider, Mail
from app.providers.email.resend import ALREADY_SENT, ResendEmail
from app.sandbox.books import Books
from app.sandbox.resend import create_inbox, create_resend_twin
from tests.sandbox.doubles import Hooks, MovableClock, Watch

URL, KEY, SECRET = "http://twin/sandbox/resend", "re_test", "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cyE="
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
        self.clock, self.hooks = MovableClock(), Hooks(self.books)
        twin = create_resend_twin(
            self.books,
            self.hooks.deliveries,
            self.clock,
            key=KEY,
            webhook_secret=SECRET,
            webhook_url="http://peerloop/api/webhooks/email",
            base_url=URL,
        )
        routes = [Mount("/sandbox/resend", twin), Mount("/sandbox/inbox", create_inbox(self.books))]
        transport = httpx.ASGITransport(Router(routes))
        self.http = httpx.AsyncClient(transport=transport, event_hooks=Watch("resend", URL).hooks)
        self.tools = httpx.AsyncClient(transport=transport)
        self.email: EmailProvider = ResendEmail(KEY, SECRET, URL, SENDER, self.http)

    async def fail(self, status: int, name: str, **more: object) -> None:
        """The next sending fails like this."""
        answer = await self.tools.post(f"{URL}/faults", json={"status": status, "name": name, **more})
        answer.raise_for_status()

    async def inbox(self) -> int:
        return len((await self.tools.get("http://twin/sandbox/inbox/messages")).json())


@pytest.fixture
async def twin() -> AsyncIterator[Twin]:
    twin = Twin()
    yield twin
    twin.books.close()


def _adapter(answer: httpx.Response) -> ResendEmail:
    return ResendEmail(KEY, SECRET, URL, SENDER, httpx.AsyncClient(transport=httpx.MockTransport(lambda _: answer)))


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
        await ResendEmail("re_other", SECRET, URL, SENDER, twin.http).send(MAIL, key="job_1")


async def test_request_says_who_sends_it() -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"id": "em_1"})

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    assert await ResendEmail(KEY, SECRET, URL, SENDER, http).send(MAIL, key="job_1") == "em_1"
    assert str(sent[0].url) == f"{URL}/emails"
    expected = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": "job_1", "User-Agent": "PeerLoop/0.1"}
    assert expected.items() <= {name: sent[0].headers[name] for name in expected}.items()


@pytest.mark.parametrize(
    ("status", "name", "asked", "pause"),
    [
        (401, "restricted_api_key", None, timedelta(0)),
        (403, "invalid_api_key", None, timedelta(0)),
        (409, "concurrent_idempotent_requests", None, timedelta(0)),
        (429, "rate_limit_exceeded", "7", timedelta(seconds=7)),
        (429, "rate_limit_exceeded", "999999999", timedelta(hours=1)),
        (429, "rate_limit_exceeded", "Wed, 21 Oct 2026 07:28:00 GMT", timedelta(0)),
        (429, "rate_limit_exceeded", "-1", timedelta(0)),
        (429, "daily_quota_exceeded", "1", timedelta(hours=3)),
        (429, "monthly_quota_exceeded", None, timedelta(hours=12)),
        (500, "application_error", None, timedelta(0)),
        (503, "service_unavailable", "30", timedelta(seconds=30)),
    ],
)
async def test_temporary_failure_is_unavailable_for_a_while(
    twin: Twin, status: int, name: str, asked: str | None, pause: timedelta
) -> None:
    await twin.fail(status, name, retry_after=asked)
    with pytest.raises(ProviderUnavailable) as caught:
        await twin.email.send(MAIL, key="job_1")
    assert caught.value.retry_after == pause
    assert await twin.inbox() == 0
    await twin.email.send(MAIL, key="job_1")
    assert await twin.inbox() == 1


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "validation_error"),
        (400, "invalid_idempotency_key"),
        (403, "validation_error"),
        (404, "not_found"),
        (422, "invalid_parameter"),
    ],
)
async def test_definite_failure_is_rejected_by_name(twin: Twin, status: int, name: str) -> None:
    await twin.fail(status, name)
    with pytest.raises(ProviderRejected, match=f"{status} {name}"):
        await twin.email.send(MAIL, key="job_1")


async def test_a_refusal_repeats_no_address() -> None:
    answer = httpx.Response(422, json={"statusCode": 422, "name": "invalid_parameter", "message": "ann@example.com"})
    with pytest.raises(ProviderRejected) as caught:
        await _adapter(answer).send(MAIL, key="job_1")
    assert "ann@" not in caught.value.detail


@pytest.mark.parametrize("content", [b"", b"{}", b'{"id": ""}', b'{"id": "em_1"' + b" " * 70_000 + b"}"])
async def test_an_answer_that_is_none_is_unavailable(content: bytes) -> None:
    with pytest.raises(ProviderUnavailable):
        await _adapter(httpx.Response(200, content=content)).send(MAIL, key="job_1")


async def test_no_more_of_an_answer_is_read_than_any_has() -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b" " * 1024

    with pytest.raises(ProviderUnavailable):
        await _adapter(httpx.Response(200, content=endless())).send(MAIL, key="job_1")
    assert read <= 65


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
        await ResendEmail(KEY, SECRET, URL, SENDER, http).send(MAIL, key="job_1")
