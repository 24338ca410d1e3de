"""When a government changes its clocks after a session was agreed on.

A session keeps its instant: two zones agreed on it, and the instant is all that they share. What may change is what a
clock shows then, and so what each of the two was told is kept beside it. Once another release of the zones' rules is
installed, all that is to come is compared with it, and where a clock is to show another time both people are told.
"""

from dataclasses import replace

from app.db.session import ReadSession, WriteSession
from app.domains.agenda import policies, repository
from app.domains.agenda.events import WallsMoved
from app.domains.agenda.types import COMPARE_WALLS, ReleasePayload, Wall, WallClock
from app.domains.sessions import service as sessions
from app.domains.sessions.types import SessionFacts, SessionId
from app.domains.users import service as users
from app.domains.users.types import UserId

_BATCH = 200


def keep_walls(session: WriteSession, facts: SessionFacts) -> None:
    """What the two are told now, when the session is booked or moved."""
    zones = {person.id: person.timezone for person in users.get_people(session, facts.people).values()}
    walls = {
        user_id: Wall(facts.starts_at, zone, policies.wall_at(facts.starts_at, zone)) for user_id, zone in zones.items()
    }
    repository.put_walls(session, facts.id, walls)


def note_zone(session: WriteSession, user_id: UserId) -> None:
    """From now on the person is shown other clocks, if their zone is another one."""
    zone = users.get_person(session, user_id).timezone
    for session_id, known in repository.walls_ahead_of(session, user_id).items():
        if known.zone != zone:
            wall = Wall(known.starts_at, zone, policies.wall_at(known.starts_at, zone))
            repository.put_walls(session, session_id, {user_id: wall})


def note_release(session: WriteSession, release: str) -> None:
    """Have all that is to come compared with a release of the zones' rules, unless that has been done. What is past
    needs no wall."""
    repository.delete_past_walls(session)
    if repository.note_release(session, release):
        COMPARE_WALLS.enqueue(session, ReleasePayload(release=release), dedupe=f"{release}:{session.now.isoformat()}")


def compare_walls(session: WriteSession, payload: ReleasePayload, clock: WallClock) -> None:
    """Compare some of the sessions to come with what clocks show by the new rules, and go on in another job."""
    found = repository.sessions_ahead(session, payload.after, _BATCH)
    for session_id in found:
        facts = sessions.get_session_facts(session, session_id)
        if facts.status.is_live and _has_moved(session, facts, clock):
            session.publish(WallsMoved(facts.id, facts.teacher_id, facts.student_id, payload.release))
    if len(found) == _BATCH:
        onward = payload.model_copy(update={"after": found[-1]})
        COMPARE_WALLS.enqueue(session, onward)


def _has_moved(session: WriteSession, facts: SessionFacts, clock: WallClock) -> bool:
    """Whether one of the two is to see another time than they were told, which is then what they are told."""
    moved = False
    for user_id, known in repository.walls_of(session, facts.id).items():
        wall = clock(facts.starts_at, known.zone)
        if wall != known.wall:
            now_told = replace(known, wall=wall, former_wall=known.wall)
            repository.put_walls(session, facts.id, {user_id: now_told})
            moved = True
    return moved


def former_wall(session: ReadSession, session_id: SessionId, user_id: UserId) -> str | None:
    """What the person's clock was to show before its zone's rules were changed; None when that makes no difference."""
    known = repository.walls_of(session, session_id).get(user_id)
    return known.former_wall if known else None
