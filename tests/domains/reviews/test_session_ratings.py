"""How the two people of a session rate it."""

import pytest
from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.sessions.models import TeachingSession
from app.domains.sessions.types import SessionStatus
from tests.support.learning import Classroom, booked
from tests.support.world import World

SCORES = {"teaching": 5, "interaction": 4, "materials": 3}
OPINION = {"rating": 4, "comment": "Much clearer now.", **SCORES}


def _settle(session: WriteSession, session_id: str, status: str) -> None:
    session.execute(update(TeachingSession).where(TeachingSession.id == session_id).values(status=status))


async def test_both_rate_once_and_see_the_other_s_afterwards(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    session_id = await booked(student, "2026-12-02T12:00:00Z")
    path = f"/api/sessions/{session_id}/rating"
    early = await student.actor.post(path, OPINION)
    assert (early.status_code, early.json()["code"]) == (409, "session_not_completed")
    nothing = {"session_id": session_id, "can_rate": False, "own": None, "other": None}
    assert (await student.actor.get(path)).json() == nothing
    await world.write(_settle, session_id, SessionStatus.COMPLETED)
    assert (await room.teacher.get(path)).json() == nothing | {"can_rate": True}
    given = OPINION | {"created_at": "2026-12-01T09:00:00Z"}
    rated = await student.actor.post(path, OPINION)
    assert (rated.status_code, rated.json()) == (201, given)
    assert (await student.actor.post(path, OPINION)).json()["code"] == "already_rated"
    assert (await room.teacher.get(path)).json() == nothing | {"can_rate": True}  # not before one's own
    assert (await room.teacher.post(path, {"rating": 3} | SCORES)).json()["code"] == "only_students_score"
    theirs = {"rating": 3, "comment": None, **dict.fromkeys(SCORES), "created_at": "2026-12-01T09:00:00Z"}
    assert (await room.teacher.post(path, {"rating": 3})).json() == theirs
    assert (await room.teacher.get(path)).json() == nothing | {"own": theirs, "other": given}
    assert (await student.actor.get(path)).json() == nothing | {"own": given, "other": theirs}
    stranger = await world.member("Otto Other", is_admin=True)
    for answer in (await stranger.get(path), await stranger.post(path, OPINION)):
        assert (answer.status_code, answer.json()["code"]) == (404, "session_not_found")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("status", [SessionStatus.CANCELLED, SessionStatus.NO_SHOW, SessionStatus.IN_PROGRESS])
async def test_what_was_not_held_is_not_rated(world: World, status: SessionStatus) -> None:
    student = await (await Classroom.open(world)).student()
    session_id = await booked(student, "2026-12-02T12:00:00Z")
    await world.write(_settle, session_id, status)
    answer = await student.actor.post(f"/api/sessions/{session_id}/rating", OPINION)
    assert answer.json()["code"] == "session_not_completed"
