"""Public answers carry a strong ETag and are answered 304 when the caller has them."""

import pytest

from tests.domains.courses.samples import make_course
from tests.support.world import World

PATHS = [
    "/api/topics",
    "/api/courses",
    "/api/courses/sample-course",
    "/api/courses/sample-course/curriculum",
    "/api/courses/sample-course/teachers",
]
POLICY = "public, max-age=60, s-maxage=300, stale-while-revalidate=60, stale-if-error=86400"


@pytest.fixture
async def catalogue(world: World) -> World:
    creator = await world.member("Carla Creator")
    await make_course(world, creator.user_id)
    return world


@pytest.mark.parametrize("path", PATHS)
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
    assert (first.headers["cache-control"], first.headers["cache-tag"]) == (POLICY, "courses")


async def test_the_etag_follows_the_content(catalogue: World) -> None:
    before = (await catalogue.http.get("/api/courses")).headers["etag"]
    creator = await catalogue.member("Otto Other")
    await make_course(catalogue, creator.user_id, "Another")
    answer = await catalogue.http.get("/api/courses", headers={"If-None-Match": before})
    assert (answer.status_code, answer.headers["etag"] == before) == (200, False)


async def test_refusals_are_not_kept(world: World) -> None:
    answer = await world.http.get("/api/courses/nothing", headers={"If-None-Match": "*"})
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
