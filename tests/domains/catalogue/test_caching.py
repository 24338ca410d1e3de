"""Public answers carry a strong ETag and are answered 304 when the caller has them."""

import pytest

from tests.domains.courses.samples import certify, make_course
from tests.support.world import World

SHOWN = {
    "/api/topics": ["topics"],
    "/api/courses": ["courses", "user-{creator}"],
    "/api/courses/sample-course": ["course-{course}", "user-{creator}"],
    "/api/courses/sample-course/curriculum": ["course-{course}"],
    "/api/courses/sample-course/teachers": ["course-{course}", "people", "user-{creator}"],
}
POLICY = "public, max-age=10, s-maxage=300, stale-while-revalidate=60, stale-if-error=86400"


@pytest.fixture
async def catalogue(world: World) -> World:
    creator = await world.member("Carla Creator")
    await make_course(world, creator.user_id)
    return world


@pytest.mark.parametrize("path", SHOWN)
async def test_what_the_caller_has_is_not_sent_again(catalogue: World, path: str) -> None:
    first = await catalogue.http.get(path)
    etag = first.headers["etag"]
    assert etag.startswith('"')
    for given in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = await catalogue.http.get(path, headers={"If-None-Match": given})
        assert (again.status_code, again.content) == (304, b"")
        assert (again.headers["etag"], again.headers["cache-control"]) == (etag, POLICY)
        assert again.headers.get("vary") == first.headers.get("vary")
    for given in ('"other"', etag.strip('"'), ""):
        assert (await catalogue.http.get(path, headers={"If-None-Match": given})).status_code == 200
    assert first.headers["cache-control"] == POLICY


async def test_an_answer_names_what_it_shows(world: World) -> None:
    creator = await world.member("Carla Creator")
    course_id = await make_course(world, creator.user_id)
    await certify(world, creator.user_id, course_id)
    for path, tags in SHOWN.items():
        wanted = ",".join(tags).format(course=course_id, creator=creator.user_id)
        assert (await world.http.get(path)).headers["cache-tag"] == wanted


async def test_the_longest_list_names_everybody_within_what_an_edge_reads(world: World) -> None:
    """Cloudflare reads 16 KB of tags."""
    creators = [await world.member(f"Creator {number}") for number in range(100)]
    for creator in creators:
        await make_course(world, creator.user_id, f"Course of {creator.user_id}")
    tags = (await world.http.get("/api/courses", params={"limit": 100})).headers["cache-tag"]
    assert set(tags.split(",")) == {"courses", *(f"user-{creator.user_id}" for creator in creators)}
    assert len(tags) < 16_000


async def test_the_etag_follows_the_content(catalogue: World) -> None:
    before = (await catalogue.http.get("/api/courses")).headers["etag"]
    creator = await catalogue.member("Otto Other")
    await make_course(catalogue, creator.user_id, "Another")
    answer = await catalogue.http.get("/api/courses", headers={"If-None-Match": before})
    assert (answer.status_code, answer.headers["etag"] == before) == (200, False)


async def test_refusals_are_not_kept(world: World) -> None:
    answer = await world.http.get("/api/courses/nothing", headers={"If-None-Match": "*"})
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
