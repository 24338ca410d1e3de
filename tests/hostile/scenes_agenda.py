"""Calls about the calendar that a person subscribes to."""

from tests.hostile.stage import Call
from tests.support.world import World


async def agenda_calls(world: World) -> dict[str, Call]:
    owner, leaver = await world.member("Cal Calendar"), await world.member("Lia Leaves")
    await leaver.post("/api/users/me/calendar-feed")
    url: str = (await owner.post("/api/users/me/calendar-feed")).json()["url"]
    return {
        "calendar_feed.get": Call(owner),
        "calendar_feed.renew": Call(leaver),
        "calendar_feed.read": Call(None, {"token": url.rpartition("/")[2].removesuffix(".ics")}),
        "calendar_feed.give_up": Call(leaver),
    }
