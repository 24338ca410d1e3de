"""Resend behind `EmailProvider`. Its calls are described in `app/sandbox/specs`."""

import base64
import binascii
import hmac
import re
from datetime import datetime, timedelta
from typing import Annotated, Final

import httpx
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints, ValidationError

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.providers.calls import TIMEOUT, asked_pause, bounded_call
from app.providers.email.port import Attachment, Mail, MailEvent, MailEventKind, Seal
from app.providers.errors import WebhookRefused

ALREADY_SENT: Final = "already-sent"
"""Answered instead of an id when another mail went out under this key before."""

_USER_AGENT: Final = "PeerLoop/0.1"  # Resend refuses requests without one
_LONGEST_ANSWER: Final = 65_536
_ERROR_NAME: Final = re.compile(r"[a-z_]{1,64}")
_RETRYABLE: Final = frozenset({401, 408, 409, 425, 429})
_KEY_REFUSED: Final = "invalid_api_key"  # a 403 that is ours to repair, after which the same call will do
_QUOTA_PAUSES: Final = {"daily_quota_exceeded": timedelta(hours=3), "monthly_quota_exceeded": timedelta(hours=12)}

_SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - what all secrets start with
_SHORTEST_SECRET: Final = 16
_TOLERANCE_S: Final = 300
_SEAL_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,200}")
_TIME: Final = re.compile(r"[1-9][0-9]{0,11}")
_SIGNATURES_LIMIT: Final = 4096
_ABOUT_ADDRESSES: Final = frozenset({"email.bounced", "email.complained", "email.suppressed"})
_Name = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,255}$")]


class _Sent(BaseModel):
    id: str = Field(min_length=1)


class _Error(BaseModel):
    name: str


class _Notice(BaseModel):
    """Any event. What else it holds depends on its type, and types are added now and then."""

    type: _Name


class _Bounce(BaseModel):
    type: str


class _Suppressed(BaseModel):
    reason: str


class _Subject(BaseModel):
    email_id: _Name
    to: list[str] = Field(min_length=1, max_length=50)
    bounce: _Bounce | None = None
    suppressed: _Suppressed | None = None


class _MailNotice(_Notice):
    created_at: AwareDatetime
    data: _Subject


class ResendEmail:
    """Mails from `sender` through Resend's API at `url`. The caller owns `http`."""

    def __init__(self, key: str, webhook_secret: str, url: str, sender: str, http: httpx.AsyncClient) -> None:
        if not key:
            raise ValueError("Resend needs a key")
        self._key = key
        self._secret = secret_bytes(webhook_secret)
        self._url = url
        self._sender = sender
        self._http = http

    async def send(self, mail: Mail, *, key: str) -> str:
        """As the port says; `ALREADY_SENT` when the key was used for another text of this mail."""
        headers = {"Authorization": f"Bearer {self._key}", "User-Agent": _USER_AGENT, "Idempotency-Key": key}
        async with (
            bounded_call(),
            self._http.stream(
                "POST", f"{self._url}/emails", json=self._body(mail), headers=headers, timeout=TIMEOUT
            ) as response,
        ):
            content = await _read(response)
        return _sent_id(content) if response.is_success else _judged(response, _error_name(content))

    def verify_event(self, body: bytes, seal: Seal, now: datetime) -> MailEvent | None:
        check_seal(body, seal, secret=self._secret, now=now)
        return _event(body, seal.id)

    def _body(self, mail: Mail) -> dict[str, object]:
        return {
            "from": self._sender,
            "to": [mail.to],
            "subject": mail.subject,
            "text": mail.text,
            "html": mail.html,
            "tags": [{"name": name, "value": value} for name, value in mail.tags],
            "attachments": [_encoded(attachment) for attachment in mail.attachments],
        }


def secret_bytes(secret: str) -> bytes:
    """The key in a `whsec_…` text. Raises `ValueError`: anybody can sign with an empty or a short one."""
    try:
        key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not secret.startswith(_SECRET_PREFIX) or len(key) < _SHORTEST_SECRET:
        raise ValueError("a webhook secret is whsec_ and at least 16 bytes in base64")
    return key


def check_seal(body: bytes, seal: Seal, *, secret: bytes, now: datetime) -> None:
    """Svix's scheme v1 (Standard Webhooks 1.0, "Signature scheme") over the raw body, then its time.

    Raises `WebhookRefused`. Other versions count for nothing, whatever follows their tag.
    """
    if not (_SEAL_ID.fullmatch(seal.id) and _TIME.fullmatch(seal.timestamp)):
        raise WebhookRefused  # an id with a full stop in it could move the border between the signed parts
    if len(seal.signatures) > _SIGNATURES_LIMIT:
        raise WebhookRefused
    mac = hmac.digest(secret, f"{seal.id}.{seal.timestamp}.".encode() + body, "sha256")
    expected = b"v1," + base64.b64encode(mac)
    given = seal.signatures.encode(errors="replace").split(b" ")
    if not any([hmac.compare_digest(expected, signature) for signature in given]):  # noqa: C419 - always all of them
        raise WebhookRefused
    if abs(now.timestamp() - int(seal.timestamp)) > _TOLERANCE_S:
        raise WebhookRefused


async def _read(response: httpx.Response) -> bytes:
    """The answer's body, or its beginning: no answer of this API is long."""
    content = b""
    async for part in response.aiter_bytes():
        content += part
        if len(content) > _LONGEST_ANSWER:
            break
    return content[:_LONGEST_ANSWER]


def _encoded(attachment: Attachment) -> dict[str, str]:
    return {
        "filename": attachment.filename,
        "content_type": attachment.content_type,
        "content": base64.b64encode(attachment.content).decode(),
    }


def _sent_id(content: bytes) -> str:
    try:
        return _Sent.model_validate_json(content).id
    except ValidationError as error:
        raise ProviderUnavailable from error  # repeating it is safe: the key makes Resend answer the same id


def _error_name(content: bytes) -> str:
    try:
        name = _Error.model_validate_json(content).name
    except ValidationError:
        return ""
    return name if _ERROR_NAME.fullmatch(name) else ""


def _judged(response: httpx.Response, name: str) -> str:
    """Branches on the error's name where one status means several things."""
    if name == "invalid_idempotent_request":
        return ALREADY_SENT
    status = response.status_code
    reason = f"{status} {name or 'without a reason'}"
    if status >= 500 or status in _RETRYABLE or name == _KEY_REFUSED:  # noqa: PLR2004 - HTTP's server errors
        raise ProviderUnavailable(
            f"The mail service does not take mails now ({reason}).", retry_after=_pause(response, name)
        )
    raise ProviderRejected(f"The mail service refused the mail ({reason}).")


def _pause(response: httpx.Response, name: str) -> timedelta:
    """How long to leave the service alone: hours when a quota is used up, else what it asks for."""
    return _QUOTA_PAUSES.get(name) or asked_pause(response)


def _event(body: bytes, event_id: str) -> MailEvent | None:
    try:
        if _Notice.model_validate_json(body).type not in _ABOUT_ADDRESSES:
            return None
        notice = _MailNotice.model_validate_json(body)
    except ValidationError:
        raise WebhookRefused from None  # its text quotes the body, which names the recipient
    kind = _kind(notice)
    if kind is None:
        return None
    to = tuple(address.strip().lower() for address in notice.data.to)
    return MailEvent(event_id, kind, notice.data.email_id, to, notice.created_at)


def _kind(notice: _MailNotice) -> MailEventKind | None:
    """None for what passes: a full mailbox, a delay, a delivery."""
    reason = notice.data.suppressed.reason if notice.data.suppressed else ""
    match notice.type:
        case "email.bounced" if notice.data.bounce and notice.data.bounce.type == "Permanent":
            return MailEventKind.BOUNCED
        case "email.complained":
            return MailEventKind.COMPLAINED
        case "email.suppressed" if reason == "previous_bounce":
            return MailEventKind.BOUNCED
        case "email.suppressed" if reason == "previous_complaint":
            return MailEventKind.COMPLAINED
        case _:
            return None
