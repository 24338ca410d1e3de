"""The Resend twin and its inbox."""

import base64
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.routing import Mount, Router

from app.sandbox.books import Books
from app.sandbox.resend import create_inbox, create_resend_twin
from tests.sandbox.doubles import Hooks, MovableClock, Watch

BASE, KEY, SECRET = "http://twin/sandbox/resend", "re_test", "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cyE="
MAIL = {
    "from": "PeerLoop <hello@peerloop.example>",
    "to": ["Ann@example.com"],
    "subject": "Confirm <now>",
    "text": "Hi <Ann>,\nopen http://app.test/confirm?a=1&b=2.\nNot javascript:alert(1)",
    "html": '<p onclick="x">Hi</p>',
}
ICS = {"filename": "invité.ics", "content": base64.b64encode(b"BEGIN").decode(), "content_type": "text/calendar"}


class Server:
    """The twin and its inbox, as they are mounted."""

    def __init__(self) -> None:
        self.clock = MovableClock()
        self.books = Books(None)
        self.hooks = Hooks(self.books)
        twin = create_resend_twin(
            self.books,
            self.hooks.deliveries,
            self.clock,
            key=KEY,
            webhook_secret=SECRET,
            webhook_url="http://peerloop/api/webhooks/email",
            base_url=BASE,
        )
        routes = [Mount("/sandbox/resend", twin), Mount("/sandbox/inbox", create_inbox(self.books))]
        transport = httpx.ASGITransport(Router(routes))
        self.api = httpx.AsyncClient(transport=transport, event_hooks=Watch("resend", BASE).hooks)
        self.inbox = httpx.AsyncClient(transport=transport, base_url="http://twin/sandbox/inbox/")

    async def send(self, mail: dict[str, Any], **headers: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {KEY}"} | {name.replace("_", "-"): headers[name] for name in headers}
        return await self.api.post(f"{BASE}/emails", json=mail, headers=headers)

    async def sent(self, mail: dict[str, Any], **headers: str) -> str:
        answer = await self.send(mail, **headers)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    async def listing(self, address: str) -> list[dict[str, Any]]:
        answer: list[dict[str, Any]] = (await self.inbox.get("messages", params={"to": address})).json()
        return answer


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    yield server
    server.books.close()


async def test_sent_mail_can_be_fetched(server: Server) -> None:
    email_id = await server.sent(MAIL | {"attachments": [ICS], "tags": [{"name": "kind", "value": "welcome"}]})
    answer = await server.api.get(f"{BASE}/emails/{email_id}", headers={"Authorization": f"Bearer {KEY}"})
    assert answer.json() == {
        "object": "email",
        "id": email_id,
        "message_id": f"<{email_id}@twin>",
        "created_at": "2026-11-22T10:00:00+00:00",
        "last_event": "delivered",
        **MAIL,
    }


@pytest.mark.parametrize(
    ("authorization", "status", "name"),
    [("", 401, "missing_api_key"), ("Bearer re_other", 403, "invalid_api_key"), (KEY, 403, "invalid_api_key")],
)
async def test_wrong_key_is_refused(server: Server, authorization: str, status: int, name: str) -> None:
    headers = {"Authorization": authorization}
    for answer in (await server.send(MAIL, **headers), await server.api.get(f"{BASE}/emails/1", headers=headers)):
        assert answer.status_code == status
        assert (answer.json()["statusCode"], answer.json()["name"]) == (status, name)


@pytest.mark.parametrize(
    ("change", "status", "name"),
    [
        ({"to": []}, 422, "invalid_parameter"),
        ({"to": 7}, 422, "invalid_parameter"),
        ({"to": "nobody"}, 422, "validation_error"),
        ({"from": "PeerLoop <hello>"}, 422, "validation_error"),
        ({"text": "", "html": ""}, 422, "missing_required_field"),
        ({"tags": [{"name": "a b", "value": "c"}]}, 400, "validation_error"),
        ({"attachments": [{"filename": "a.ics", "content": "not base64"}]}, 422, "invalid_attachment"),
        ({"attachments": [{"filename": "a.ics", "content": "é"}]}, 422, "invalid_attachment"),
    ],
)
async def test_bad_mail_is_refused(server: Server, change: dict[str, Any], status: int, name: str) -> None:
    answer = await server.send(MAIL | change)
    assert (answer.status_code, answer.json()["name"]) == (status, name)
    assert await server.listing("") == []


@pytest.mark.parametrize("field", ["from", "to", "subject"])
async def test_missing_field_is_named(server: Server, field: str) -> None:
    answer = await server.send({name: value for name, value in MAIL.items() if name != field})
    assert (answer.status_code, answer.json()["message"]) == (422, f"Missing `{field}` field.")


@pytest.mark.parametrize("body", [b"{", b"[]", b"null"])
async def test_body_that_is_no_object_is_refused(server: Server, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    assert (await server.api.post(f"{BASE}/emails", content=body, headers=headers)).status_code in (400, 422)


async def test_unknown_mail_is_404(server: Server) -> None:
    answer = await server.api.get(f"{BASE}/emails/1", headers={"Authorization": f"Bearer {KEY}"})
    assert (answer.status_code, answer.json()["name"]) == (404, "not_found")


async def test_idempotency_key_sends_once(server: Server) -> None:
    first = await server.sent(MAIL, Idempotency_Key="job_1")
    assert await server.sent(MAIL, Idempotency_Key="job_1") == first
    answer = await server.send(MAIL | {"subject": "Other"}, Idempotency_Key="job_1")
    assert (answer.status_code, answer.json()["name"]) == (409, "invalid_idempotent_request")
    assert len(await server.listing("")) == 1
    server.clock.move(timedelta(hours=24))
    assert await server.sent(MAIL, Idempotency_Key="job_1") != first


@pytest.mark.parametrize("key", ["", "k" * 257])
async def test_unusable_idempotency_key_is_400(server: Server, key: str) -> None:
    answer = await server.send(MAIL, Idempotency_Key=key)
    assert (answer.status_code, answer.json()["name"]) == (400, "invalid_idempotency_key")


async def test_tools_read_the_newest_mail_of_an_address_first(server: Server) -> None:
    await server.sent(MAIL)
    await server.sent(MAIL | {"to": "bob@example.com"})
    newest = await server.sent(MAIL | {"subject": "Second", "attachments": [ICS]})
    mails = await server.listing("ann@example.com")
    assert [mail["subject"] for mail in mails] == ["Second", "Confirm <now>"]
    assert mails[0] == {
        "id": newest,
        "to": "Ann@example.com",
        "subject": "Second",
        "text": MAIL["text"],
        "created_at": "2026-11-22T10:00:00+00:00",
        "attachments": [ICS],
    }


async def test_people_see_the_list_and_a_mail(server: Server) -> None:
    assert "No mail yet" in (await server.inbox.get("")).text
    email_id = await server.sent(MAIL | {"attachments": [ICS]})
    listing = (await server.inbox.get("")).text
    assert f'href="/sandbox/inbox/{email_id}"' in listing
    assert "No mail yet" in (await server.inbox.get("", params={"to": "bob@example.com"})).text
    page = (await server.inbox.get(email_id)).text
    for text in (listing, page):
        assert "Confirm &lt;now&gt;" in text
        assert 'href="http://app.test/confirm?a=1&amp;b=2"' in text
        assert "<Ann>" not in text
        assert 'href="javascript' not in text
    assert 'sandbox=""' in page
    assert "<p onclick" not in page


async def test_attachment_is_downloaded(server: Server) -> None:
    email_id = await server.sent(MAIL | {"attachments": [ICS, ICS | {"content_type": "text/é"}]})
    answer = await server.inbox.get(f"{email_id}/attachments/0")
    assert answer.content == b"BEGIN"
    assert answer.headers["Content-Type"] == "text/calendar"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''invit%C3%A9.ics"
    odd = await server.inbox.get(f"{email_id}/attachments/1")
    assert odd.headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize("path", ["nothing", "nothing/attachments/0", "{id}/attachments/1"])
async def test_what_is_not_there_is_404(server: Server, path: str) -> None:
    email_id = await server.sent(MAIL | {"attachments": [ICS]})
    assert (await server.inbox.get(path.format(id=email_id))).status_code == 404


async def test_only_mails_that_come_back_or_annoy_are_told_of(server: Server) -> None:
    await server.sent(MAIL)
    assert await server.hooks.bodies() == []
    tags = [{"name": "template", "value": "welcome"}]
    email_id = await server.sent(MAIL | {"to": ["Bounced+ann@resend.dev"], "tags": tags})
    (event,) = await server.hooks.bodies()
    assert (event["type"], event["data"]["email_id"]) == ("email.bounced", email_id)
    assert event["data"]["bounce"]["type"] == "Permanent"
    assert event["data"]["tags"] == {"template": "welcome"}
    assert event["data"]["to"] == ["Bounced+ann@resend.dev"]
    await server.sent(MAIL | {"to": ["complained@resend.dev"]})
    assert [event["type"] for event in await server.hooks.bodies()] == ["email.complained"]


async def test_a_webhook_keeps_its_id_when_it_is_sent_again(server: Server) -> None:
    await server.sent(MAIL | {"to": ["complained@resend.dev"]})
    (delivery,) = server.books.due_deliveries(float("inf"))
    first = server.hooks.deliveries.headers_of(delivery)
    server.clock.move(timedelta(seconds=5))
    second = server.hooks.deliveries.headers_of(delivery)
    assert first["svix-id"] == second["svix-id"]
    assert first["svix-signature"] != second["svix-signature"]


async def test_faults_come_as_often_as_ordered(server: Server) -> None:
    fault = {"status": 429, "name": "rate_limit_exceeded", "retry_after": "7", "times": 2}
    await server.inbox.post(f"{BASE}/faults", json=fault)
    answers = [await server.send(MAIL) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert (answers[0].json()["name"], answers[0].headers["retry-after"]) == ("rate_limit_exceeded", "7")
