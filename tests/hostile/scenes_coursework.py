"""The calls about homework and resources of the stage's course, given and shared by its creator."""

from collections.abc import Mapping

from app.domains.files.types import Purpose
from tests.hostile.stage import Call
from tests.support.learning import Classroom, Student
from tests.support.uploads import ready_file
from tests.support.world import Actor, World

GIVEN = {"title": "Your first workflow", "instructions": "Build a workflow."}
WORK = {"text": "It mails me the weather every morning."}
LINK = {"kind": "link", "title": "The manual", "url": "https://docs.example/n8n"}


async def coursework_calls(world: World, room: Classroom, student: Student, session_id: str) -> dict[str, Call]:
    return await _homework_calls(world, room, student) | await _resource_calls(world, room, student, session_id)


async def _homework_calls(world: World, room: Classroom, student: Student) -> dict[str, Call]:
    creator, learner, course = room.teacher, student.actor, {"course_id": str(room.course_id)}
    waiting, judged, unused, fresh = [
        {"assignment_id": await _made(creator, f"/api/courses/{room.course_id}/homework", GIVEN)} for _ in range(4)
    ]
    with_file = {"file_id": await ready_file(world, learner)}
    to_review, to_read = [
        {"submission_id": await _made(learner, f"/api/homework/{each['assignment_id']}/submissions", work)}
        for each, work in ((waiting, WORK), (judged, with_file))
    ]
    return {
        "homework.list": Call(learner, course),
        "homework.create": Call(creator, course, body=GIVEN | {"module_id": None, "due_within_days": 7}),
        "homework.get": Call(learner, judged),
        "homework.change": Call(creator, judged, body={"title": "Your second workflow", "is_required": True}),
        "homework.delete": Call(creator, unused),
        "homework.submit": Call(learner, fresh, body=WORK | {"file_id": None}),
        "homework.own_submission": Call(learner, judged),
        "homework.list_submissions": Call(creator, judged),
        "homework.get_submission": Call(learner, to_read),
        "homework.download_submission": Call(learner, to_read),
        "homework.review": Call(creator, to_review, body={"decision": "reviewed", "feedback": "Well done."}),
        "homework.of_enrollment": Call(learner, {"enrollment_id": student.enrollment_id}),
    }


async def _resource_calls(world: World, room: Classroom, student: Student, session_id: str) -> dict[str, Call]:
    """What anybody may do is about a public one; the order is that of another course, whose shelf nobody changes."""
    creator, lesson = room.teacher, {"session_id": session_id}
    course, ordered = {"course_id": str(room.course_id)}, await Classroom.open(world, teacher=creator)
    shelf = f"/api/courses/{room.course_id}/resources"
    private, removed = [{"resource_id": await _made(creator, shelf, LINK)} for _ in range(2)]
    file = {"kind": "slide", "title": "Slides", "file_id": await ready_file(world, creator, Purpose.RESOURCE)}
    public = {"resource_id": await _made(creator, shelf, file | {"is_public": True})}
    placed = await _made(creator, f"/api/courses/{ordered.course_id}/resources", LINK)
    return {
        "resources.list": Call(None, course),
        "resources.add": Call(creator, course, body=LINK | {"file_id": None, "module_id": None}),
        "resources.reorder": Call(creator, {"course_id": str(ordered.course_id)}, body={"resource_ids": [placed]}),
        "resources.list_of_session": Call(student.actor, lesson),
        "resources.add_to_session": Call(creator, lesson, body=dict(LINK)),
        "resources.get": Call(None, public),
        "resources.download": Call(None, public),
        "resources.change": Call(creator, private, body={"title": "The new manual", "is_public": False}),
        "resources.remove": Call(creator, removed),
    }


async def _made(actor: Actor, path: str, body: Mapping[str, object]) -> str:
    answer = await actor.post(path, dict(body))
    assert answer.status_code == 201, answer.text
    made: str = answer.json()["id"]
    return made
