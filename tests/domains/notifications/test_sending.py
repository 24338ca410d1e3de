"""A mail service that is away, forgets to answer, or says no."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import select

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.db.session import ReadSession, WriteSession
from app.domains.auth.events import SignupRepeated
from app.domains.calendar.policies import BookingPolicy
from app.domains.notifications.jobs import send_mail
from app.domains.notifications.service import Letterhead
from app.domains.notifications.types import SEND_MAIL
from app.domains.sessions.policies import Platform
from app.domains.users.types import UserId
from app.jobs.models import Job, JobState
from app.jobs.registry import Registry
from app.jobs.runner import JobRunner
from app.providers.email.port import EmailProvider, Mail, MailEvent, Seal
from tests.support.world import Actor, World

AWAY, ANSWER_LOST, REFUSING = "away", "answer lost", "refusing"


@dataclass
class ShakyEmail:
    """The real adapter with troubles, one for each attempt, until there are none left."""

    real: EmailProvider
    troubles: Iterator[str]
    keys: list[str] = field(default_factory=list)

    async def send(self, mail: Mail, *, key: str) -> str:
        self.keys.append(key)
        trouble = next(self.troubles, None)
        if trouble == REFUSING:
            raise ProviderRejected
        if trouble == AWAY:
            raise ProviderUnavailable
        sent = await self.real.send(mail, key=key)
        if trouble == ANSWER_LOST:
            raise ProviderUnavailable
        return sent

    def verify_event(self, body: bytes, seal: Seal, now: datetime) -> MailEvent | None:
        return self.real.verify_event(body, seal, now)


@dataclass(frozen=True, slots=True)
class Office:
    """A runner that sends through a shaky service, and somebody to be mailed."""

    world: World
    recipient: Actor
    email: ShakyEmail
    runner: JobRunner

    async def inbox(self) -> int:
        answer = await self.world.http.get("/sandbox/inbox/messages", params={"to": self.recipient.email})
        return len(answer.json())

    async def state(self) -> str | None:
        return await self.world.db.read(_state)


def _state(session: ReadSession) -> str | None:
    return session.scalar(select(Job.state))


def _tell(session: WriteSession, user_id: UserId) -> None:
    session.publish(SignupRepeated(user_id))


async def open_office(world: World, *troubles: str) -> Office:
    email = ShakyEmail(world.app.state.providers.email, iter(troubles))
    registry = Registry()
    letterhead = Letterhead(
        Platform.of(world.settings), world.app.state.mail_tokens.text, BookingPolicy.of(world.settings)
    )
    registry.register(SEND_MAIL, partial(send_mail, email=email, letterhead=letterhead))
    recipient = await world.member("Olga Owner")
    await world.write(_tell, recipient.user_id)
    return Office(world, recipient, email, JobRunner(world.db, registry))


@pytest.mark.parametrize("trouble", [AWAY, ANSWER_LOST])
async def test_trouble_is_waited_out_and_nobody_is_mailed_twice(world: World, trouble: str) -> None:
    office = await open_office(world, trouble, trouble)
    assert await office.runner.run_until_idle() == 1
    assert await office.state() == JobState.QUEUED
    assert await office.runner.run_until_idle() == 0  # not before its time
    for _ in range(3):
        world.clock.advance(seconds=10)
        await office.runner.run_until_idle()
    assert await office.state() == JobState.DONE
    assert await office.inbox() == 1
    assert len(office.email.keys) == 3
    assert len(set(office.email.keys)) == 1


async def test_a_refused_mail_is_not_repeated(world: World) -> None:
    office = await open_office(world, REFUSING)
    await office.runner.run_until_idle()
    assert await office.state() == JobState.DEAD
    assert await office.inbox() == 0


async def test_a_long_outage_is_outlasted_within_the_life_of_the_key(world: World) -> None:
    office = await open_office(world, *[AWAY] * (SEND_MAIL.max_attempts - 1))
    began = world.clock.now()
    while await office.state() == JobState.QUEUED:
        world.clock.advance(minutes=5)
        await office.runner.run_until_idle()
    assert await office.state() == JobState.DONE
    assert await office.inbox() == 1
    assert 20 < (world.clock.now() - began).total_seconds() / 3600 < 24
