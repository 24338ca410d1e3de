"""Resend's webhooks: Svix signatures over the raw bytes, and what their events mean for us."""

import base64
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from app.providers.email.port import MailEvent, MailEventKind, Seal
from app.providers.email.resend import ResendEmail, check_seal, secret_bytes
from app.providers.errors import WebhookRefused
from app.sandbox.books import Books
from app.sandbox.resend import create_resend_twin
from tests.sandbox.doubles import NOW, Hooks, MovableClock

SECRET = "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cyE="
KEY = secret_bytes(SECRET)
AT = int(NOW.timestamp())

# The first is the one that Svix and Standard Webhooks test their own libraries with.
VECTORS = [
    (
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        '{"test": 2432232314}',
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    ),
    (
        "dGVzdF9zZWNyZXRfa2V5",
        "msg_2PeerLoopVector",
        1795341600,
        (
            '{"type":"email.delivered","created_at":"2026-11-22T10:00:00.000Z","data":{"email_id":'
            '"56761188-7520-42d8-8898-ff6fc54ce618","created_at":"2026-11-22T09:59:58.000Z",'
            '"from":"PeerLoop <no-reply@example.com>","to":["ann@example.com"],"subject":"Hello"}}'
        ),
        "v1,SL2tYOnOjTbbVs6/rppiElD91uT+Z0X6vLB6lOjpv0A=",
    ),
]


def adapter(secret: str = SECRET) -> ResendEmail:
    return ResendEmail("re_test", secret, "http://twin", "hello@peerloop.example", httpx.AsyncClient())


def mac(body: bytes, *, event_id: str = "msg_1", at: int | str = AT, key: bytes = KEY) -> str:
    return base64.b64encode(hmac.digest(key, f"{event_id}.{at}.".encode() + body, "sha256")).decode()


def sealed(body: bytes, **how: Any) -> Seal:
    return Seal(how.get("event_id", "msg_1"), str(how.get("at", AT)), f"v1,{mac(body, **how)}")


def notice(kind: str, **data: Any) -> bytes:
    subject = {"email_id": "em_1", "from": "PeerLoop <hello@peerloop.example>", "to": ["Ann@example.com"]}
    event = {"type": kind, "created_at": "2026-11-22T09:59:58.123Z", "data": subject | data}
    return json.dumps(event).encode()


COMPLAINT = notice("email.complained")


@pytest.mark.parametrize(("secret", "event_id", "at", "body", "signature"), VECTORS, ids=["published", "Resend's"])
def test_published_vectors(secret: str, event_id: str, at: int, body: str, signature: str) -> None:
    key, now = base64.b64decode(secret), datetime.fromtimestamp(at, UTC)
    check_seal(body.encode(), Seal(event_id, str(at), signature), secret=key, now=now)
    for wrong in (
        Seal(f"{event_id}x", str(at), signature),
        Seal(event_id, str(at + 1), signature),
        Seal(event_id, str(at), signature.replace("=", "")),
        Seal(event_id, str(at), signature.replace("v1,", "v2,")),
    ):
        with pytest.raises(WebhookRefused):
            check_seal(body.encode(), wrong, secret=key, now=now)


def test_an_event_in_our_words() -> None:
    assert adapter().verify_event(COMPLAINT, sealed(COMPLAINT), NOW) == MailEvent(
        id="msg_1",
        kind=MailEventKind.COMPLAINED,
        email_id="em_1",
        to=("ann@example.com",),
        happened_at=datetime(2026, 11, 22, 9, 59, 58, 123000, UTC),
    )


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (notice("email.bounced", bounce={"type": "Permanent", "subType": "NoEmail"}), MailEventKind.BOUNCED),
        (notice("email.bounced", bounce={"type": "Transient", "subType": "MailboxFull"}), None),
        (notice("email.bounced", bounce={"type": "Undetermined"}), None),
        (notice("email.bounced"), None),
        (notice("email.suppressed", suppressed={"reason": "previous_bounce"}), MailEventKind.BOUNCED),
        (notice("email.suppressed", suppressed={"reason": "previous_complaint"}), MailEventKind.COMPLAINED),
        (notice("email.suppressed", suppressed={"reason": "another"}), None),
        (notice("email.delivered"), None),
        (notice("email.of_the_future", to=7), None),
        (b'{"type": "contact.created", "created_at": "2026-11-22T10:00:00.000Z", "data": {"id": "1"}}', None),
    ],
)
def test_only_what_lasts_matters(body: bytes, kind: MailEventKind | None) -> None:
    event = adapter().verify_event(body, sealed(body), NOW)
    assert (event.kind if event else None) == kind


@pytest.mark.parametrize(
    "signatures",
    [
        "",
        "v1",
        "v1,",
        mac(COMPLAINT),
        f"v2,{mac(COMPLAINT)}",
        f"v1a,{mac(COMPLAINT)}",
        f"V1,{mac(COMPLAINT)}",
        f"v1,{mac(COMPLAINT)[:-1]}",
        f"v1,{mac(COMPLAINT).rstrip('=')}",
        f"v1,{mac(COMPLAINT)},",
        f"v1, {mac(COMPLAINT)}",
        f"v1,{mac(COMPLAINT, key=b'')}",
        f"v1,{mac(COMPLAINT, key=SECRET.encode())}",
        f"v1,{mac(COMPLAINT, event_id='msg_2')}",
        f"v1,{mac(COMPLAINT, at=AT + 1)}",
        f"v1,{mac(COMPLAINT + b' ')}",
        "v1,é",
        "v1,\udc80",
        "x " * 2000 + f"v1,{mac(COMPLAINT)}" + " x" * 100,
    ],
)
def test_a_wrong_signature_is_refused(signatures: str) -> None:
    with pytest.raises(WebhookRefused):
        adapter().verify_event(COMPLAINT, Seal("msg_1", str(AT), signatures), NOW)


def test_one_good_signature_among_several_will_do() -> None:
    """As while the secret is being replaced."""
    good, old = f"v1,{mac(COMPLAINT)}", f"v1,{mac(COMPLAINT, key=b'an earlier secret')}"
    for signatures in (f"{old} {good}", f"{good} {old}", f"v1a,AAAA  {good}"):
        assert adapter().verify_event(COMPLAINT, Seal("msg_1", str(AT), signatures), NOW)
    with pytest.raises(WebhookRefused):
        adapter().verify_event(COMPLAINT, Seal("msg_1", str(AT), f"{old} {old}"), NOW)


@pytest.mark.parametrize(("age", "is_fresh"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_five_minutes_either_way(age: int, is_fresh: bool) -> None:
    seal = sealed(COMPLAINT, at=AT - age)
    if is_fresh:
        assert adapter().verify_event(COMPLAINT, seal, NOW)
        return
    with pytest.raises(WebhookRefused):
        adapter().verify_event(COMPLAINT, seal, NOW)


@pytest.mark.parametrize("event_id", ["", "msg.1", "msg_1\n", "m" * 201, "msg é"])
def test_an_id_is_short_and_plain(event_id: str) -> None:
    with pytest.raises(WebhookRefused):
        adapter().verify_event(COMPLAINT, sealed(COMPLAINT, event_id=event_id), NOW)


@pytest.mark.parametrize(
    "at", ["", "0", f"0{AT}", f"+{AT}", f" {AT}", f"{AT}.0", f"-{AT}", "9" * 400, "\u0661" * 10, "1e9"]
)
def test_a_time_is_plain_seconds(at: str) -> None:
    with pytest.raises(WebhookRefused):
        adapter().verify_event(COMPLAINT, sealed(COMPLAINT, at=at), NOW)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b'{"test": 2432232314}',
        notice("email.complained", to=[]),
        notice("email.complained", to="ann@example.com"),
        notice("email.complained", email_id=""),
        COMPLAINT.replace(b"09:59:58.123Z", b"09:59:58.123"),
    ],
)
def test_a_genuine_text_that_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(WebhookRefused):
        adapter().verify_event(body, sealed(body), NOW)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64!", SECRET.removeprefix("whsec_")])
def test_a_secret_that_anybody_could_have_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        adapter(secret)


def test_an_adapter_without_a_key_is_refused() -> None:
    with pytest.raises(ValueError, match="key"):
        ResendEmail("", SECRET, "http://twin", "hello@peerloop.example", httpx.AsyncClient())


@pytest.mark.parametrize(
    ("address", "kind"), [("bounced+sam@resend.dev", "bounced"), ("Complained@resend.dev", "complained")]
)
async def test_what_the_twin_sends_is_understood(address: str, kind: str) -> None:
    clock, books = MovableClock(), Books(None)
    hooks, url = Hooks(books), "http://twin/sandbox/resend"
    twin = create_resend_twin(
        books, hooks.deliveries, clock, key="re_test", webhook_secret=SECRET, webhook_url="http://us", base_url=url
    )
    http = httpx.AsyncClient(transport=httpx.ASGITransport(twin))
    mail = {"from": "hello@peerloop.example", "to": [address], "subject": "Hi", "text": "Hi"}
    sent = await http.post("http://twin/emails", json=mail, headers={"Authorization": "Bearer re_test"})
    assert len(await hooks.bodies()) == 1
    (request,) = hooks.taken
    seal = Seal(*(request.headers[name] for name in ("svix-id", "svix-timestamp", "svix-signature")))
    event = adapter().verify_event(request.content, seal, clock.now())
    assert event is not None
    assert (event.kind, event.email_id, event.to) == (kind, sent.json()["id"], (address.lower(),))
    books.close()
