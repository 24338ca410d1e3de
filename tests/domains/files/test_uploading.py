"""A file's way: announced, sent, checked, ready, downloaded, deleted."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from app.core.config import Settings
from app.domains.files import policies
from app.domains.files.types import Purpose
from tests.conftest import REAL_LIMITS, make_settings
from tests.domains.auth.accounts import code
from tests.domains.files.samples import MP4, PDF, image, sound
from tests.domains.files.uploads import FILES, complete, fetched, order, send, stored, uploaded
from tests.support.world import Actor, World

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
async def sam(world: World) -> Actor:
    return await world.member("Sam Sample")


async def test_a_file_is_sent_checked_and_downloaded(world: World, sam: Actor) -> None:
    sent = await send(sam, "homework", "application/pdf", PDF, "Über uns.pdf")
    assert (sent.created["state"], sent.created["parts"], sent.created["ready_at"]) == ("pending", None, None)
    assert sent.put.is_success
    before = await sam.get(f"{FILES}/{sent.id}/download")
    assert code(before) == (409, "file_not_ready")
    file = (await complete(sam, sent.id)).json()
    assert (file["state"], file["size_bytes"], file["image"], file["is_used"]) == ("ready", len(PDF), None, False)
    assert file == (await sam.get(f"{FILES}/{sent.id}")).json()
    answer = await sam.get(f"{FILES}/{sent.id}/download")
    assert answer.headers["Cache-Control"] == "private, no-store"
    got = await fetched(world, answer.json()["url"])
    assert got.content == PDF
    assert got.headers["Cache-Control"] == "private, no-store"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Disposition"].startswith("attachment; ")
    assert "%C3%9Cber%20uns.pdf" in got.headers["Content-Disposition"]
    assert "sandbox" in got.headers["Content-Security-Policy"]


@on_sqlite
async def test_every_type_that_is_taken_gets_in(world: World) -> None:
    creator = await world.member("Cara Creator", can_create_courses=True)
    for content_type, content in sound().items():
        file = await uploaded(creator, "homework", content_type, content)
        assert (file["content_type"], file["state"]) == (content_type, "ready")
    assert (await uploaded(creator, "video", "video/mp4", MP4))["state"] == "ready"
    for purpose in (Purpose.HOMEWORK, Purpose.RESOURCE):
        assert policies.ALLOWANCES[purpose].content_types == sound().keys()


async def test_of_many_completions_one_has_an_effect(world: World, sam: Actor) -> None:
    sent = await send(sam, "homework", "application/pdf", PDF)
    answers = await asyncio.gather(*(complete(sam, sent.id) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert (await sam.get(FILES)).json()["items"] == [answers[0].json()]


@on_sqlite
async def test_a_repeated_beginning_gets_a_fresh_address_of_the_same_file(world: World, sam: Actor) -> None:
    body = order("homework", "application/pdf", PDF)
    first = await sam.post(FILES, body, key="the-same-key")
    world.clock.advance(minutes=9)
    again = await sam.post(FILES, body, key="the-same-key")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert again.json()["id"] == first.json()["id"]
    assert again.json()["upload"]["expires_at"] > first.json()["upload"]["expires_at"]
    assert code(await sam.post(FILES, body | {"name": "other"}, key="the-same-key")) == (409, "idempotency_key_reused")


async def test_an_address_takes_one_upload_of_what_was_announced_and_ends(world: World, sam: Actor) -> None:
    created = (await sam.post(FILES, order("homework", "application/pdf", PDF))).json()
    url, headers = created["upload"]["url"], created["upload"]["headers"]
    other = (await sam.post(FILES, order("homework", "application/pdf", PDF))).json()
    tries = {
        "longer": (url, headers, PDF + b" "),
        "shorter": (url, headers, PDF[:-1]),
        "other type": (url, headers | {"Content-Type": "text/html"}, PDF),
        "other key": (
            url.replace(url.split("/")[-1].split("?")[0], other["upload"]["url"].split("/")[-1].split("?")[0]),
            headers,
            PDF,
        ),
    }
    for case, (address, given, content) in tries.items():
        refused = await world.http.put(address, headers=given, content=content)
        assert refused.status_code in {403, 422}, case
    assert code(await complete(sam, created["id"])) == (409, "file_not_uploaded")
    assert (await world.http.put(url, headers=headers, content=PDF)).is_success
    assert (await world.http.put(url, headers=headers, content=PDF)).status_code == 412
    world.clock.advance(minutes=11)
    late = await world.http.put(other["upload"]["url"], headers=headers, content=PDF)
    assert code(late) == (403, "address_expired")
    assert (await complete(sam, created["id"])).status_code == 200


async def test_nobody_else_knows_of_a_file(world: World, sam: Actor) -> None:
    file = await uploaded(sam, "homework", "application/pdf", PDF)
    eve = await world.member("Eve Other")
    path = f"{FILES}/{file['id']}"
    for answer in (
        await eve.get(path),
        await eve.get(f"{path}/download"),
        await eve.delete(path),
        await complete(eve, file["id"]),
        await eve.post(f"{path}/parts", {"numbers": [1]}),
        await eve.put("/api/users/me/avatar", {"file_id": file["id"]}),
    ):
        assert code(answer) == (404, "file_not_found")
    assert (await eve.get(FILES)).json()["items"] == []


async def test_a_deleted_file_is_gone_with_what_was_sent(world: World, sam: Actor) -> None:
    file = await uploaded(sam, "homework", "application/pdf", PDF)
    download = (await sam.get(f"{FILES}/{file['id']}/download")).json()["url"]
    assert await stored(world) == ["files/…/…"]
    assert (await sam.delete(f"{FILES}/{file['id']}")).status_code == 204
    await world.settle()
    assert await stored(world) == []
    assert (await fetched(world, download)).status_code == 404
    for answer in (await sam.get(f"{FILES}/{file['id']}"), await sam.delete(f"{FILES}/{file['id']}")):
        assert code(answer) == (404, "file_not_found")


@on_sqlite
@pytest.mark.parametrize("kind", ["application/pdf", "image/png"])
async def test_what_comes_after_the_deletion_or_the_check_is_deleted_too(world: World, sam: Actor, kind: str) -> None:
    """Else one address would fill room that nobody counts: of a PDF once it is deleted, of an image once it is
    redrawn."""
    content = PDF if kind == "application/pdf" else image()
    sent = await send(sam, "homework", kind, content)
    assert (await complete(sam, sent.id)).is_success
    if kind == "application/pdf":
        assert (await sam.delete(f"{FILES}/{sent.id}")).status_code == 204
    await world.settle()
    before, upload = await stored(world), sent.created["upload"]
    assert (await world.http.put(upload["url"], headers=upload["headers"], content=content)).is_success
    assert await stored(world) != before
    world.clock.advance(minutes=42)
    await world.settle()
    assert await stored(world) == before


@on_sqlite
@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"purpose": "course_thumbnail", "content_type": "image/png"}, (403, "file_purpose_not_allowed")),
        ({"purpose": "resource"}, (403, "file_purpose_not_allowed")),
        ({"purpose": "avatar"}, (422, "file_type_not_allowed")),
        ({"purpose": "avatar", "content_type": "image/svg+xml"}, (422, "file_type_not_allowed")),
        ({"content_type": "text/html"}, (422, "file_type_not_allowed")),
        ({"content_type": "image/gif"}, (422, "file_type_not_allowed")),
        ({"size_bytes": 50 * 1024 * 1024 + 1}, (413, "file_too_large")),
        (
            {"purpose": "avatar", "content_type": "image/png", "size_bytes": 5 * 1024 * 1024 + 1},
            (413, "file_too_large"),
        ),
        ({"size_bytes": 0}, (422, "invalid_request")),
        ({"name": "../../etc/passwd"}, (422, "invalid_request")),
        ({"name": "a\\b"}, (422, "invalid_request")),
        ({"name": ".."}, (422, "invalid_request")),
        ({"name": "line\nbreak"}, (422, "invalid_request")),
        ({"name": "gpj\u202eexe.png"}, (422, "invalid_request")),
        ({"purpose": "recording"}, (422, "invalid_request")),
        ({"key": "public/avatars/x"}, (422, "invalid_request")),
    ],
)
async def test_what_may_not_be_uploaded_is_not_begun(
    sam: Actor, change: dict[str, Any], refusal: tuple[int, str]
) -> None:
    answer = await sam.post(FILES, order("homework", "application/pdf", PDF) | change)
    assert code(answer) == refusal
    assert (await sam.get(FILES)).json()["items"] == []


async def test_room_is_not_exceeded_by_many_at_once(world: World, sam: Actor) -> None:
    """Room for 21 files of 48 MiB in 1 GiB: of 30 that are announced at once exactly so many get in."""
    body = order("homework", "application/pdf", PDF) | {"size_bytes": 48 * 1024 * 1024}
    answers = await asyncio.gather(*(sam.post(FILES, body) for _ in range(30)))
    assert Counter(answer.status_code for answer in answers) == {201: 21, 413: 9}
    refused = next(answer for answer in answers if answer.status_code == 413).json()
    assert (refused["code"], refused["most_bytes"]) == ("file_quota_exceeded", 1024**3)
    assert refused["used_bytes"] == 21 * 48 * 1024 * 1024
    one = next(answer for answer in answers if answer.is_success).json()["id"]
    await sam.delete(f"{FILES}/{one}")
    assert code(await sam.post(FILES, body)) == (413, "file_quota_exceeded")
    world.clock.advance(minutes=42)
    sam = await world.log_in(sam.user_id, sam.email)
    assert (await sam.post(FILES, body)).status_code == 201


@on_sqlite
async def test_uploads_under_way_are_counted(sam: Actor) -> None:
    body = order("homework", "application/pdf", PDF)
    answers = [await sam.post(FILES, body) for _ in range(policies.MOST_PENDING + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {201}
    assert code(answers[-1]) == (409, "too_many_uploads")


@on_sqlite
async def test_time_ends_what_is_not_completed_or_not_used(world: World, sam: Actor) -> None:
    begun = await send(sam, "homework", "application/pdf", PDF)
    ready = await uploaded(sam, "homework", "application/pdf", PDF)
    world.clock.advance(hours=25)
    sam = await world.log_in(sam.user_id, sam.email)
    assert code(await complete(sam, begun.id)) == (404, "file_not_found")
    await world.settle()
    assert (await sam.get(FILES)).json()["items"] == []
    assert await stored(world) == []
    assert code(await complete(sam, ready["id"])) == (404, "file_not_found")


@on_sqlite
async def test_files_are_listed_page_by_page(world: World, sam: Actor) -> None:
    made = []
    for _ in range(3):
        world.clock.advance(seconds=1)
        made.append((await sam.post(FILES, order("homework", "application/pdf", PDF))).json()["id"])
    first = (await sam.get(FILES, params={"limit": 2})).json()
    rest = (await sam.get(FILES, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == made[::-1]


class TestLimits:
    """How often one may begin."""

    @pytest.fixture
    def settings(self, sqlite_settings: Settings) -> Settings:
        return make_settings(sqlite_settings.data_dir, uploads_per_minute=REAL_LIMITS["uploads_per_minute"])

    async def test_beginning_is_limited(self, sam: Actor) -> None:
        answers = [await sam.post(FILES, {}) for _ in range(31)]
        assert Counter(answer.status_code for answer in answers) == {422: 30, 429: 1}
