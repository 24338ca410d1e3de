"""The audit log as administrators read it; that it cannot be changed is shown in tests/db."""

from typing import Any

import pytest

from app.domains.audit import service
from app.domains.audit.service import Change
from tests.domains.auth.accounts import code
from tests.domains.roles.admins import admin_of
from tests.support.world import Actor, World

LIST = "/api/admin/audit"
ADA, AVA = "usr_01kbq2z7m8e6h9s0t3v5x7y9za", "usr_01kbq2z7m8e6h9s0t3v5x7y9zb"
SAM, INVITATION = "usr_01kbq2z7m8e6h9s0t3v5x7y9zc", "inv_01kbq2z7m8e6h9s0t3v5x7y9za"


@pytest.fixture
async def admin(world: World) -> Actor:
    """With four entries to read, a minute apart from nine o'clock on."""
    for actor_id, action, subject_type, subject_id in (
        (ADA, "user.suspended", "user", SAM),
        (AVA, "user.unsuspended", "user", SAM),
        (None, "user.suspended", "user", AVA),
        (ADA, "invitation.sent", "invitation", INVITATION),
    ):
        change = Change(action, subject_type, subject_id, before={"n": None}, after={"n": [1, "ü"]}, reason="why")
        await world.write(service.record, actor_id, change)
        world.clock.advance(minutes=1)
    return await admin_of(world)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [INVITATION, AVA, SAM, SAM]),
        ({"actor_id": ADA}, [INVITATION, SAM]),
        ({"subject_type": "invitation"}, [INVITATION]),
        ({"subject_id": SAM}, [SAM, SAM]),
        ({"action": "user.suspended"}, [AVA, SAM]),
        ({"since": "2026-12-01T09:01:00Z"}, [INVITATION, AVA, SAM]),
        ({"until": "2026-12-01T09:01:00Z"}, [SAM]),
        ({"since": "2026-12-01T09:01:00Z", "until": "2026-12-01T11:02:00+02:00"}, [SAM]),
        ({"actor_id": ADA, "action": "user.suspended", "subject_id": AVA}, []),
    ],
)
async def test_it_is_narrowed_to_what_is_asked(admin: Actor, query: dict[str, str], found: list[str]) -> None:
    answer = await admin.get(LIST, params=query)
    assert [item["subject_id"] for item in answer.json()["items"]] == found


async def test_an_entry_says_everything(admin: Actor) -> None:
    (entry,) = (await admin.get(LIST, params={"subject_id": AVA})).json()["items"]
    entry.pop("id")
    assert entry == {
        "actor_id": None,
        "action": "user.suspended",
        "subject_type": "user",
        "subject_id": AVA,
        "before": {"n": None},
        "after": {"n": [1, "ü"]},
        "reason": "why",
        "created_at": "2026-12-01T09:02:00Z",
    }


async def test_it_goes_on_where_it_stopped(admin: Actor) -> None:
    query, seen = {"limit": "1", "subject_type": "user"}, []
    while True:
        page = (await admin.get(LIST, params=query)).json()
        seen += [item["created_at"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == [f"2026-12-01T09:0{minute}:00Z" for minute in (2, 1, 0)]
    other: dict[str, Any] = {"cursor": (await admin.get(LIST, params={"limit": 1})).json()["next_cursor"]}
    assert code(await admin.get(LIST, params=other | {"limit": 1, "subject_type": "user"})) == (422, "cursor_invalid")


async def test_nobody_else_reads_it(world: World) -> None:
    moderator = await world.member("Mod Moderator", can_create_courses=True)
    assert code(await moderator.get(LIST)) == (403, "forbidden")
