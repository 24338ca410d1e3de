"""Who may know of homework and of what was handed in, and who may do what with it."""

import pytest

from app.domains.homework import service
from app.domains.homework.errors import MayNotAssign
from app.domains.homework.types import AssignmentId
from app.edge.principal import Principal
from tests.domains.auth.accounts import code
from tests.domains.homework.scene import WORK, Desk
from tests.support.world import World

ALLOWED = 0
UNKNOWN, MAY_NOT_ASSIGN, MAY_NOT_REVIEW, NOT_LEARNING = (
    (404, "assignment_not_found"),
    (403, "may_not_assign"),
    (403, "may_not_review"),
    (403, "not_learning"),
)
NO_SUCH = (404, "submission_not_found")
# By role: reading homework, listing what was handed in, changing homework, handing in.
HOMEWORK = {
    "creator": (ALLOWED, ALLOWED, ALLOWED, NOT_LEARNING),
    "admin": (ALLOWED, ALLOWED, ALLOWED, NOT_LEARNING),
    "teacher": (ALLOWED, ALLOWED, MAY_NOT_ASSIGN, NOT_LEARNING),
    "certified": (ALLOWED, ALLOWED, MAY_NOT_ASSIGN, NOT_LEARNING),
    "student": (ALLOWED, MAY_NOT_REVIEW, MAY_NOT_ASSIGN, ALLOWED),
    "enrolled": (ALLOWED, MAY_NOT_REVIEW, MAY_NOT_ASSIGN, ALLOWED),
    "completed": (ALLOWED, MAY_NOT_REVIEW, MAY_NOT_ASSIGN, NOT_LEARNING),
    "disputed": (ALLOWED, MAY_NOT_REVIEW, MAY_NOT_ASSIGN, NOT_LEARNING),
    "cancelled": (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    "stranger": (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    "other_creator": (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
}
# By role: seeing and reviewing what the student handed in.
SUBMISSION = {
    "creator": (ALLOWED, ALLOWED),
    "admin": (ALLOWED, ALLOWED),
    "teacher": (ALLOWED, ALLOWED),
    "student": (ALLOWED, MAY_NOT_REVIEW),
    "certified": (NO_SUCH, NO_SUCH),
    "enrolled": (NO_SUCH, NO_SUCH),
    "stranger": (NO_SUCH, NO_SUCH),
    "other_creator": (NO_SUCH, NO_SUCH),
}


@pytest.fixture
async def desk(world: World) -> Desk:
    return await Desk.of(world)


async def test_homework_is_for_those_whose_course_it_is(desk: Desk) -> None:
    assignment_id = await desk.give()
    path, course = f"/api/homework/{assignment_id}", f"/api/courses/{desk.course_id}/homework"
    for role, expected in HOMEWORK.items():
        actor = await desk.actor(role)
        answers = [
            await actor.get(path),
            await actor.get(f"{path}/submissions"),
            await actor.patch(path, {"title": f"By {role}"}),
            await actor.post(f"{path}/submissions", WORK),
        ]
        found = tuple(ALLOWED if answer.is_success else code(answer) for answer in answers)
        assert found == expected, role
        same = [await actor.get(course), await actor.post(course, {"title": "More", "instructions": "Do it."})]
        assert tuple(ALLOWED if answer.is_success else code(answer) for answer in same) == expected[::2][:2], role
    assert (await desk.world.http.get(course)).status_code == 401


async def test_what_was_handed_in_is_for_its_author_and_the_reviewers(desk: Desk) -> None:
    for role, expected in SUBMISSION.items():
        submission_id = await desk.handed_in(await desk.give())
        actor = await desk.actor(role)
        answers = [
            await actor.get(f"/api/homework-submissions/{submission_id}"),
            await desk.review(submission_id, by=actor),
        ]
        assert tuple(ALLOWED if answer.is_success else code(answer) for answer in answers) == expected, role


async def test_teachers_list_what_their_own_students_handed_in(desk: Desk) -> None:
    assignment_id = await desk.give()
    other = await desk.room.student("Olga Other")
    own_id = await desk.handed_in(assignment_id)
    other_id = (await desk.hand_in(assignment_id, by=other.actor)).json()["id"]
    path = f"/api/homework/{assignment_id}/submissions"

    async def listed(role: str, query: str = "") -> list[str]:
        answer = await (await desk.actor(role)).get(path + query)
        return [item["id"] for item in answer.json()["items"]]

    assert await listed("teacher") == [own_id]
    assert await listed("creator") == await listed("admin") == [other_id, own_id]
    assert await listed("certified") == []
    await desk.review(own_id)
    assert await listed("creator", "?status=submitted") == [other_id]
    first = (await desk.creator.get(f"{path}?limit=1")).json()
    second = (await desk.creator.get(f"{path}?limit=1&cursor={first['next_cursor']}")).json()
    assert [page["items"][0]["id"] for page in (first, second)] == [other_id, own_id]
    assert second["next_cursor"] is None


async def test_what_is_not_given_is_listed_for_those_who_manage_the_course(desk: Desk) -> None:
    given, kept = await desk.give(), await desk.give(title="For later", is_active=False)
    for role, expected in {
        "creator": [given, kept],
        "admin": [given, kept],
        "teacher": [given],
        "student": [given],
    }.items():
        actor = await desk.actor(role)
        answer = await actor.get(f"/api/courses/{desk.course_id}/homework")
        assert [item["id"] for item in answer.json()["items"]] == expected, role
        assert answer.headers["cache-control"] == "private, no-store"
        assert (await actor.get(f"/api/homework/{kept}")).json()["is_active"] is False


async def test_somebody_who_stopped_being_an_admin_changes_nothing(desk: Desk) -> None:
    """The role is asked for again in the transaction of the change."""
    assignment_id = await desk.give()
    admin = await desk.actor("admin")
    patched = await admin.patch(f"/api/homework/{assignment_id}", {"title": "By an admin"})
    assert patched.json()["title"] == "By an admin"
    caller = Principal(
        user_id=desk.teacher.user_id,
        auth_session_id="",
        authenticated_at=desk.world.clock.now(),
        is_email_verified=True,
        is_admin=True,
        can_moderate_courses=False,
        can_create_courses=False,
        can_teach_courses=True,
    )
    with pytest.raises(MayNotAssign):
        await desk.world.write(service.delete_assignment, caller, AssignmentId(assignment_id))
