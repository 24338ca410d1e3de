"""Asking to become a creator, and deciding about it."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from app.core.events import Event, EventBus
from app.domains.roles import service
from app.domains.roles.events import ApplicationDecided, ApplicationReceived
from app.domains.roles.types import ApplicationId
from tests.domains.auth.accounts import code
from tests.domains.roles import admins
from tests.domains.roles.admins import ANSWERS, admin_of
from tests.support.world import Actor, World

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
LIST, MINE, ADMIN_LIST = (
    "/api/creator-applications",
    "/api/creator-applications/mine",
    "/api/admin/creator-applications",
)


@pytest.fixture
async def sam(world: World) -> Actor:
    return await world.member("Sam Sample")


@pytest.fixture
def heard(world: World) -> list[Event]:
    """The events of applications, as they are published."""
    found: list[Event] = []
    bus: EventBus = world.db._events
    for kind in (ApplicationReceived, ApplicationDecided):
        bus.subscribe(kind, lambda _session, event: found.append(event))
    return found


async def apply(actor: Actor, **changes: Any) -> str:
    answer = await actor.post(LIST, ANSWERS | changes)
    assert answer.status_code == 201, answer.text
    application_id: str = answer.json()["id"]
    return application_id


async def test_an_approved_applicant_may_create_courses(world: World, sam: Actor, heard: list[Event]) -> None:
    admin, application_id = await admin_of(world), await apply(sam)
    answer = await admin.post(f"{ADMIN_LIST}/{application_id}/approve")
    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["status"], shown["reviewed_by_user_id"]) == ("approved", admin.user_id)
    assert shown["applicant"]["email"] == sam.email
    assert (await admins.account(world, sam.user_id)).can_create_courses
    assert "creator" in (await sam.get("/api/users/me")).json()["roles"]
    assert heard == [
        ApplicationReceived(ApplicationId(application_id)),
        ApplicationDecided(ApplicationId(application_id), sam.user_id),
    ]
    (decision,) = await admins.entries(world, application_id)
    assert (decision.actor_id, decision.action) == (admin.user_id, "application.approved")
    assert (decision.before, decision.after) == ({"status": "pending"}, {"status": "approved"})
    (grant,) = await admins.entries(world, sam.user_id)
    assert (grant.before, grant.after) == ({"can_create_courses": False}, {"can_create_courses": True})


async def test_a_denied_applicant_reads_why_and_may_apply_again(world: World, sam: Actor) -> None:
    admin, application_id = await admin_of(world), await apply(sam)
    answer = await admin.post(f"{ADMIN_LIST}/{application_id}/deny", {"reason": "Tell us more."})
    assert (answer.status_code, answer.json()["status"]) == (200, "denied")
    assert not (await admins.account(world, sam.user_id)).can_create_courses
    again = await apply(sam, portfolio_url=None)
    mine = (await sam.get(MINE)).json()["items"]
    assert [(item["id"], item["status"], item["denial_reason"]) for item in mine] == [
        (again, "pending", None),
        (application_id, "denied", "Tell us more."),
    ]
    assert "reviewed_by_user_id" not in mine[0]
    assert [entry.reason for entry in await admins.entries(world, application_id)] == ["Tell us more."]


async def test_of_ten_applications_at_once_one_is_taken(sam: Actor) -> None:
    answers = await asyncio.gather(*(sam.post(LIST, ANSWERS) for _ in range(10)))
    assert Counter(answer.json().get("code", "taken") for answer in answers) == {"taken": 1, "application_pending": 9}
    assert len((await sam.get(MINE)).json()["items"]) == 1


async def test_a_creator_does_not_apply(world: World) -> None:
    creator = await world.member("Cara Creator", can_create_courses=True)
    assert code(await creator.post(LIST, ANSWERS)) == (409, "already_creator")


async def test_of_many_decisions_one_counts(world: World, sam: Actor, heard: list[Event]) -> None:
    """Two administrators press both buttons ten times; meanwhile the applicant tries again and again."""
    judges = [await admin_of(world, name) for name in ("Ada Admin", "Ava Admin")]
    path = f"{ADMIN_LIST}/{await apply(sam)}"
    bodies = {"approve": {}, "deny": {"reason": "Not yet."}}
    decisions = [judges[n % 2].post(f"{path}/{verb}", body) for n in range(10) for verb, body in bodies.items()]
    answers = await asyncio.gather(*decisions, *(sam.post(LIST, ANSWERS) for _ in range(5)))
    decided = answers[:20]
    assert Counter(answer.json().get("code", "decided") for answer in decided) == {
        "decided": 1,
        "application_not_pending": 19,
    }
    is_approved = next(answer.json()["status"] for answer in decided if answer.is_success) == "approved"
    assert (await admins.account(world, sam.user_id)).can_create_courses == is_approved
    statuses = [item["status"] for item in (await sam.get(MINE)).json()["items"]]
    assert not (is_approved and "pending" in statuses)
    assert sum(isinstance(event, ApplicationDecided) for event in heard) == 1


async def test_nobody_decides_about_their_own(world: World) -> None:
    admin = await admin_of(world)
    path = f"{ADMIN_LIST}/{await apply(admin)}"
    assert code(await admin.post(f"{path}/approve")) == (403, "own_application")
    assert code(await admin.post(f"{path}/deny", {"reason": "Never."})) == (403, "own_application")
    assert not (await admins.account(world, admin.user_id)).can_create_courses


async def test_an_administrator_opens_the_one_that_a_mail_leads_to(world: World, sam: Actor) -> None:
    admin, application_id = await admin_of(world), await apply(sam)
    shown = await admin.get(f"{ADMIN_LIST}/{application_id}")
    assert [shown.json()] == (await admin.get(ADMIN_LIST)).json()["items"]
    assert code(await admin.get(f"{ADMIN_LIST}/app_{'0' * 26}")) == (404, "application_not_found")
    assert code(await sam.get(f"{ADMIN_LIST}/{application_id}")) == (403, "forbidden")


async def test_administrators_list_all_page_by_page(world: World) -> None:
    admin = await admin_of(world)
    sent = []
    for name in ("Ann Ant", "Bob Bee", "Cyd Cow"):
        world.clock.advance(seconds=1)
        sent.append(await apply(await world.member(name)))
    await admin.post(f"{ADMIN_LIST}/{sent[0]}/deny", {"reason": "Not yet."})
    first = (await admin.get(ADMIN_LIST, params={"limit": 2})).json()
    rest = (await admin.get(ADMIN_LIST, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == sent[::-1]
    pending = (await admin.get(ADMIN_LIST, params={"status": "pending"})).json()["items"]
    assert [item["id"] for item in pending] == sent[:0:-1]
    answer = await admin.get(ADMIN_LIST, params={"status": "denied", "cursor": first["next_cursor"]})
    assert code(answer) == (422, "cursor_invalid")


@on_sqlite
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("motivation", "too short"),
        ("motivation", "x" * 4001),
        ("motivation", "with a bell \x07 in it"),
        ("motivation", "turned \u202e around text"),
        ("motivation", "- - - - - - - - - -"),
        ("portfolio_url", "ftp://sam.sample.example/"),
        ("portfolio_url", "javascript:alert(1)"),
        ("portfolio_url", "https://"),
        ("portfolio_url", "https://sam:secret@sam.sample.example/"),
        ("portfolio_url", "https://sam.sample.example/a b"),
        ("portfolio_url", "https://[::1"),
        ("portfolio_url", "https://sam.sample.example:99999/"),
        ("portfolio_url", "https://sam.sample.example/" + "x" * 500),
    ],
)
async def test_answers_are_readable_and_bounded(sam: Actor, field: str, value: str) -> None:
    answer = await sam.post(LIST, ANSWERS | {field: value})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/body/{field}"]


@on_sqlite
async def test_paragraphs_are_kept(world: World, sam: Actor) -> None:
    application_id = await apply(sam, motivation="  First.\r\n\r\n\tSecond: Zoë & <b>. ")
    found = await world.db.read(service.get_application, ApplicationId(application_id))
    assert found is not None
    assert found.motivation == "First.\n\n\tSecond: Zoë & <b>."
    assert await world.db.read(service.get_application, ApplicationId("app_unknown")) is None
