"""Pictures are kept at the edge for a year, and gone from there soon after they are deleted."""

import httpx
import pytest

from app.edge.purging.jobs import want, want_below
from app.sandbox.cloudflare import PURGES
from tests.domains.files.samples import image
from tests.domains.files.uploads import uploaded
from tests.edge.purging.conftest import Shop
from tests.edge.purging.test_purging import fail, jobs, run
from tests.support.world import Actor

AVATAR = "/api/users/me/avatar"
ORIGIN = {"Origin": "https://app.example"}
HERE, THERE = "https://files.example/files/public/avatars/1", "https://files.example/files/public/avatars/12"


async def shown(actor: Actor) -> dict[str, str]:
    """The addresses of a new picture of this person."""
    file = await uploaded(actor, "avatar", "image/png", image("PNG", (300, 300)))
    avatar: dict[str, str] = (await actor.put(AVATAR, {"file_id": file["id"]})).json()["avatar"]
    return avatar


async def seen(shop: Shop, avatar: dict[str, str]) -> set[tuple[int, str]]:
    """Status and label of each size, as a page shows it and as a script of a page reads it."""
    answers = [await shop.visitor.get(url, headers=more) for url in avatar.values() for more in ({}, ORIGIN)]
    return {(answer.status_code, answer.headers["cf-cache-status"]) for answer in answers}


async def told(shop: Shop) -> list[list[str]]:
    """The addresses of each call that Cloudflare took; empty where it was told tags."""
    return [record["prefixes"] for record in shop.world.app.state.twins.books.all(PURGES)]


async def test_a_picture_that_was_removed_is_gone_from_the_edge(shop: Shop) -> None:
    mine, others = await shown(shop.creator), await shown(await shop.world.member("Tess Template"))
    assert await seen(shop, mine) | await seen(shop, others) == {(200, "MISS")}
    shop.world.clock.advance(hours=24 * 300)
    assert await seen(shop, mine) == {(200, "HIT")}
    creator = await shop.world.log_in(shop.creator.user_id, shop.creator.email)
    assert (await creator.delete(AVATAR)).status_code == 204
    await run(shop.world)
    assert await seen(shop, mine) == {(200, "HIT")}  # pages show it for a while
    shop.world.clock.advance(minutes=15)
    await run(shop.world, seconds=5)
    assert await seen(shop, mine) == {(404, "BYPASS")}
    assert await seen(shop, others) == {(200, "HIT")}
    assert [len(addresses) for addresses in await told(shop) if addresses] == [1]


async def test_a_picture_goes_with_the_account_although_the_first_call_is_lost(shop: Shop) -> None:
    tess = await shop.world.member("Tess Template")
    avatar = await shown(tess)
    await shop.calm()
    assert await seen(shop, avatar) == {(200, "MISS")}
    await fail(shop.world, status=503, times=2)
    assert (await tess.delete("/api/users/me")).status_code == 204
    await run(shop.world, seconds=20)
    assert await seen(shop, avatar) == {(404, "BYPASS")}
    assert await shop.waiting() == []


async def test_pictures_that_nobody_was_shown_take_no_call(shop: Shop) -> None:
    file = await uploaded(shop.creator, "homework", "image/png", image())
    assert (await shop.creator.delete(f"/api/files/{file['id']}")).status_code == 204
    await run(shop.world)
    assert not any(await told(shop))


async def test_addresses_and_tags_take_turns(shop: Shop) -> None:
    world, before = shop.world, len(shop.purges())
    for number in range(3):
        await world.write(want_below, [f"{HERE}{number}"])
        await world.write(want, ["courses", f"course-{number}"])
    await run(world, seconds=6)
    assert [len(addresses) for addresses in (await told(shop))[before:]] == [3, 0]
    assert [len(tags) for tags in shop.purges()[before:]] == [0, 4]


async def test_addresses_that_are_no_part_of_the_zone_hold_nothing_up(shop: Shop) -> None:
    world, before = shop.world, len(shop.purges())
    await fail(world, status=400)
    await world.write(want_below, [HERE])
    await world.write(want, ["course-1"])
    await run(world, seconds=6)
    assert shop.purges()[before:] == [["course-1"]]
    assert await shop.waiting() == []
    assert ("dead", "ProviderRejected") in await world.db.read(jobs)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_the_edge_drops_what_is_below_an_address_and_nothing_beside_it(shop: Shop) -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Cache-Control": "public, max-age=60", "ETag": '"1"'})

    books = shop.world.app.state.twins.books
    edge = type(shop.edge)(httpx.MockTransport(answer), shop.world.clock, lambda: books.all(PURGES))
    async with httpx.AsyncClient(transport=edge) as visitor:
        for url in (f"{HERE}/64.webp", f"{HERE}/64.webp?x=1", f"{THERE}/64.webp"):
            await visitor.get(url)
        await shop.world.write(want_below, [HERE])
        await run(shop.world)
        held = [edge.holds(f"/files/public/avatars/{rest}") for rest in ("1/64.webp", "1/64.webp?x=1", "12/64.webp")]
    assert held == [False, False, True]
