"""Large files, sent in parts."""

from typing import Any

import httpx
import pytest

from app.domains.files import service
from app.domains.files.types import FileId
from app.providers.storage.blobs import Draft
from tests.domains.auth.accounts import code
from tests.domains.files.samples import box
from tests.domains.files.uploads import FILES, complete, fetched, order, stored
from tests.support.world import Actor, World

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
MIB = 1024 * 1024
HEAD = box(b"ftyp", b"isom\x00\x00\x02\x00isom") + box(b"moov", bytes(64))
FILM = HEAD + (64 * MIB + 5 - len(HEAD)).to_bytes(4, "big") + b"mdat" + bytes(64 * MIB + 5 - len(HEAD) - 8)


@pytest.fixture
async def cara(world: World) -> Actor:
    return await world.member("Cara Creator", can_create_courses=True)


async def begin(actor: Actor, size_bytes: int) -> dict[str, Any]:
    answer = await actor.post(FILES, order("video", "video/mp4", b"", "film.mp4") | {"size_bytes": size_bytes})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


async def send_part(world: World, part: dict[str, Any]) -> httpx.Response:
    start = 32 * MIB * (part["number"] - 1)
    return await world.http.put(part["url"], headers=part["headers"], content=FILM[start : start + part["size_bytes"]])


async def test_a_film_is_sent_in_parts_and_joined(world: World, cara: Actor) -> None:
    created = await begin(cara, len(FILM))
    parts = created["parts"]
    assert created["upload"] is None
    assert (parts["part_size"], parts["count"]) == (32 * MIB, 3)
    assert [(each["number"], each["size_bytes"]) for each in parts["items"]] == [(1, 32 * MIB), (2, 32 * MIB), (3, 5)]
    last = await send_part(world, parts["items"][2])
    world.clock.advance(minutes=11)
    assert code(await send_part(world, parts["items"][0])) == (403, "address_expired")
    renewed = (await cara.post(f"{FILES}/{created['id']}/parts", {"numbers": [1, 2]})).json()["items"]
    sent = [*[await send_part(world, part) for part in renewed], last]
    done = [{"number": number, "etag": answer.headers["ETag"]} for number, answer in enumerate(sent, 1)]
    for wrong in ([], done[:2], done[::-1], [*done[:2], done[2] | {"etag": "0" * 32}]):
        assert code(await complete(cara, created["id"], wrong)) == (409, "file_parts_differ")
    file = await world.db.read(service.get_own, FileId(created["id"]), cara.user_id)
    with Draft(world.settings.data_dir / "objects" / ".drafts", file.upload_key, file.upload_id or ""):
        assert code(await complete(cara, created["id"], done)) == (409, "file_being_joined")
    answers = [await complete(cara, created["id"], done) for _ in range(2)]
    assert [(answer.json()["state"], answer.json()["size_bytes"]) for answer in answers] == [("ready", len(FILM))] * 2
    download = (await cara.get(f"{FILES}/{created['id']}/download")).json()["url"]
    got = await world.http.get(download, headers={"Range": f"bytes={32 * MIB - 2}-{32 * MIB + 1}"})
    assert (got.status_code, got.content) == (206, FILM[32 * MIB - 2 : 32 * MIB + 2])


async def test_an_upload_in_parts_can_be_given_up(world: World, cara: Actor) -> None:
    created = await begin(cara, len(FILM))
    part = created["parts"]["items"][2]
    assert (await send_part(world, part)).is_success
    assert (await cara.delete(f"{FILES}/{created['id']}")).status_code == 204
    await world.settle()
    assert await stored(world) == []
    assert (await send_part(world, part)).status_code == 404
    assert code(await cara.post(f"{FILES}/{created['id']}/parts", {"numbers": [1]})) == (404, "file_not_found")


async def test_the_largest_film_has_128_parts_and_no_more(world: World, cara: Actor) -> None:
    created = await begin(cara, 4 * 1024 * MIB)
    assert len(created["parts"]["items"]) == 128
    path = f"{FILES}/{created['id']}/parts"
    assert [item["number"] for item in (await cara.post(path, {"numbers": [128]})).json()["items"]] == [128]
    assert (await cara.post(path, {"numbers": [129]})).status_code == 422
    small = await begin(cara, 10)
    assert small["parts"] is None
    assert code(await cara.post(f"{FILES}/{small['id']}/parts", {"numbers": [1]})) == (409, "file_parts_differ")
    assert (await fetched(world, created["parts"]["items"][0]["url"])).status_code == 403
