"""One random walk through everything that moves money."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import product
from typing import Any, Final

import httpx
from sqlalchemy import select

from app.db.session import ReadSession
from app.domains.payouts.types import PayoutStatus
from app.domains.refunds.types import DisputeStatus, RefundStatus
from app.domains.sessions.models import TeachingSession
from tests.domains.payouts.till import AT_ONCE, control
from tests.journeys.money_market import Differs, Market
from tests.support.refunding import REASON
from tests.support.shop import start_checkout

_CARDS: Final = ("4242424242424242", AT_ONCE, AT_ONCE)
_KEPT: Final = timedelta(hours=48)  # that answers are; later the request is a new one, and judged as such
_WEBHOOK_FAULTS: Final = ("drop", "drop", "duplicate", "reorder")
_CALL_FAULTS: Final = ("lost_after", "lost_after", "lost_before", "error", "rate_limit", "lock")
_CALLS: Final = (
    "POST /v1/refunds",
    "POST /v1/transfers",
    "POST /v1/transfers/*/reversals",
    "GET /v1/*",
)
_REFUSED: Final = (
    "GET /v1/refunds",
    "POST /v1/refunds",
    "GET /v1/disputes/*",
    "GET /v1/transfers",
    "POST /v1/transfers",
    "POST /v1/transfers/*/reversals",
)
_CALLS_SUFFER: Final = (*product(_CALL_FAULTS, _CALLS), *product(("refuse",), _REFUSED))
_PAUSES: Final = ({"minutes": 5}, {"minutes": 40}, {"hours": 2}, {"hours": 9}, {"days": 1}, {"days": 3})


Step = Callable[[Market], Awaitable[str]]


def told(answer: httpx.Response) -> str:
    """What was answered, in a word; our own failures are none."""
    if answer.status_code >= 500:
        raise Differs(f"answered {answer.status_code}: {answer.text}")
    return "done" if answer.is_success else str(answer.json()["code"])


async def buy(market: Market) -> str:
    """Sometimes in two tabs: the second payment buys nothing and goes back. Sometimes the teacher is chosen later."""
    buyer = await market.act(market.dice.choice(market.buyers))
    teacher_id = market.dice.choice([*(payee.user_id for payee in market.payees), None])
    tabs = [
        await start_checkout(buyer, market.sale.room, teacher_id=teacher_id)
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
    teacher_id = place.teacher_id or market.dice.choice(market.payees).user_id
    body = {"enrollment_id": place.id, "starts_at": starts, "teacher_id": teacher_id}
    answer = await market.post(student, "/api/sessions", body)
    if answer.is_success:
        market.lessons.append((answer.json()["id"], place.student_id, teacher_id))
    return f"{'first ' if place.teacher_id is None else ''}{told(answer)}"


async def reassign(market: Market) -> str:
    """Another one teaches from now on, often somebody who does so already."""
    places = [sold.place for sold in market.facts.sold if sold.place and sold.place.status in _BOOKABLE]
    place, teacher = market.pick(places), market.dice.choice(market.payees)
    if place is None:
        return "no place"
    body = {"teacher_id": teacher.user_id, "reason": "The other one is ill for some months."}
    path = f"/api/admin/enrollments/{place.id}/reassign-teacher"
    answer = await market.post(await market.admin(), path, body)
    if answer.is_success:
        market.lessons = [lesson for lesson in market.lessons if lesson[1] != place.student_id]
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
    act = market.dice.choice(("dispute", "dispute", "inquire"))
    return f"{act} {await _happens(market, f'charges/{sold.charge_id}/{act}', _part(market))}" if sold else "none"


def _part(market: Market) -> dict[str, str]:
    return {"amount": str(market.dice.randint(1, 30_000))} if market.dice.random() < 0.5 else {}


async def decide_dispute(market: Market) -> str:
    found = market.pick([each for each in market.facts.disputes if each.closed_at is None])
    if found is None:
        return "none"
    is_inquiry = found.status == DisputeStatus.INQUIRY
    verb = market.dice.choice(("escalate", "close") if is_inquiry else ("win", "lose"))
    form = _part(market) if verb == "escalate" else None
    return f"{verb} {await _happens(market, f'disputes/{found.provider_id}/{verb}', form)}"


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
        kind, match = market.dice.choice(_CALLS_SUFFER)
    await control(market.world, "faults", kind=kind, match=match, times=str(market.dice.randint(1, 3)))
    return kind


async def restart(market: Market) -> str:
    await market.restart()
    return "done"


async def wait(market: Market) -> str:
    market.pass_time(**market.dice.choice(_PAUSES))
    return "done"


def _end_of(session: ReadSession, session_id: str) -> Any:
    return session.scalar(select(TeachingSession.ends_at).where(TeachingSession.id == session_id))


_BOOKABLE = frozenset({"enrolled", "in_progress"})
_UNSENT = frozenset({PayoutStatus.REQUESTED, PayoutStatus.APPROVED})
_CHANCES: Final[dict[Step, int]] = {
    buy: 12,
    book: 16,
    complete: 14,
    miss: 4,
    reassign: 5,
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


async def walk(market: Market, steps: int) -> None:
    """So many random steps, then everything that is due. Raises `Differs`."""
    await market.check("opening")
    for _ in range(steps):
        name, step = market.dice.choices(_STEPS, _WEIGHTS)[0]
        outcome = await step(market)
        market.done[f"{name}: {outcome}"] += 1
        market.trace.append(f"{name}: {outcome}")
        await market.check(name)
        if market.dice.random() < 0.6:  # else what follows overtakes the jobs and webhooks of this
            await market.world.settle()
            await market.check(f"jobs after {name}")
    await market.end()
