"""People who sign up and log in through the API, as a browser or a tool would."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

import httpx
from sqlalchemy import select, update

from app.core.events import Event
from app.db.session import ReadSession, WriteSession
from app.domains.auth.models import AuthSession, MailToken, RefreshToken
from app.domains.auth.types import MailTokenPurpose
from app.domains.users.models import User
from tests.support.world import PASSWORD, World

EventT = TypeVar("EventT", bound=Event)
EMAIL = "sam.sample@peerloop.example"
NEXT_PASSWORD = "four quiet lamps by the harbour"
SPA = "https://app.peerloop.example"
_PER_REQUEST = {"x-request-id", "ratelimit", "ratelimit-policy"}  # the operations compared have limits of their own


async def sign_up(world: World, email: str = EMAIL, password: str = PASSWORD, **more: Any) -> httpx.Response:
    body = {"email": email, "password": password, "name": "Sam Sample"} | more
    return await world.http.post("/api/auth/signup", json=body)


async def verify(world: World, token: str, password: str | None = None) -> httpx.Response:
    body = {"token": token} | ({"password": password} if password else {})
    return await world.http.post("/api/auth/verify-email", json=body)


async def resend(world: World, email: str = EMAIL) -> httpx.Response:
    return await world.http.post("/api/auth/resend-verification", json={"email": email})


async def log_in(world: World, email: str = EMAIL, password: str = PASSWORD, mode: str = "token") -> httpx.Response:
    return await world.http.post("/api/auth/login", json={"email": email, "password": password, "mode": mode})


async def refresh(world: World, token: str) -> httpx.Response:
    return await world.http.post("/api/auth/refresh", json={"refresh_token": token})


async def forgot(world: World, email: str = EMAIL) -> httpx.Response:
    return await world.http.post("/api/auth/forgot-password", json={"email": email})


async def reset_token(world: World, email: str = EMAIL) -> str:
    """Ask for a reset and take the mailed token."""
    await forgot(world, email)
    return await mailed_token(world, email, MailTokenPurpose.RESET_PASSWORD)


async def reset(world: World, token: str, password: str = NEXT_PASSWORD) -> httpx.Response:
    return await world.http.post("/api/auth/reset-password", json={"token": token, "password": password})


async def me(world: World, token: str | None) -> httpx.Response:
    return await world.http.get("/api/users/me", headers={"Authorization": f"Bearer {token}"})


async def mailed_token(
    world: World, email: str = EMAIL, purpose: MailTokenPurpose = MailTokenPurpose.VERIFY_EMAIL
) -> str:
    """The token of the account's newest mail for this purpose."""
    token_id = await world.db.read(_newest_mail_token, email, purpose)
    text: str = world.app.state.mail_tokens.text(token_id, purpose)
    return text


async def set_password(world: World, email: str, password: str = PASSWORD) -> None:
    """Give a member that was made without a password one."""
    password_hash = await world.app.state.passwords.hash(password)
    await world.write(change_user, email, password_hash=password_hash)


def _newest_mail_token(session: ReadSession, email: str, purpose: MailTokenPurpose) -> str | None:
    statement = select(MailToken.id).join(User, User.id == MailToken.user_id)
    statement = statement.where(User.email == email, MailToken.purpose == purpose)
    return session.scalar(statement.order_by(MailToken.id.desc()).limit(1))


def change_user(session: WriteSession, email: str, /, **values: Any) -> None:
    assert session.change(update(User).where(User.email == email).values(**values)) == 1


def prove_ago(session: WriteSession, user_id: str, /, **ago: float) -> None:
    """Let the person's last proof of who they are be so long ago."""
    at = session.now - timedelta(**ago)
    session.execute(update(AuthSession).where(AuthSession.user_id == user_id).values(authenticated_at=at))


def change_session(session: WriteSession, user_id: str, /, **values: Any) -> None:
    """All log-ins of a person."""
    assert session.change(update(AuthSession).where(AuthSession.user_id == user_id).values(**values))


def revoke_everything(session: WriteSession, email: str) -> None:
    """As another process would: by nothing but rows."""
    mine = AuthSession.user_id == user(session, email).id
    assert session.change(update(AuthSession).where(mine).values(revoked_at=session.now)) > 0


def user(session: ReadSession, email: str = EMAIL) -> User:
    return session.scalars(select(User).where(User.email == email)).one()


def users(session: ReadSession) -> list[User]:
    return list(session.scalars(select(User)))


def unused_refresh_tokens(session: ReadSession) -> int:
    return len(session.scalars(select(RefreshToken).where(RefreshToken.used_at.is_(None))).all())


def mail_tokens(session: ReadSession) -> list[MailToken]:
    return list(session.scalars(select(MailToken)))


def session_owners(session: ReadSession) -> set[str]:
    return set(session.scalars(select(AuthSession.user_id)))


def revocations(session: ReadSession) -> list[datetime | None]:
    return list(session.scalars(select(AuthSession.revoked_at)))


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def comparable(answer: httpx.Response) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Everything a caller sees, apart from what differs by design."""
    body = {key: value for key, value in answer.json().items() if key != "request_id"}
    headers = {key: value for key, value in answer.headers.items() if key not in _PER_REQUEST}
    return answer.status_code, body, headers


def record(world: World, kind: type[EventT]) -> list[EventT]:
    """A list that fills with the events of this kind."""
    found: list[EventT] = []
    world.db._events.subscribe(kind, lambda _session, event: found.append(event))
    return found
