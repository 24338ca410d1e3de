"""Everybody of the policy, around the stage: its course gets a teacher of its own, beside its creator."""

from dataclasses import dataclass, field
from datetime import timedelta

import httpx
from jose import jwt
from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.auth.models import AuthSession
from app.domains.calendar import service as calendar
from app.domains.courses import service as courses
from app.domains.enrollments.models import Enrollment
from app.domains.sessions.models import TeachingSession
from app.domains.users import service as users
from tests.hostile.access.rules import Role
from tests.hostile.document import Operation
from tests.hostile.stage import Call, Stage
from tests.hostile.test_ownership import candidates, two_strangers
from tests.support.learning import EVERY_DAY
from tests.support.world import Actor

LONG_AGO = timedelta(minutes=16)
PUBLIC = Call(None, body={})


@dataclass(slots=True)
class Cast:
    """Who acts. `logged_in` holds the log-ins that are open, by role and person."""

    stage: Stage
    people: dict[Role, Actor]
    candidates: dict[str, Actor]
    logged_in: dict[tuple[Role, str], Actor] = field(default_factory=dict)

    async def send(self, operation: Operation, role: Role) -> httpx.Response:
        """The operation's call as somebody of this role makes it."""
        call = self.stage.calls.get(operation.id, PUBLIC)
        actor = await self._actor(operation, role)
        headers = call.headers() | ({"Authorization": f"Bearer {actor.token}"} if actor else {})
        if actor is None:
            headers.pop("Authorization", None)
        return await self.stage.send(operation, call, headers)

    def forget_log_ins(self) -> None:
        """After an operation on the callers themselves, which may have ended them."""
        self.logged_in.clear()

    async def _actor(self, operation: Operation, role: Role) -> Actor | None:
        if role is Role.VISITOR:
            return None
        if role is Role.LOGGED_OUT:
            return self.people[role]
        person = self._person(operation, role)
        key = role, person.user_id
        if key not in self.logged_in:
            self.logged_in[key] = await self._log_in(person, role)
        return self.logged_in[key]

    def _person(self, operation: Operation, role: Role) -> Actor:
        call = self.stage.calls.get(operation.id, PUBLIC)
        match role:
            case Role.OWNER | Role.STALE:
                return call.actor or self.people[Role.ADMIN]
            case Role.STUDENT:
                return self.candidates.get(operation.id, self.stage.student.actor)
            case _:
                return self.people[role]

    async def _log_in(self, person: Actor, role: Role) -> Actor:
        world = self.stage.world
        actor = await world.log_in(person.user_id, person.email)
        if role is Role.STALE:
            await world.write(_proved_long_ago, actor.token)
        return actor


def _proved_long_ago(session: WriteSession, token: str) -> None:
    log_in = AuthSession.id == jwt.get_unverified_claims(token)["sid"]
    session.execute(update(AuthSession).where(log_in).values(authenticated_at=session.now - LONG_AGO))


async def make_cast(stage: Stage) -> Cast:
    world = stage.world
    stranger, other_creator = await two_strangers(world)
    people = {
        Role.LOGGED_OUT: await world.member("Lia Leaver", is_admin=True),
        Role.SUSPENDED: await world.member("Sol Suspended", is_admin=True),
        Role.UNVERIFIED: await world.member("Uma Unverified", is_verified=False),
        Role.STRANGER: stranger,
        Role.OTHER_TEACHER: await world.member("Ole Other"),
        Role.OTHER_CREATOR: other_creator,
        Role.MODERATOR: await world.member("Mod Moderator"),
        Role.TEACHER: await world.member("Tom Teacher"),
        Role.CREATOR: stage.room.teacher,
        Role.ADMIN: await world.member("Amy Admin", is_admin=True),
    }
    graduate = stage.calls["diplomas.get"].actor
    assert graduate is not None
    found = Cast(stage, people, await candidates(stage) | {"diplomas.get": graduate})
    await world.write(_give_roles, stage, people)
    assert (await people[Role.LOGGED_OUT].post("/api/auth/logout")).status_code == 204
    return found


def _give_roles(session: WriteSession, stage: Stage, people: dict[Role, Actor]) -> None:
    creator_id, teacher_id = people[Role.CREATOR].user_id, people[Role.TEACHER].user_id
    users.suspend(session, people[Role.SUSPENDED].user_id)
    admin_id, moderator_id = people[Role.ADMIN].user_id, people[Role.MODERATOR].user_id
    users.change_capabilities(session, moderator_id, {"can_moderate_courses": True}, actor_id=admin_id)
    users.change_capabilities(
        session, people[Role.OTHER_TEACHER].user_id, {"can_teach_courses": True}, actor_id=admin_id
    )
    courses.certify_teacher(session, user_id=teacher_id, course_id=stage.room.course_id, approved_by=creator_id)
    calendar.set_availability(session, teacher_id, timezone="UTC", buffer_minutes=15, windows=EVERY_DAY)
    for table in (Enrollment, TeachingSession):
        session.execute(update(table).where(table.teacher_id == creator_id).values(teacher_id=teacher_id))
