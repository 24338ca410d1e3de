"""Which mails somebody wants."""

import asyncio
from dataclasses import asdict, fields
from typing import Any

import pytest

from app.domains.users import service
from app.domains.users.models import MailPreferences
from app.domains.users.types import MailChoices
from tests.support.world import Actor, World

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
SETTINGS = "/api/users/me/settings"
CLASSES = [field.name for field in fields(MailChoices)]


@pytest.fixture
async def sam(world: World) -> Actor:
    return await world.member("Sam Sample")


async def test_at_first_everything_but_advertising_is_sent(world: World, sam: Actor) -> None:
    wanted = dict.fromkeys(CLASSES, True) | {"marketing": False}
    assert (await sam.get(SETTINGS)).json() == {"mail": wanted}
    assert asdict(await world.db.read(service.mail_preferences, sam.user_id)) == wanted


@pytest.mark.parametrize("name", CLASSES)
async def test_each_class_is_chosen_by_itself(world: World, sam: Actor, name: str) -> None:
    before = (await sam.get(SETTINGS)).json()["mail"]
    other = await world.member("Ada Adams")
    for value in (not before[name], before[name]):
        answer = await sam.patch(SETTINGS, {"mail": {name: value}})
        assert answer.json() == {"mail": before | {name: value}} == (await sam.get(SETTINGS)).json()
        assert asdict(await world.db.read(service.mail_preferences, sam.user_id)) == before | {name: value}
    assert (await other.get(SETTINGS)).json()["mail"] == before


async def test_changes_at_once_all_count(sam: Actor) -> None:
    await asyncio.gather(*(sam.patch(SETTINGS, {"mail": {name: name == "marketing"}}) for name in CLASSES))
    assert (await sam.get(SETTINGS)).json()["mail"] == dict.fromkeys(CLASSES, False) | {"marketing": True}


async def test_a_stale_version_changes_nothing(sam: Actor) -> None:
    stale = (await sam.get(SETTINGS)).headers["etag"]
    assert (await sam.patch(SETTINGS, {"mail": {"courses": False}}, if_match=stale)).status_code == 200
    assert (await sam.patch(SETTINGS, {"mail": {"courses": True}}, if_match=stale)).status_code == 412
    assert (await sam.get(SETTINGS)).json()["mail"]["courses"] is False


@on_sqlite
@pytest.mark.parametrize(
    "change",
    [{"mail": None}, {"mail": {"courses": None}}, {"mail": {"courses": "no"}}, {"mail": {"sms": True}}, {"x": 1}],
)
async def test_a_bad_choice_is_refused(sam: Actor, change: dict[str, Any]) -> None:
    assert (await sam.patch(SETTINGS, change)).status_code == 422


@on_sqlite
async def test_nothing_chosen_changes_nothing(sam: Actor) -> None:
    before = (await sam.get(SETTINGS)).json()
    changes: list[dict[str, Any]] = [{}, {"mail": {}}]
    for nothing in changes:
        assert (await sam.patch(SETTINGS, nothing)).json() == before


def test_every_class_has_a_column() -> None:
    assert set(CLASSES) == set(MailPreferences.__table__.columns.keys()) - {"user_id", "updated_at"}
