"""One random walk through everything that moves money, and what is compared after each step."""

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
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
from app.domains.payments.models import LedgerAccount, LedgerEntry
from app.domains.payouts.types import ASKED, PayoutStatus
from app.domains.refunds.types import RefundStatus
from app.domains.sessions.models import TeachingSession
from app.domains.users.models import User
from app.domains.users.types import UserId
from app.jobs.models import Job, JobState
from app.jobs.registry import Registry
from app.jobs.runner import JobRunner
from app.main import create_app
from app.wiring.jobs import register_jobs
from tests.domains.payouts.till import AT_ONCE, control, onboard, service_of
from tests.journeys.money_expected import Expected, Facts, booked, differences_of, read_facts
from tests.journeys.money_twin import differences_from_twin
from tests.support.clock import ManualClock
from tests.support.learning import EVERY_DAY
from tests.support.refunding import REASON, Sale
from tests.support.shop import start_checkout
from tests.support.statements import share_compiled
from tests.support.world import Actor, World

T = TypeVar("T")
_CARDS: Final = ("4242424242424242", AT_ONCE, AT_ONCE)
_PRICES: Final = (24900, 40_007, 100_001)
_KEPT: Final = timedelta(hours=48)  # that answers are; later the request is a new one, and judged as such
_WEBHOOK_FAULTS: Final = ("drop", "drop", "duplicate", "reorder")
_CALL_FAULTS: Final = ("lost_after", "lost_after", "lost_before", "error", "rate_limit", "lock")
_CALLS: Final = (
    "POST /v1/refunds",
    "POST /v1/transfers",
    "POST /v1/transfers/*/reversals",
    "GET /v1/*",
)
_JOBS: Final = frozenset({"payments", "webhooks", "refunds", "payouts", "sessions"})
_PAUSES: Final = ({"minutes": 5}, {"minutes": 40}, {"hours": 2}, {"hours": 9}, {"days": 1}, {"days": 3})


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
    """A course of one person that two teach, people who buy, and two administrators. `dice` decides what happens."""

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
        await self.world.write(_let_teach, teacher.user_id)
        self.payees = [teacher, creator]
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

    async def walk(self, steps: int) -> None:
        """So many random steps, then everything that is due. Raises `Differs`."""
        await self.check("opening")
        for _ in range(steps):
            name, step = self.dice.choices(_STEPS, _WEIGHTS)[0]
            outcome = await step(self)
            self.done[f"{name}: {outcome}"] += 1
            self.trace.append(f"{name}: {outcome}")
            await self.check(name)
            if self.dice.random() < 0.6:  # else what follows overtakes the jobs and webhooks of this
                await self.world.settle()
                await self.check(f"jobs after {name}")
        await self.end()

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


Step = Callable[[Market], Awaitable[str]]


def told(answer: httpx.Response) -> str:
    """What was answered, in a word; our own failures are none."""
    if answer.status_code >= 500:
        raise Differs(f"answered {answer.status_code}: {answer.text}")
    return "done" if answer.is_success else str(answer.json()["code"])


async def buy(market: Market) -> str:
    """Sometimes in two tabs: the second payment buys nothing and goes back."""
    buyer = await market.act(market.dice.choice(market.buyers))
    teacher = market.dice.choice(market.payees)
    tabs = [
        await start_checkout(buyer, market.sale.room, teacher_id=teacher.user_id)
        for _ in range(market.dice.choice((1, 1, 1, 2)))
    ]
    for tab in tabs:
        if tab.is_success:
            await market.world.http.post(tab.json()["url"], data={"card": market.dice.choice(_CARDS)})
    return f"{told(tabs[0])} in {len(tabs)} tabs"


async def book(market: Market) -> str:
    places = [sold.place for sold in market.facts.sold if sold.place and sold.place.status in _BOOKABLE]
    place = market.pick(places)
    if place is None:
        return "no place"
    day = market.clock.now() + timedelta(days=market.dice.randint(1, 2))
    starts = f"{day:%Y-%m-%d}T{market.dice.randint(9, 16):02d}:00:00Z"
    student = next(each for each in market.buyers if each.user_id == place.student_id)
    answer = await market.post(student, "/api/sessions", {"enrollment_id": place.id, "starts_at": starts})
    if answer.is_success:
        market.lessons.append((answer.json()["id"], place.student_id, place.teacher_id))
    return told(answer)


async def complete(market: Market) -> str:
    return await _resolve(market, "completed")


async def miss(market: Market) -> str:
    return await _resolve(market, "no_show")


async def _resolve(market: Market, outcome: str) -> str:
    if not market.lessons:
        await book(market)
    lesson = market.pick(market.lessons)
    if lesson is None:
        return "no session"
    market.lessons.remove(lesson)
    session_id, *people = lesson
    ends_at = await market.world.db.read(lambda session: _end_of(session, session_id))
    market.pass_time(seconds=max(0.0, (ends_at - market.clock.now()).total_seconds()))
    missing = market.dice.choice([*people, None]) if outcome == "no_show" else None
    body = {"outcome": outcome, "no_show_user_id": missing, "note": "As both of them wrote."}
    return told(await market.post(await market.admin(), f"/api/admin/sessions/{session_id}/resolve", body))


async def refund(market: Market) -> str:
    """The rest of the sessions, all, or any part; by an administrator, or asked for and then decided about."""
    place = market.pick([sold.place for sold in market.facts.sold if sold.place])
    if place is None:
        return "no place"
    path, admin = f"/api/enrollments/{place.id}", await market.admin()
    wish = {"amount_cents": market.dice.randint(1, 30_000)} if market.dice.random() < 0.5 else {}
    quote = await admin.get(f"{path}/refund-quote", params=wish)
    if not quote.is_success:
        return told(quote)
    named = {"quote_id": quote.json()["quote_id"]}
    if wish or market.dice.random() < 0.5:
        return told(await market.post(admin, f"{path}/refunds", named | {"reason": REASON} | wish))
    student = next(each for each in market.buyers if each.user_id == place.student_id)
    asked = await market.post(student, f"{path}/refunds", named | {"reason": REASON})
    if not asked.is_success:
        return told(asked)
    verb, body = market.dice.choice([("approve", named), ("reject", {"reason": REASON})])
    refund_id = asked.json()["id"]
    return f"{verb} {told(await market.post(admin, f'/api/admin/refunds/{refund_id}/{verb}', body))}"


async def fail_refund(market: Market) -> str:
    """The buyer's bank does not take it, after all."""
    sent = [each for each in market.facts.refunds if each.status == RefundStatus.SUCCEEDED]
    found = market.pick(sent)
    return await _happens(market, f"refunds/{found.provider_id}/fail") if found else "none"


async def retry(market: Market) -> str:
    """What failed is sent once more."""
    facts = market.facts
    paths = [f"refunds/{each.id}" for each in facts.refunds if each.status == RefundStatus.FAILED]
    paths += [f"payouts/{each.id}" for each in facts.payouts if each.status == PayoutStatus.FAILED]
    path = market.pick(paths)
    return told(await market.post(await market.admin(), f"/api/admin/{path}/retry")) if path else "none"


async def dispute(market: Market) -> str:
    sold = market.pick([each for each in market.facts.sold if each.charge_id])
    part = {"amount": str(market.dice.randint(1, 30_000))} if market.dice.random() < 0.5 else {}
    return await _happens(market, f"charges/{sold.charge_id}/dispute", part) if sold else "none"


async def decide_dispute(market: Market) -> str:
    found = market.pick([each for each in market.facts.disputes if each.closed_at is None])
    verb = market.dice.choice(("win", "lose"))
    return f"{verb} {await _happens(market, f'disputes/{found.provider_id}/{verb}')}" if found else "none"


async def _happens(market: Market, path: str, form: dict[str, str] | None = None) -> str:
    answer = await market.world.http.post(f"/sandbox/stripe/control/{path}", data=form)
    return "done" if answer.is_success else "refused there"


async def ask_payout(market: Market) -> str:
    amount = market.dice.choice((None, None, None, 5001))
    return told(await market.post(market.dice.choice(market.payees), "/api/payouts", {"amount_cents": amount}))


async def decide_payout(market: Market) -> str:
    """By one administrator, or by two and the payee at once."""
    waiting = [each for each in market.facts.payouts if each.status in _UNSENT]
    found = market.pick(waiting)
    if found is None:
        return "none"
    path, note = f"/api/admin/payouts/{found.id}", "Looked at the bank account."
    approve = (f"{path}/approve", {"note": note})
    others = [
        (f"{path}/reject", {"reason": note}),
        (f"{path}/cancel", {"reason": note}),
        (f"{path}/hold", {"note": note}),
    ]
    wishes = [approve] if market.dice.random() < 0.6 else [approve, market.dice.choice(others), approve]
    admins = [await market.act(each) for each in (market.sale.admin, market.second_admin)]
    answers = await asyncio.gather(*(admins[i % 2].post(*wish) for i, wish in enumerate(wishes)))
    return " and ".join(sorted({told(each) for each in answers}))


async def again(market: Market) -> str:
    """The same request with the same key, as after a lost answer, twice at once."""
    if market.last is None:
        return "none"
    who, path, body, key, status, at = market.last
    actor = await market.act(who)
    answers = await asyncio.gather(*(actor.post(path, body, key=key) for _ in range(2)))
    is_kept = market.clock.now() - at < _KEPT
    if status < 300 and is_kept and {each.status_code for each in answers} != {status}:
        raise Differs(f"{path} answered {status} and, asked again, {[each.status_code for each in answers]}")
    return "done"


async def fault(market: Market) -> str:
    if market.dice.random() < 0.5:
        kind, match = market.dice.choice(_WEBHOOK_FAULTS), "*"
    else:
        kind, match = market.dice.choice(_CALL_FAULTS), market.dice.choice(_CALLS)
    await control(market.world, "faults", kind=kind, match=match, times=str(market.dice.randint(1, 3)))
    return kind


async def restart(market: Market) -> str:
    await market.restart()
    return "done"


async def wait(market: Market) -> str:
    market.pass_time(**market.dice.choice(_PAUSES))
    return "done"


def _let_teach(session: WriteSession, user_id: UserId) -> None:
    session.change(update(User).where(User.id == user_id).values(can_teach_courses=True))
    calendar.set_availability(session, user_id, timezone="UTC", buffer_minutes=0, windows=EVERY_DAY)


def _runner_of_money(app: FastAPI) -> JobRunner:
    """Carries out what moves money or hears of it. Mails and the like can wait, and the books are checked here."""
    whole = Registry()
    register_jobs(whole, app.state.providers, app.state.settings, app.state.mail_tokens)
    handlers = {name: kept for name, kept in whole.handlers.items() if name.partition(".")[0] in _JOBS}
    return JobRunner(app.state.db, Registry(handlers, [each for each in whole.schedules if each.kind.name in handlers]))


def _end_of(session: ReadSession, session_id: str) -> Any:
    return session.scalar(select(TeachingSession.ends_at).where(TeachingSession.id == session_id))


def _buried(session: ReadSession) -> list[str]:
    return list(session.scalars(select(Job.kind).where(Job.state == JobState.DEAD)))


_BOOKABLE = frozenset({"enrolled", "in_progress"})
_UNSENT = frozenset({PayoutStatus.REQUESTED, PayoutStatus.APPROVED})
_CHANCES: Final[dict[Step, int]] = {
    buy: 12,
    book: 16,
    complete: 14,
    miss: 4,
    refund: 8,
    fail_refund: 3,
    retry: 5,
    dispute: 4,
    decide_dispute: 6,
    ask_payout: 10,
    decide_payout: 10,
    again: 4,
    fault: 8,
    restart: 2,
    wait: 6,
}
_STEPS: Final = [(step.__name__, step) for step in _CHANCES]
_WEIGHTS: Final = list(_CHANCES.values())
