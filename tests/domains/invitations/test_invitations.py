"""Inviting by mail: sending, accepting, declining, withdrawing, forgetting."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from app.core.events import Event
from app.db.session import ReadSession
from app.domains.invitations import service
from app.domains.invitations.events import InvitationSent
from app.domains.invitations.models import Invitation
from app.domains.invitations.types import InvitationId
from tests.domains.auth.accounts import change_user, code
from tests.domains.roles import admins
from tests.domains.roles.admins import admin_of
from tests.support.world import Actor, World

LIST = "/api/admin/invitations"
EMAIL = "mia.mockup@peerloop.example"


@pytest.fixture
async def ada(world: World) -> Actor:
    return await admin_of(world)


@pytest.fixture
async def sam(world: World) -> Actor:
    return await world.member("Sam Sample")


@pytest.fixture
def mailed(world: World) -> list[Event]:
    found: list[Event] = []
    world.db._events.subscribe(InvitationSent, lambda _session, event: found.append(event))
    return found


async def invite(admin: Actor, email: str, kind: str = "moderator", **more: Any) -> httpx.Response:
    return await admin.post(LIST, {"email": email, "kind": kind} | more)


async def invited(admin: Actor, email: str, kind: str = "moderator", **more: Any) -> InvitationId:
    answer = await invite(admin, email, kind, **more)
    assert answer.status_code == 201, answer.text
    return InvitationId(answer.json()["id"])


async def respond(world: World, actor: Actor, invitation_id: str, verb: str = "accept") -> httpx.Response:
    token = world.app.state.mail_tokens.text(invitation_id, "invitation")
    return await actor.post(f"/api/invitations/{verb}", {"token": token})


async def test_an_invited_moderator_becomes_one(world: World, ada: Actor, sam: Actor, mailed: list[Event]) -> None:
    invitation_id = await invited(ada, sam.email.upper(), days=30)
    assert mailed == [InvitationSent(invitation_id)]
    answer = await respond(world, sam, invitation_id)
    assert answer.json() == {"id": invitation_id, "kind": "moderator", "status": "accepted"}
    assert (await admins.account(world, sam.user_id)).can_moderate_courses
    (shown,) = (await ada.get(LIST)).json()["items"]
    assert (shown["status"], shown["accepted_by_user_id"], shown["email"]) == ("accepted", sam.user_id, sam.email)
    assert shown["expires_at"] == "2026-12-31T09:00:00Z"
    (grant,) = await admins.entries(world, sam.user_id)
    assert (grant.actor_id, grant.after) == (sam.user_id, {"can_moderate_courses": True})
    (sent,) = await admins.entries(world, invitation_id)
    assert (sent.action, sent.actor_id) == ("invitation.sent", ada.user_id)
    assert sam.email not in str(sent.after)


async def test_whoever_holds_the_link_sees_what_it_is_for(world: World, ada: Actor, sam: Actor) -> None:
    invitation_id = await invited(ada, sam.email, days=1)

    async def preview(text: str) -> httpx.Response:
        return await world.http.post("/api/invitations/preview", json={"token": text})

    token = world.app.state.mail_tokens.text(invitation_id, "invitation")
    expected = {
        "kind": "moderator",
        "email": sam.email,
        "invited_by": "Ada Admin",
        "expires_at": "2026-12-02T09:00:00Z",
    }
    for _ in range(2):  # looking uses nothing up
        assert (await preview(token)).json() == expected
    assert code(await preview(world.app.state.mail_tokens.text(invitation_id, "verify_email"))) == (
        404,
        "invitation_not_found",
    )
    world.clock.advance(days=1)
    assert code(await preview(token)) == (410, "invitation_expired")
    await ada_again_withdraws(world, ada, invitation_id)
    assert code(await preview(token)) == (409, "invitation_not_pending")


async def ada_again_withdraws(world: World, ada: Actor, invitation_id: str) -> None:
    again = await world.log_in(ada.user_id, ada.email)
    assert (await again.delete(f"{LIST}/{invitation_id}")).status_code == 204


async def test_of_fifty_acceptances_at_once_one_counts(world: World, ada: Actor, sam: Actor) -> None:
    invitation_id = await invited(ada, sam.email)
    answers = await asyncio.gather(*(respond(world, sam, invitation_id) for _ in range(50)))
    assert Counter(answer.json().get("code", "accepted") for answer in answers) == {
        "accepted": 1,
        "invitation_not_pending": 49,
    }
    assert len(await admins.entries(world, sam.user_id)) == 1


async def test_it_is_for_the_invited_address_only(world: World, ada: Actor, sam: Actor) -> None:
    thief, nia = await world.member("Theo Thief"), await world.member("Nia Newcomer", is_verified=False)
    invitation_id = await invited(ada, sam.email)
    assert code(await respond(world, thief, invitation_id)) == (403, "invitation_for_somebody_else")
    assert code(await respond(world, thief, invitation_id, "decline")) == (403, "invitation_for_somebody_else")
    assert not (await admins.account(world, thief.user_id)).can_moderate_courses
    unproven = await invited(ada, nia.email)
    assert code(await respond(world, nia, unproven)) == (403, "email_not_verified")
    await world.write(change_user, sam.email, email="elsewhere@peerloop.example")
    assert code(await respond(world, sam, invitation_id)) == (403, "invitation_for_somebody_else")


async def test_it_ends_with_its_days(world: World, ada: Actor, sam: Actor) -> None:
    invitation_id = await invited(ada, sam.email, days=1)
    world.clock.advance(days=1)
    later = await world.log_in(sam.user_id, sam.email)
    assert code(await respond(world, later, invitation_id)) == (410, "invitation_expired")
    assert code(await respond(world, later, invitation_id, "decline")) == (410, "invitation_expired")
    ada = await world.log_in(ada.user_id, ada.email)
    assert await invited(ada, sam.email) == invitation_id
    assert (await respond(world, later, invitation_id)).status_code == 200


async def test_it_is_answered_once(world: World, ada: Actor, sam: Actor) -> None:
    invitation_id = await invited(ada, sam.email)
    assert (await respond(world, sam, invitation_id, "decline")).json()["status"] == "declined"
    assert code(await respond(world, sam, invitation_id)) == (409, "invitation_not_pending")
    assert not (await admins.account(world, sam.user_id)).can_moderate_courses
    assert await invited(ada, sam.email) != invitation_id


async def test_a_withdrawn_one_is_dead(world: World, ada: Actor, sam: Actor) -> None:
    invitation_id = await invited(ada, sam.email)
    answers = await asyncio.gather(*(_withdraw(ada, invitation_id) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [204, 409, 409, 409, 409]
    assert code(await respond(world, sam, invitation_id)) == (409, "invitation_not_pending")
    assert code(await _withdraw(ada, "inv_01kbq2z7m8e6h9s0t3v5x7y9za")) == (404, "invitation_not_found")
    assert [entry.action for entry in await admins.entries(world, invitation_id)] == [
        "invitation.sent",
        "invitation.withdrawn",
    ]


async def _withdraw(admin: Actor, invitation_id: str) -> httpx.Response:
    return await admin.http.delete(f"{LIST}/{invitation_id}", headers=admin._headers())


async def test_a_second_one_renews_the_first(world: World, ada: Actor, mailed: list[Event]) -> None:
    first = await invited(ada, EMAIL, days=1)
    answers = await asyncio.gather(*(invite(ada, EMAIL, days=20) for _ in range(5)))
    assert {answer.json()["id"] for answer in answers} == {first}
    assert {answer.json()["expires_at"] for answer in answers} == {"2026-12-21T09:00:00Z"}
    assert await invited(ada, EMAIL, "member") != first
    assert len(mailed) == 7
    assert await world.db.read(_count) == 2


def _count(session: ReadSession) -> int:
    return session.scalar(select(func.count()).select_from(Invitation)) or 0


async def test_nobody_is_invited_to_what_they_are(world: World, ada: Actor, sam: Actor) -> None:
    assert code(await invite(ada, sam.email, "member")) == (409, "already_member")
    await world.write(change_user, sam.email, can_moderate_courses=True)
    assert code(await invite(ada, sam.email)) == (409, "already_moderator")
    squatter = await world.member("Sid Squatter", is_verified=False)
    assert (await invite(ada, squatter.email, "member")).status_code == 201


@pytest.mark.parametrize(
    "token",
    [
        "inv_01kbq2z7m8e6h9s0t3v5x7y9za.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "inv_01kbq2z7m8e6h9s0t3v5x7y9za",
        "............",
        "schlüssel-äöü",
    ],
)
async def test_a_forged_link_is_unknown(sam: Actor, token: str) -> None:
    assert code(await sam.post("/api/invitations/accept", {"token": token})) == (404, "invitation_not_found")


async def test_a_link_of_another_purpose_is_unknown(world: World, ada: Actor, sam: Actor) -> None:
    invitation_id = await invited(ada, sam.email)
    text = world.app.state.mail_tokens.text(invitation_id, "verify_email")
    assert code(await sam.post("/api/invitations/accept", {"token": text})) == (404, "invitation_not_found")


async def test_a_sign_up_uses_up_an_invitation_of_a_member_once(world: World, ada: Actor) -> None:
    invitation_id = await invited(ada, EMAIL, "member")
    assert not await world.write(service.accept_for_signup, invitation_id, "other@peerloop.example")
    answers = await asyncio.gather(*(world.write(service.accept_for_signup, invitation_id, EMAIL) for _ in range(5)))
    assert sorted(answers) == [False, False, False, False, True]
    found = await world.db.read(service.get_invitation, invitation_id)
    assert found is not None
    assert found.status == "accepted"


async def test_a_sign_up_leaves_an_invitation_of_a_moderator(world: World, ada: Actor) -> None:
    invitation_id = await invited(ada, EMAIL, days=1)
    assert await world.write(service.accept_for_signup, invitation_id, EMAIL)
    assert await world.write(service.accept_for_signup, invitation_id, EMAIL)
    world.clock.advance(days=1)
    assert not await world.write(service.accept_for_signup, invitation_id, EMAIL)
    assert not await world.write(service.accept_for_signup, InvitationId("inv_unknown"), EMAIL)


async def test_an_expired_invitation_of_a_member_admits_nobody(world: World, ada: Actor) -> None:
    invitation_id = await invited(ada, EMAIL, "member", days=1)
    world.clock.advance(days=1)
    assert not await world.write(service.accept_for_signup, invitation_id, EMAIL)


async def test_addresses_are_forgotten_after_ninety_days(world: World, ada: Actor, sam: Actor) -> None:
    declined, _expiring = await invited(ada, sam.email), await invited(ada, EMAIL, days=30)
    await respond(world, sam, declined, "decline")
    world.clock.advance(days=90)
    assert await world.write(service.sweep_invitations) == 0
    world.clock.advance(seconds=1)
    assert await world.write(service.sweep_invitations) == 1
    world.clock.advance(days=30)
    assert await world.write(service.sweep_invitations) == 1
    assert await world.db.read(_count) == 0


async def test_they_are_listed_by_status(world: World, ada: Actor, sam: Actor) -> None:
    declined = await invited(ada, sam.email)
    world.clock.advance(seconds=1)
    pending = await invited(ada, EMAIL)
    await respond(world, sam, declined, "decline")
    first = (await ada.get(LIST, params={"limit": 1})).json()
    rest = (await ada.get(LIST, params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == [pending, declined]
    narrowed = (await ada.get(LIST, params={"status": "declined"})).json()["items"]
    assert [item["id"] for item in narrowed] == [declined]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("change", [{"days": 0}, {"days": 31}, {"kind": "admin"}, {"email": "nobody"}])
async def test_what_is_sent_is_bounded(ada: Actor, change: dict[str, Any]) -> None:
    body = {"email": EMAIL, "kind": "member", "days": 7} | change
    answer = await ada.post(LIST, body)
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/body/{next(iter(change))}"]


async def test_who_is_no_administrator_any_more_makes_no_moderators(world: World, ada: Actor, sam: Actor) -> None:
    invitation_id = await invited(ada, sam.email)
    await world.write(change_user, ada.email, is_admin=False)
    assert code(await respond(world, sam, invitation_id)) == (409, "invitation_not_pending")
    assert (await sam.get("/api/users/me")).json()["roles"] == ["student"]
