"""Mails about accounts, invitations and applications: which event leads to which, where it goes, and when it does
not."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.sql.dml import UpdateBase

from app.core.events import Event
from app.core.ids import new_id
from app.db.session import WriteSession
from app.domains.auth import service as auth
from app.domains.auth.events import (
    EmailChangeAsked,
    EmailChanged,
    EmailVerificationAsked,
    EmailVerified,
    NewDeviceSignedIn,
    PasswordResetAsked,
    RefreshTokenReused,
)
from app.domains.auth.models import MailToken
from app.domains.auth.types import AuthSessionId, Device, LoginMethod, MailTokenId, MailTokenPurpose
from app.domains.invitations.events import InvitationSent
from app.domains.invitations.models import Invitation
from app.domains.invitations.types import InvitationId, InvitationKind, InvitationStatus
from app.domains.roles.events import ApplicationDecided, ApplicationReceived
from app.domains.roles.models import CreatorApplication
from app.domains.roles.types import ApplicationId, ApplicationStatus
from app.domains.users.events import SecurityChanged
from app.domains.users.models import User
from app.domains.users.types import EmailStatus, SecurityChange, UserId
from tests.support.world import Actor, World

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0"
NEW = "new.address@peerloop.example"
ASKED = {
    MailTokenPurpose.VERIFY_EMAIL: EmailVerificationAsked,
    MailTokenPurpose.RESET_PASSWORD: PasswordResetAsked,
    MailTokenPurpose.CHANGE_EMAIL: EmailChangeAsked,
}


def publish(session: WriteSession, *events: Event) -> None:
    for event in events:
        session.publish(event)


def execute(session: WriteSession, statement: UpdateBase) -> None:
    session.execute(statement)


async def tell(world: World, *events: Event) -> None:
    """The events happen, and everything that follows from them."""
    await world.write(publish, *events)
    await world.settle()


async def change(world: World, user_id: UserId, **values: Any) -> None:
    await world.write(execute, update(User).where(User.id == user_id).values(values))


async def insert_row(world: World, table: type[Any], values: Mapping[str, Any]) -> None:
    await world.write(execute, insert(table).values(**values))


async def mail_token(world: World, user_id: UserId, purpose: MailTokenPurpose, **values: Any) -> MailTokenId:
    token_id, now = MailTokenId(new_id("mtk")), world.clock.now()
    row = {"id": token_id, "user_id": user_id, "purpose": purpose, "created_at": now}
    await insert_row(world, MailToken, row | {"expires_at": now + timedelta(hours=1)} | values)
    return token_id


async def newest(world: World, address: str) -> dict[str, Any]:
    mails = await world.mails_to(address)
    assert mails, address
    return mails[0]


async def test_the_proof_of_an_address_is_welcomed_once(world: World) -> None:
    sam = await world.member("Sam Sample")
    await tell(world, EmailVerified(sam.user_id), EmailVerified(sam.user_id))
    (mail,) = await world.mails_to(sam.email)
    assert mail["subject"] == "Welcome to PeerLoop"
    assert "Hello Sam Sample," in mail["text"]


@pytest.mark.parametrize(
    ("purpose", "path"),
    [(MailTokenPurpose.RESET_PASSWORD, "/reset-password"), (MailTokenPurpose.CHANGE_EMAIL, "/change-email")],
)
async def test_a_link_carries_the_token_of_its_purpose(world: World, purpose: MailTokenPurpose, path: str) -> None:
    sam = await world.member("Sam Sample")
    new_email = NEW if purpose is MailTokenPurpose.CHANGE_EMAIL else None
    token_id = await mail_token(world, sam.user_id, purpose, new_email=new_email)
    await tell(world, ASKED[purpose](sam.user_id, token_id))
    mail = await newest(world, new_email or sam.email)
    text = world.app.state.mail_tokens.text(token_id, purpose)
    assert f"{world.settings.app_url}{path}?token={text}" in mail["text"].splitlines()
    assert text in mail["text"].splitlines()
    assert len(await world.mails_to("")) == 1


@pytest.mark.parametrize("purpose", MailTokenPurpose)
@pytest.mark.parametrize("state", ["used", "expired", "for something else", "gone"])
async def test_a_link_that_would_not_work_is_not_mailed(world: World, purpose: MailTokenPurpose, state: str) -> None:
    nia, now = await world.member("Nia Newcomer", is_verified=False), world.clock.now()
    other = next(each for each in MailTokenPurpose if each is not purpose)
    values: dict[str, dict[str, Any]] = {"used": {"used_at": now}, "expired": {"expires_at": now}, "gone": {}}
    actual = other if state == "for something else" else purpose
    token_id = await mail_token(world, nia.user_id, actual, new_email=NEW, **values.get(state, {}))
    asked_for = MailTokenId(new_id("mtk")) if state == "gone" else token_id
    await tell(world, ASKED[purpose](nia.user_id, asked_for))
    assert await world.mails_to("") == []


async def test_a_change_of_address_is_told_to_the_previous_one(world: World) -> None:
    sam, previous = await world.member("Sam Sample"), "previous.address@peerloop.example"
    values = {"new_email": sam.email, "previous_email": previous, "used_at": world.clock.now()}
    token_id = await mail_token(world, sam.user_id, MailTokenPurpose.CHANGE_EMAIL, **values)
    await tell(world, EmailChanged(sam.user_id, token_id))
    mail = await newest(world, previous)
    assert mail["subject"] == "Your e-mail address was changed"
    assert sam.email not in mail["text"]
    assert await world.mails_to(sam.email) == []


async def test_a_change_without_a_previous_address_is_told_to_nobody(world: World) -> None:
    sam = await world.member("Sam Sample")
    token_id = await mail_token(world, sam.user_id, MailTokenPurpose.CHANGE_EMAIL, used_at=world.clock.now())
    await tell(world, EmailChanged(sam.user_id, token_id), EmailChangeAsked(sam.user_id, token_id))
    assert await world.mails_to("") == []


@pytest.mark.parametrize("changed", SecurityChange)
async def test_every_change_of_security_is_told(world: World, changed: SecurityChange) -> None:
    sam = await world.member("Sam Sample")
    await tell(world, SecurityChanged(sam.user_id, changed))
    world.clock.advance(seconds=1)
    await tell(world, SecurityChanged(sam.user_id, changed))
    first, second = await world.mails_to(sam.email)
    assert first["subject"] == second["subject"] == "The security of your account was changed"
    assert "If it was not you" in first["text"]
    assert first["text"] == second["text"]


async def test_a_late_mail_names_the_time_of_the_change(world: World) -> None:
    sam = await world.member("Sam Sample")
    await world.write(publish, SecurityChanged(sam.user_id, SecurityChange.PASSKEY_ADDED))
    world.clock.advance(hours=3)
    mail = await newest(world, sam.email)
    assert "A passkey was added.\nTue 1 Dec 2026, 10:00 (UTC+01:00), Europe/Berlin\n" in mail["text"]


async def signed_in(world: World, person: Actor, name: str | None = FIREFOX) -> AuthSessionId:
    device = Device(name, "203.0.113.0/24" if name else None)
    life = timedelta(days=7)
    pair = await world.write(auth.start_auth_session, person.user_id, life, LoginMethod.GOOGLE, device)
    return pair.auth_session_id


async def test_a_log_in_from_a_new_device_is_described(world: World) -> None:
    sam = await world.member("Sam Sample")
    await tell(world, NewDeviceSignedIn(sam.user_id, await signed_in(world, sam)))
    mail = await newest(world, sam.email)
    assert mail["subject"] == "New log-in to your account"
    for expected in ("Firefox on Windows", "203.0.113.0/24", "Google", "10:00 (UTC+01:00)", "/settings/sessions"):
        assert expected in mail["text"]


async def test_who_logs_in_does_not_write_to_the_owner(world: World) -> None:
    sam = await world.member("Sam Sample")
    evil = await signed_in(world, sam, "Call +1 555 0100 or open https://evil.example")
    unnamed = await signed_in(world, sam, None)
    await tell(world, NewDeviceSignedIn(sam.user_id, evil), RefreshTokenReused(sam.user_id, unnamed))
    for mail in await world.mails_to(sam.email):
        assert "A program unknown to us" in mail["text"]
        assert "evil" not in mail["text"]


async def test_a_copied_token_is_told_of(world: World) -> None:
    sam = await world.member("Sam Sample")
    await tell(world, RefreshTokenReused(sam.user_id, await signed_in(world, sam)))
    mails = {mail["subject"]: mail["text"] for mail in await world.mails_to(sam.email)}
    assert "its token was used twice" in mails["We ended a log-in of yours"]


async def test_a_log_in_that_was_swept_is_not_told_of(world: World) -> None:
    sam, gone = await world.member("Sam Sample"), AuthSessionId(new_id("aus"))
    await tell(world, NewDeviceSignedIn(sam.user_id, gone), RefreshTokenReused(sam.user_id, gone))
    assert await world.mails_to("") == []


async def invite(world: World, address: str, **values: Any) -> InvitationSent:
    admin = await world.member("Ada Admin", is_admin=True)
    invitation_id = InvitationId(new_id("inv"))
    row = {
        "id": invitation_id,
        "kind": InvitationKind.MEMBER,
        "email": address,
        "status": InvitationStatus.PENDING,
        "invited_by_user_id": admin.user_id,
        "expires_at": world.clock.now() + timedelta(days=7),
        "created_at": world.clock.now(),
    }
    await insert_row(world, Invitation, row | values)
    return InvitationSent(invitation_id)


@pytest.mark.parametrize(("kind", "words"), [(InvitationKind.MEMBER, "join"), (InvitationKind.MODERATOR, "moderate")])
async def test_an_invitation_reaches_whoever_has_no_account(world: World, kind: InvitationKind, words: str) -> None:
    sent = await invite(world, NEW, kind=kind)
    await tell(world, sent)
    mail = await newest(world, NEW)
    text = world.app.state.mail_tokens.text(sent.invitation_id, "invitation")
    assert f"{world.settings.app_url}/invitation?token={text}" in mail["text"].splitlines()
    assert mail["text"].startswith("Hello,\n")
    assert f"Ada Admin invites you to {words} " in mail["text"]
    assert "until Tue 8 Dec 2026, 09:00 (UTC+00:00), UTC" in mail["text"]
    world.clock.advance(days=1)
    await tell(world, sent)
    assert len(await world.mails_to(NEW)) == 2


async def test_an_invitation_speaks_in_the_zone_of_an_account(world: World) -> None:
    sam = await world.member("Sam Sample")
    await tell(world, await invite(world, sam.email))
    assert "Europe/Berlin" in (await newest(world, sam.email))["text"]


@pytest.mark.parametrize("values", [{"status": "withdrawn"}, {"status": "accepted"}, {"expires_at": None}])
async def test_an_invitation_that_is_not_open_is_not_sent(world: World, values: dict[str, Any]) -> None:
    if "expires_at" in values:
        values = {"expires_at": world.clock.now()}
    await tell(world, await invite(world, NEW, **values), InvitationSent(InvitationId(new_id("inv"))))
    assert await world.mails_to("") == []


async def apply(world: World, applicant: Actor, **values: Any) -> ApplicationId:
    application_id = ApplicationId(new_id("app"))
    texts = dict.fromkeys(("expertise_areas", "teaching_experience", "course_ideas", "motivation"), "Much")
    row = {"id": application_id, "user_id": applicant.user_id, "status": ApplicationStatus.PENDING} | texts
    await insert_row(world, CreatorApplication, row | {"created_at": world.clock.now()} | values)
    return application_id


async def test_an_application_is_told_to_every_administrator_who_is_there(world: World) -> None:
    admins = [await world.member(name, is_admin=True) for name in ("Ada Admin", "Alf Admin", "Amy Away")]
    await change(world, admins[2].user_id, suspended_at=world.clock.now())
    cara = await world.member("Cara Creator")
    await tell(world, ApplicationReceived(await apply(world, cara)))
    assert [len(await world.mails_to(admin.email)) for admin in admins] == [1, 1, 0]
    mail = await newest(world, admins[0].email)
    assert mail["subject"] == "Cara Creator applies to become a creator"
    assert await world.mails_to(cara.email) == []


async def test_an_application_that_was_decided_meanwhile_is_not_told(world: World) -> None:
    await world.member("Ada Admin", is_admin=True)
    decided = await apply(world, await world.member("Cara Creator"), status=ApplicationStatus.APPROVED)
    await tell(world, ApplicationReceived(decided), ApplicationReceived(ApplicationId(new_id("app"))))
    assert await world.mails_to("") == []


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [("approved", None, "your application is approved"), ("denied", "Please teach first.", "  Please teach first.")],
)
async def test_a_decision_is_told_to_the_applicant(
    world: World, status: str, reason: str | None, expected: str
) -> None:
    cara = await world.member("Cara Creator")
    decided = await apply(world, cara, status=status, denial_reason=reason)
    undecided = await apply(world, await world.member("Dan Doubt"))
    await tell(world, ApplicationDecided(decided, cara.user_id), ApplicationDecided(undecided, cara.user_id))
    (mail,) = await world.mails_to(cara.email)
    assert expected in mail["text"]


async def links_to(world: World, person: Actor) -> list[str]:
    """The subjects of what arrives when everything is asked for and told at once."""
    events: list[Event] = [
        ASKED[purpose](person.user_id, await mail_token(world, person.user_id, purpose, new_email=new_email))
        for purpose, new_email in (
            (MailTokenPurpose.VERIFY_EMAIL, None),
            (MailTokenPurpose.RESET_PASSWORD, None),
            (MailTokenPurpose.CHANGE_EMAIL, NEW),
        )
    ]
    await tell(world, *events, SecurityChanged(person.user_id, SecurityChange.PASSKEY_ADDED))
    return sorted(mail["subject"] for mail in await world.mails_to(""))


VERIFY, RESET, MOVE = "Confirm your e-mail address", "Set a new password", "Confirm your new e-mail address"
SECURITY = "The security of your account was changed"


@pytest.mark.parametrize(
    ("is_verified", "state", "expected"),
    [
        (True, {}, [MOVE, RESET, SECURITY]),
        (False, {}, [VERIFY, MOVE, RESET]),
        (True, {"email_status": EmailStatus.BOUNCED}, [MOVE, RESET]),
        (False, {"email_status": EmailStatus.BOUNCED}, [VERIFY, MOVE, RESET]),
        (False, {"email_status": EmailStatus.COMPLAINED}, [MOVE]),
        (True, {"email_status": EmailStatus.COMPLAINED}, [MOVE]),
        (True, {"suspended_at": True}, []),
        (True, {"deleted_at": True}, []),
    ],
)
async def test_an_address_gets_what_it_takes(
    world: World, is_verified: bool, state: dict[str, Any], expected: list[str]
) -> None:
    sam = await world.member("Sam Sample", is_verified=is_verified)
    if state:
        await change(world, sam.user_id, **{k: world.clock.now() if v is True else v for k, v in state.items()})
    assert await links_to(world, sam) == sorted(expected)


async def test_no_named_address_is_mailed_that_takes_nothing(world: World) -> None:
    owner = await world.member("Olga Owner")
    await change(world, owner.user_id, email_status=EmailStatus.BOUNCED)
    sam = await world.member("Sam Sample")
    token_id = await mail_token(world, sam.user_id, MailTokenPurpose.CHANGE_EMAIL, new_email=owner.email)
    await tell(world, EmailChangeAsked(sam.user_id, token_id), await invite(world, owner.email))
    assert await world.mails_to("") == []
