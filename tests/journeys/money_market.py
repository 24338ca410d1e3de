"""Who sells, buys and administrates in a random walk, and what is compared after each step."""

import random
import uuid
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, TypeVar

import httpx
from fastapi import FastAPI
from sqlalchemy import func, select, update

from app.core.config import Settings
from app.db.session import ReadSession, WriteSession
from app.domains.books.jobs import differences
from app.domains.books.service import find_faults
from app.domains.calendar import service as calendar
from app.domains.courses import service as courses
from app.domains.payments.models import LedgerAccount, LedgerEntry
from app.domains.payouts.types import ASKED
from app.domains.refunds.types import RefundStatus
from app.domains.users.models import User
from app.domains.users.types import UserId
from app.jobs.models import Job, JobState
from app.jobs.registry import Registry
from app.jobs.runner import JobRunner
from app.main import create_app
from app.wiring.jobs import register_jobs
from tests.domains.payouts.till import control, onboard, service_of
from tests.journeys.money_expected import Expected, Facts, booked, differences_of, read_facts
from tests.journeys.money_twin import differences_from_twin
from tests.support.clock import ManualClock
from tests.support.learning import EVERY_DAY
from tests.support.refunding import Sale
from tests.support.statements import share_compiled
from tests.support.world import Actor, World

T = TypeVar("T")
_PRICES: Final = (24900, 40_007, 100_001)
_JOBS: Final = frozenset({"payments", "webhooks", "refunds", "payouts", "sessions"})


class Differs(AssertionError):
    """The ledger, the model and the payment service's books do not say the same."""


class Terms(NamedTuple):
    """What a place costs, and how many sessions it has."""

    price: int
    sessions: int

    @classmethod
    def cast(cls, dice: random.Random) -> "Terms":
        return cls(dice.choice(_PRICES), dice.randint(1, 3))


@dataclass
class Market:
    """A course of one person that three teach, people who buy, and two administrators. `dice` decides what happens."""

    settings: Settings
    dice: random.Random
    clock: ManualClock = field(default_factory=ManualClock)
    expected: Expected = field(default_factory=Expected)
    facts: Facts = field(init=False)
    entries: int | None = None
    done: Counter[str] = field(default_factory=Counter)
    trace: list[str] = field(default_factory=list)
    buyers: list[Actor] = field(default_factory=list)
    lessons: list[tuple[str, UserId, UserId]] = field(default_factory=list)
    last: tuple[Actor, str, Any, str, int, datetime] | None = None
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _acting: dict[UserId, Actor] = field(default_factory=dict)

    async def open(self, terms: "Terms") -> None:
        await self._start()
        self.sale = await Sale.make(self.world, price=terms.price, sessions=terms.sessions)
        self.buyers = [self.sale.buyer] + [await self.world.member(name) for name in ("Otto Other", "Una Usual")]
        self.second_admin = await self.world.member("Ben Boss", is_admin=True)
        teacher, creator = self.sale.teacher, self.sale.room.teacher
        another = await self.world.member("Tom Third")
        course_id, by = self.sale.room.course_id, creator.user_id
        await self.world.write(courses.certify_teacher, user_id=another.user_id, course_id=course_id, approved_by=by)
        for each in (teacher, another):
            await self.world.write(_let_teach, each.user_id)
        self.payees = [teacher, creator, another]
        for payee in self.payees:
            await onboard(self.world, payee)

    async def resume(self, opened: "Market") -> None:
        """On a copy of the databases of another one that was opened and closed: that takes as long as ten steps."""
        self.sale, self.buyers, self.payees = opened.sale, opened.buyers, opened.payees
        self.second_admin = opened.second_admin
        self.clock.move_to(opened.clock.now())
        await self.restart()

    async def restart(self) -> None:
        await self.close()
        await self._start()
        teacher = replace(self.sale.room.teacher, http=self.world.http)
        room = replace(self.sale.room, world=self.world, teacher=teacher)
        self.sale = replace(self.sale, world=self.world, room=room)

    async def _start(self) -> None:
        """An application of its own on the same database and the same books of the payment service."""
        app = create_app(self.settings, clock=self.clock, in_process=True)
        app.state.runner = _runner_of_money(app)
        share_compiled(app.state.db)
        self._stack.callback(app.state.twins.books.close)
        await self._stack.enter_async_context(app.router.lifespan_context(app))
        self.world = await self._stack.enter_async_context(World.of(app, self.clock))
        self._acting.clear()

    async def close(self) -> None:
        await self._stack.aclose()

    async def check(self, when: str) -> None:
        """Read what is so now, and hold the ledger against itself, the model and the payment service's books."""
        self.facts, balances, faults = await self.world.db.read(self._look)
        self.expected.hear(self.facts)
        found = differences_of(self.expected.balances(self.facts), booked(balances))
        apart = differences_from_twin(self.world.app.state.twins.books, self.facts)
        apart += self.expected.uncovered(self.facts)
        if faults or found or apart:
            raise Differs(f"{when}: {[*faults, *found, *apart]}")

    def _look(self, session: ReadSession) -> tuple[Facts, dict[str, int], list[str]]:
        """All of one moment. The ledger can only be at fault anew when an entry was made, for none is ever changed."""
        balances = {each.id: each.balance_cents for each in session.scalars(select(LedgerAccount))}
        before, self.entries = self.entries, session.scalar(select(func.count()).select_from(LedgerEntry))
        return read_facts(session), balances, find_faults(session) if self.entries != before else []

    async def end(self) -> None:
        """Nothing fails any more; all that was lost is heard of, and the two books are compared."""
        await control(self.world, "faults/clear")
        await control(self.world, "webhooks/release")
        for pause in (timedelta(0), timedelta(hours=1), timedelta(hours=2), timedelta(hours=25), timedelta(hours=2)):
            self.clock.move_to(self.clock.now() + pause)
            await self.world.settle()
            await self.check("at the end")
        await self._to_bank(self.dice.choice((None, "pay", "fail")))
        self.clock.advance(hours=2)
        found = [finding.sentence for finding in await differences(self.world.db, service_of(self.world))]
        found += await self.world.db.read(find_faults)
        facts = self.facts
        found += [f"payout {each.id} is {each.status}" for each in facts.payouts if each.status in ASKED]
        found += [f"refund {each.id} is {each.status}" for each in facts.refunds if each.status == RefundStatus.SENDING]
        found += [f"sale {each.id} has no fee" for each in facts.sold if each.id not in facts.charged]
        found += [f"buried job {kind}" for kind in await self.world.db.read(_buried)]
        if found:
            raise Differs(f"the two books: {found}")

    async def _to_bank(self, outcome: str | None) -> None:
        """The platform sends what is there to its own bank, which takes it, or sends it back, or has not said."""
        sent = await self.world.http.post("/sandbox/stripe/control/payouts")  # refused when nothing is there
        if outcome and sent.is_success:
            await control(self.world, f"payouts/{sent.json()['id']}/{outcome}")
        await self.world.settle()

    async def act(self, actor: Actor) -> Actor:
        """The person, who has just proved who they are."""
        if actor.user_id not in self._acting:
            self._acting[actor.user_id] = await self.world.log_in(actor.user_id, actor.email)
        return self._acting[actor.user_id]

    async def post(self, who: Actor, path: str, body: Any = None) -> httpx.Response:
        actor, key = await self.act(who), uuid.uuid4().hex
        answer = await actor.post(path, body, key=key)
        self.last = (who, path, body, key, answer.status_code, self.clock.now())
        return answer

    def pass_time(self, **amount: float) -> None:
        self.clock.advance(**amount)
        self._acting.clear()

    async def admin(self) -> Actor:
        return await self.act(self.dice.choice([self.sale.admin, self.second_admin]))

    def pick(self, things: list[T]) -> T | None:
        return self.dice.choice(things) if things else None


def _let_teach(session: WriteSession, user_id: UserId) -> None:
    session.change(update(User).where(User.id == user_id).values(can_teach_courses=True))
    calendar.set_availability(session, user_id, timezone="UTC", buffer_minutes=0, windows=EVERY_DAY)


def _runner_of_money(app: FastAPI) -> JobRunner:
    """Carries out what moves money or hears of it. Mails and the like can wait, and the books are checked here."""
    whole = Registry()
    register_jobs(whole, app.state.providers, app.state.settings, app.state.mail_tokens)
    handlers = {name: kept for name, kept in whole.handlers.items() if name.partition(".")[0] in _JOBS}
    return JobRunner(app.state.db, Registry(handlers, [each for each in whole.schedules if each.kind.name in handlers]))


def _buried(session: ReadSession) -> list[str]:
    return list(session.scalars(select(Job.kind).where(Job.state == JobState.DEAD)))
