"""Calls about who teaches the course of the stage."""

from tests.hostile.stage import Call, graduate_of
from tests.support.learning import Classroom, Student
from tests.support.world import World

_REASON = {"reason": "Please build two more workflows first."}


async def teaching_calls(world: World, room: Classroom) -> dict[str, Call]:
    names = ("Gil Granted", "Wim Withdrawn", "Asa Asking", "Abe Accepted", "Dot Declined")
    granted, withdrawn, asking, accepted, declined = [await graduate_of(world, room, name) for name in names]
    course = {"id_or_slug": str(room.course_id)}
    certify = f"/api/courses/{room.course_id}/teachers"
    assert (await room.teacher.post(certify, {"user_id": withdrawn.actor.user_id})).status_code == 201
    requests = [await _ask(room, graduate) for graduate in (accepted, declined)]
    withdrawal = {"is_active": False, "reason": "Two sessions were not held."}
    return {
        "certifications.grant": Call(room.teacher, course, body={"user_id": granted.actor.user_id}),
        "certifications.change": Call(room.teacher, course | {"user_id": withdrawn.actor.user_id}, body=withdrawal),
        "certifications.list": Call(room.teacher, course),
        "certifications.list_mine": Call(room.teacher),
        "certifications.change_mine": Call(room.teacher, {"course_id": room.course_id}, body={"is_teaching": True}),
        "teaching_requests.send": Call(asking.actor, course),
        "teaching_requests.list": Call(room.teacher, course, {"status": "pending"}),
        "teaching_requests.list_mine": Call(accepted.actor),
        "teaching_requests.accept": Call(room.teacher, {"teaching_request_id": requests[0]}),
        "teaching_requests.decline": Call(room.teacher, {"teaching_request_id": requests[1]}, body=_REASON),
    }


async def _ask(room: Classroom, graduate: Student) -> str:
    answer = await graduate.actor.post(f"/api/courses/{room.course_id}/teaching-request")
    request_id: str = answer.json()["id"]
    return request_id
