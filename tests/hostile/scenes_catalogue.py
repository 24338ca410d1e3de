"""Calls of the catalogue that `stage` does not know: who is listed, what is featured."""

from tests.hostile.stage import Call
from tests.support.learning import Classroom
from tests.support.world import World


async def catalogue_calls(world: World, room: Classroom) -> dict[str, Call]:
    seen, admin = await world.member("Stan Statistic"), await world.member("Fe Featuring", is_admin=True)
    handle: str = (await seen.patch("/api/users/me", {"is_profile_public": True})).json()["handle"]
    return {
        "courses.featured": Call(None),
        "tags.list": Call(None, query={"topic": "automation"}),
        "creators.list": Call(None, query={"topic": "automation"}),
        "teachers.list": Call(None),
        "users.stats": Call(None, {"handle": handle}),
        "admin_courses.feature": Call(admin, {"course_id": room.course_id}, body={"is_featured": True}),
    }
