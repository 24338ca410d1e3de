"""What administrators do to accounts, and what they cannot do."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.core.errors import Forbidden
from app.db.session import ReadSession, WriteSession
from app.domains.audit.models import AuditEntry
from app.domains.roles import service as roles
from app.domains.users import service as users
from app.domains.users.models import User
from app.domains.users.types import UserId
from tests.domains.auth.accounts import code, refresh, set_password
from tests.domains.auth.accounts import log_in as log_in_with_password
from tests.domains.roles import admins
from tests.domains.roles.admins import admin_of, give, suspend, unsuspend
from tests.support.learning import Classroom
from tests.support.shop import start_checkout
from tests.support.world import Actor, World

LIST = "/api/admin/users"
SECRETS = {"password_hash", "password", "sealed_secret", "token", "refresh_token", "avatar_key"}


@pytest.fixture
async def ada(world: World) -> Actor:
    return await admin_of(world)


@pytest.fixture
async def sam(world: World) -> Actor:
    return await world.member("Sam Sample")


async def test_who_is_suspended_is_out_at_once_and_everywhere(world: World, ada: Actor, sam: Actor) -> None:
    await set_password(world, sam.email)
    tokens = (await log_in_with_password(world, sam.email)).json()
    answer = await suspend(ada, sam)
    assert answer.status_code == 200
    assert answer.json()["suspended_reason"] == "Spam in every course."
    assert (await sam.get("/api/users/me")).status_code == 401
    assert (await refresh(world, tokens["refresh_token"])).status_code == 401
    assert code(await log_in_with_password(world, sam.email)) == (403, "account_suspended")
    assert (await unsuspend(ada, sam)).json()["suspended_at"] is None
    assert (await sam.get("/api/users/me")).status_code == 401
    assert (await refresh(world, tokens["refresh_token"])).status_code == 401
    assert (await log_in_with_password(world, sam.email)).status_code == 200
    suspended, lifted = await admins.entries(world, sam.user_id)
    assert (suspended.action, suspended.actor_id) == ("user.suspended", ada.user_id)
    assert (suspended.before, suspended.after) == ({"is_suspended": False}, {"is_suspended": True})
    assert suspended.reason == "Spam in every course."
    assert (lifted.action, lifted.before, lifted.after) == (
        "user.unsuspended",
        {"is_suspended": True},
        {"is_suspended": False},
    )


async def test_who_is_suspended_is_told_why_and_when_it_is_over(world: World, ada: Actor, sam: Actor) -> None:
    await suspend(ada, sam)
    (mail,) = await world.mails_to(sam.email)
    assert mail["subject"] == "Your account is suspended"
    assert "Spam in every course." in mail["text"]
    await unsuspend(ada, sam)
    subjects = {each["subject"] for each in await world.mails_to(sam.email)}
    assert subjects == {"Your account is suspended", "Your account is open again"}


async def test_of_ten_suspensions_at_once_one_counts(world: World, ada: Actor, sam: Actor) -> None:
    answers = await asyncio.gather(*(suspend(ada, sam) for _ in range(10)))
    assert Counter(answer.json().get("code", "done") for answer in answers) == {"done": 1, "already_suspended": 9}
    assert len(await admins.entries(world, sam.user_id)) == 1
    await unsuspend(ada, sam)
    assert code(await unsuspend(ada, sam)) == (409, "not_suspended")


async def test_rights_are_given_and_taken_one_by_one(world: World, ada: Actor, sam: Actor) -> None:
    answer = await give(ada, sam, can_moderate_courses=True, can_create_courses=True, reason="Knows the community.")
    assert answer.status_code == 200
    assert set(answer.json()["roles"]) == {"student", "creator", "moderator"}
    assert (await give(ada, sam, can_create_courses=False)).json()["roles"] == ["student", "moderator"]
    assert (await give(ada, sam, can_create_courses=False, is_admin=None)).status_code == 200
    given, taken = await admins.entries(world, sam.user_id)
    assert given.before == {"can_moderate_courses": False, "can_create_courses": False}
    assert given.after == {"can_moderate_courses": True, "can_create_courses": True}
    assert (given.reason, given.actor_id) == ("Knows the community.", ada.user_id)
    assert (taken.before, taken.after) == ({"can_create_courses": True}, {"can_create_courses": False})


async def test_a_new_administrator_may_act_and_a_former_one_not(ada: Actor, sam: Actor) -> None:
    assert code(await sam.get(LIST)) == (403, "forbidden")
    await give(ada, sam, is_admin=True)
    assert (await sam.get(LIST)).status_code == 200
    await give(ada, sam, is_admin=False)
    assert code(await sam.get(LIST)) == (403, "forbidden")


async def test_nobody_changes_their_own_rights(world: World, ada: Actor) -> None:
    assert code(await give(ada, ada, is_admin=False)) == (403, "own_account")
    assert code(await give(ada, ada, can_create_courses=True)) == (403, "own_account")
    assert code(await suspend(ada, ada)) == (403, "own_account")
    assert await admins.entries(world, ada.user_id) == []


async def test_two_who_take_away_each_other_s_role_leave_one(world: World, ada: Actor) -> None:
    """However often: the last administrator is always there."""
    other = await admin_of(world, "Ava Admin")
    answers = await asyncio.gather(give(ada, other, is_admin=False), give(other, ada, is_admin=False))
    assert sorted(answer.status_code for answer in answers) == [200, 403]
    assert await world.db.read(_count_admins) == 1


def _count_admins(session: ReadSession) -> int:
    return session.scalar(select(func.count()).select_from(User).where(User.is_admin)) or 0


async def test_a_stranger_s_unproven_address_is_given_no_rights(world: World, ada: Actor) -> None:
    nia = await world.member("Nia Newcomer", is_verified=False)
    for right in ("is_admin", "can_create_courses", "can_teach_courses", "can_moderate_courses"):
        assert code(await give(ada, nia, **{right: True})) == (409, "address_not_proven")
    assert (await give(ada, nia, can_take_courses=False)).status_code == 200


async def test_a_deleted_account_is_left_alone(world: World, ada: Actor, sam: Actor) -> None:
    await world.write(_delete, sam.user_id)
    assert code(await suspend(ada, sam)) == (409, "account_deleted")
    assert code(await give(ada, sam, can_create_courses=True)) == (409, "account_deleted")


def _delete(session: WriteSession, user_id: UserId) -> None:
    session.execute(update(User).where(User.id == user_id).values(deleted_at=session.now))


async def test_who_may_not_take_courses_cannot_buy(world: World, ada: Actor, sam: Actor) -> None:
    room = await Classroom.open(world)
    await give(ada, sam, can_take_courses=False, reason="Three chargebacks.")
    assert code(await start_checkout(sam, room)) == (403, "may_not_buy")
    await give(ada, sam, can_take_courses=True)
    assert (await start_checkout(sam, room)).status_code == 201


async def test_roles_need_a_fresh_proof(world: World, ada: Actor, sam: Actor) -> None:
    world.clock.advance(minutes=14)
    assert (await give(ada, sam, can_moderate_courses=True)).status_code == 200
    world.clock.advance(minutes=2)
    later = await _same_log_in_with_a_new_token(world, ada)
    assert (await later.get(LIST)).status_code == 200
    for answer in (await give(later, sam, is_admin=True), await suspend(later, sam), await unsuspend(later, sam)):
        assert code(answer) == (401, "step_up_needed")
    assert len(await admins.entries(world, sam.user_id)) == 1


async def _same_log_in_with_a_new_token(world: World, actor: Actor) -> Actor:
    tokens = world.app.state.access_tokens
    claims = tokens.verify(actor.token, world.clock.now().replace(hour=9, minute=0))
    text = tokens.issue(user_id=claims.user_id, auth_session_id=claims.auth_session_id, now=world.clock.now())
    return Actor(actor.user_id, actor.email, actor.http, text)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "sAMpl"}, ["Sam Sample"]),
        ({"q": "nia_newcomer"}, ["Nia Newcomer"]),
        ({"q": "100%_"}, []),
        ({"role": "admin"}, ["Ada Admin"]),
        ({"role": "creator"}, ["Cara Creator"]),
        ({"role": "moderator"}, []),
        ({"role": "teacher"}, []),
        ({"status": "unverified"}, ["Nia Newcomer"]),
        ({"status": "suspended"}, ["Lou Lockout"]),
        ({"status": "deleted"}, ["Del Deleted"]),
        ({"status": "active"}, ["Cara Creator", "Sam Sample", "Ada Admin"]),
        ({"status": "active", "q": "creator", "role": "creator"}, ["Cara Creator"]),
        ({}, ["Del Deleted", "Lou Lockout", "Nia Newcomer", "Cara Creator", "Sam Sample", "Ada Admin"]),
    ],
)
async def test_accounts_are_found(
    world: World, ada: Actor, sam: Actor, query: dict[str, str], found: list[str]
) -> None:
    await world.member("Cara Creator", can_create_courses=True)
    await world.member("Nia Newcomer", is_verified=False)
    await world.write(users.suspend, (await world.member("Lou Lockout")).user_id, "spam")
    await world.write(_delete, (await world.member("Del Deleted")).user_id)
    assert [item["name"] for item in (await ada.get(LIST, params=query)).json()["items"]] == found


async def test_the_list_goes_on_where_it_stopped(world: World, ada: Actor) -> None:
    for number in range(5):
        await world.member(f"Member {'ABCDE'[number]}")
    seen: list[str] = []
    query = {"limit": "2", "status": "active"}
    while True:
        page = (await ada.get(LIST, params=query)).json()
        seen += [item["name"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == ["Member E", "Member D", "Member C", "Member B", "Member A", "Ada Admin"]


async def test_an_account_is_shown_without_its_secrets(ada: Actor, sam: Actor) -> None:
    shown = (await ada.get(f"{LIST}/{sam.user_id}")).json()
    assert (shown["email"], shown["email_status"], shown["is_email_verified"]) == (sam.email, "ok", True)
    assert not SECRETS & set(shown)
    assert code(await ada.get(f"{LIST}/usr_01kbq2z7m8e6h9s0t3v5x7y9za")) == (404, "user_not_found")


async def test_an_administrator_sets_no_password(openapi_document: dict[str, Any], ada: Actor, sam: Actor) -> None:
    paths = {path: item for path, item in openapi_document["paths"].items() if path.startswith("/api/admin")}
    assert "password" not in str([(path, list(item)) for path, item in paths.items()])
    assert (await give(ada, sam, password="correct horse sample staple")).status_code == 422


async def test_no_write_of_an_administrator_commits_after_the_role_is_gone(world: World, ada: Actor) -> None:
    """Fifty writes are under way, authorized before, when another administrator takes the role away."""
    other, people = await admin_of(world, "Ava Admin"), [await world.member(f"Member {n}x") for n in range(50)]
    writes = [give(ada, person, can_moderate_courses=True) for person in people]
    removal = give(other, ada, is_admin=False)
    answers = await asyncio.gather(*writes[:25], removal, *writes[25:])
    assert answers.pop(25).status_code == 200
    assert {answer.status_code for answer in answers} <= {200, 403}
    trail = await world.db.read(_trail)
    by_ada = [position for position, (actor_id, _) in enumerate(trail) if actor_id == ada.user_id]
    removed_at = next(position for position, (_, subject_id) in enumerate(trail) if subject_id == ada.user_id)
    assert len(by_ada) == sum(answer.is_success for answer in answers)
    assert await world.db.read(_count_moderators) == len(by_ada)
    assert all(position < removed_at for position in by_ada)
    assert code(await give(ada, people[0], can_moderate_courses=False)) == (403, "forbidden")


def _trail(session: ReadSession) -> list[tuple[str | None, str]]:
    """Who changed whom, in the order of the ids: an entry is written while the actor's role is held."""
    statement = select(AuditEntry.actor_id, AuditEntry.subject_id).order_by(AuditEntry.id)
    return [(actor_id, subject_id) for actor_id, subject_id in session.execute(statement)]


def _count_moderators(session: ReadSession) -> int:
    return session.scalar(select(func.count()).select_from(User).where(User.can_moderate_courses)) or 0


async def test_a_write_that_was_let_in_is_refused_when_the_role_is_gone(world: World, ada: Actor, sam: Actor) -> None:
    """The request passed the door before; its unit of work asks again."""
    await give(await admin_of(world, "Ava Admin"), ada, is_admin=False)
    with pytest.raises(Forbidden):
        await world.write(roles.suspend, ada.user_id, sam.user_id, "too late")
    assert (await admins.account(world, sam.user_id)).suspended_at is None
