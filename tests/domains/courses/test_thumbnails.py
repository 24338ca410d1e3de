"""The picture of a course: uploaded by its creator, shown in three sizes, replaced and removed."""

from typing import Any

from app.edge.media import THUMBNAIL
from tests.domains.courses.studio import Desk, ready_thumbnail
from tests.domains.files.samples import image
from tests.domains.files.uploads import fetched, uploaded
from tests.support.world import Actor, World


async def thumbnail(desk: Desk) -> str:
    """A file of the creator that can be used."""
    file_id: str = await desk.world.write(ready_thumbnail, desk.actor.user_id)
    return file_id


async def state_of(actor: Actor, file_id: str) -> Any:
    answer = await actor.get(f"/api/files/{file_id}")
    return answer.json().get("state", answer.status_code)


async def test_an_uploaded_picture_is_shown_in_three_sizes(world: World) -> None:
    desk = await Desk.draft(world)
    file = await uploaded(desk.actor, "course_thumbnail", "image/png", image(size=(1600, 900)))
    answer = await desk.put("/thumbnail", {"file_id": file["id"]})
    assert answer.status_code == 200, answer.text
    shown = answer.json()["thumbnail"]
    assert shown == (await desk.show())["thumbnail"] == file["image"]
    assert [(await fetched(world, shown[size])).status_code for size in ("small", "medium", "large")] == [200] * 3
    assert [shown[size].rpartition("/")[2] for size in shown] == [f"{width}.webp" for width in THUMBNAIL.widths]
    assert "thumbnail" not in answer.json()["missing"]


async def test_the_picture_before_is_given_up(world: World) -> None:
    desk = await Desk.draft(world)
    first, second = await thumbnail(desk), await thumbnail(desk)
    for file_id in (first, first, second):
        assert (await desk.put("/thumbnail", {"file_id": file_id})).status_code == 200
    assert [await state_of(desk.actor, file_id) for file_id in (first, second)] == [404, "ready"]
    assert (await desk.delete("/thumbnail")).json()["thumbnail"] is None
    assert await state_of(desk.actor, second) == 404


async def test_which_files_cannot_be_used(world: World) -> None:
    desk = await Desk.draft(world)
    other = await Desk.draft(world, title="Another one", actor=desk.actor)
    stranger = await world.member("Otto Other", can_create_courses=True)
    used, foreign = await thumbnail(other), await world.write(ready_thumbnail, stranger.user_id)
    assert (await other.put("/thumbnail", {"file_id": used})).status_code == 200
    avatar = await uploaded(desk.actor, "avatar", "image/png", image())
    for file_id, code in (
        (used, "file_in_use"),
        (foreign, "file_not_found"),
        (avatar["id"], "file_of_other_purpose"),
        ("fil_01kbq2z7m8e6h9s0t3v5x7y9zm", "file_not_found"),
    ):
        assert (await desk.put("/thumbnail", {"file_id": file_id})).json()["code"] == code
    assert (await desk.show())["thumbnail"] is None


async def test_a_published_course_keeps_a_picture(world: World) -> None:
    desk = await Desk.published(world)
    answer = await desk.delete("/thumbnail")
    assert (answer.status_code, answer.json()["missing"]) == (409, ["thumbnail"])


async def test_a_deleted_draft_takes_its_picture_along(world: World) -> None:
    desk = await Desk.draft(world)
    file_id = await thumbnail(desk)
    await desk.put("/thumbnail", {"file_id": file_id})
    assert (await desk.delete()).status_code == 204
    assert await state_of(desk.actor, file_id) == 404
