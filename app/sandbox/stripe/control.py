"""What only happens outside the API: what people, banks and Stripe itself do. For curious developers and for tests."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from app.sandbox.books import Record
from app.sandbox.pages import render
from app.sandbox.stripe.accounts import DOCUMENT, GOOD_BANK, WANTED
from app.sandbox.stripe.desk import Desk
from app.sandbox.stripe.faults import Fault, Faults
from app.sandbox.stripe.page import money
from app.sandbox.stripe.refusals import Refusal, no_such

_Act = Callable[[str, Mapping[str, str]], Record]
"""Takes the object's id and the form."""

_SHOWN = 20
_MOST_TIMES = 1000


class Control:
    """`POST /control/{things}/{id}/{act}`, `POST /control/faults`, and a page with a button for each of them."""

    def __init__(self, desk: Desk, faults: Faults, base_url: str) -> None:
        self._desk = desk
        self._faults = faults
        self._base = urlsplit(base_url).path
        self._acts = _acts(desk)

    def routes(self) -> list[Route]:
        return [
            Route("/control", self._show, methods=["GET"]),
            Route("/control/faults", self._add_fault, methods=["POST"]),
            Route("/control/faults/clear", self._clear_faults, methods=["POST"]),
            Route("/control/payouts", self._start_payout, methods=["POST"]),
            Route("/control/webhooks/release", self._release, methods=["POST"]),
            Route("/control/{things}/{id}/{act}", self._do, methods=["POST"]),
        ]

    async def _show(self, _: Request) -> Response:
        return render(
            "stripe_control.html",
            base=f"{self._base}/control",
            groups=[(things, list(acts), self._newest(things)) for things, acts in self._acts.items()],
            balance=[money(each["amount"], each["currency"]) for each in self._desk.balances.view()["available"]],
            faults=self._faults.all(),
            kinds=[kind.value for kind in Fault],
        )

    async def _do(self, request: Request) -> Response:
        things, known, name = (request.path_params[part] for part in ("things", "id", "act"))
        form = await _texts(request)

        def act() -> Record:
            if name not in self._acts.get(things, {}):
                raise no_such("act", f"{things}/{name}")
            return self._acts[things][name](known, form)

        return self._answer(request, act)

    async def _add_fault(self, request: Request) -> Response:
        form = await _texts(request)
        times = form.get("times", "1")
        return self._answer(
            request,
            lambda: self._faults.add(
                form.get("kind", ""),
                match=form.get("match") or "*",
                times=min(int(times), _MOST_TIMES) if times.isdecimal() else 1,
            ),
        )

    async def _clear_faults(self, request: Request) -> Response:
        self._faults.clear()
        return self._answer(request, dict)

    async def _start_payout(self, request: Request) -> Response:
        return self._answer(request, lambda: self._desk.payouts.start(None))

    async def _release(self, request: Request) -> Response:
        self._desk.store.events.release()
        return self._answer(request, dict)

    def _answer(self, request: Request, act: Callable[[], Record]) -> Response:
        """A browser goes back to the page; a tool gets what was changed, or the refusal."""
        is_browser = "text/html" in request.headers.get("Accept", "")
        try:
            record = act()
        except Refusal as refusal:
            if is_browser:
                return render("refused.html", status=refusal.status, twin="Stripe", message=str(refusal))
            return JSONResponse(refusal.body, refusal.status)
        return RedirectResponse(f"{self._base}/control", 303) if is_browser else JSONResponse(record)

    def _newest(self, things: str) -> list[Record]:
        return [_line(record) for record in self._records(things)[::-1][:_SHOWN]]

    def _records(self, things: str) -> list[Record]:
        store, accounts = self._desk.store, self._desk.accounts.all()
        if things == "accounts":
            return accounts
        owners = [None, *(account["id"] for account in accounts)] if things == "payouts" else [None]
        return [record for owner in owners for record in store.all(things.removesuffix("s"), owner)]


def _acts(desk: Desk) -> dict[str, dict[str, _Act]]:
    accounts, checkouts, disputes, refunds = desk.accounts, desk.checkouts, desk.disputes, desk.refunds
    return {
        "accounts": {
            "fulfil": lambda known, form: accounts.fulfil(
                known, frozenset((*WANTED, DOCUMENT)), bank=form.get("bank") or GOOD_BANK
            ),
            "fulfil-slowly": lambda known, _: accounts.fulfil(known, frozenset((*WANTED, DOCUMENT)), is_slow=True),
            "verify": lambda known, _: accounts.verify(known),
            "ask": lambda known, _: accounts.ask(known, is_late=False),
            "restrict": lambda known, _: accounts.ask(known, is_late=True),
            "reject": lambda known, _: accounts.reject(known),
            "change-bank": lambda known, form: accounts.change_bank(known, form.get("bank") or GOOD_BANK),
            "deauthorise": lambda known, _: accounts.deauthorise(known),
            "pay-out": lambda known, _: desk.payouts.start(known),
        },
        "charges": {
            "dispute": lambda known, form: disputes.open(
                known, form.get("reason") or "product_not_received", _number(form, "amount")
            ),
            "inquire": lambda known, form: disputes.inquire(
                known, form.get("reason") or "product_not_received", _number(form, "amount")
            ),
            "settle": lambda known, _: checkouts.settle(known),
            "fail": lambda known, _: checkouts.fail(known),
        },
        "disputes": {
            "win": lambda known, _: disputes.win(known),
            "lose": lambda known, _: disputes.lose(known),
            "escalate": lambda known, form: disputes.escalate(known, _number(form, "amount")),
            "close": lambda known, _: disputes.close(known),
        },
        "refunds": {"fail": lambda known, _: refunds.fail(known)},
        "payouts": {
            "pay": lambda known, _: desk.payouts.pay(known),
            "fail": lambda known, _: desk.payouts.fail(known),
        },
    }


def _number(form: Mapping[str, str], name: str) -> int | None:
    text = form.get(name, "")
    return int(text) if text.isdecimal() else None


def _line(record: Record) -> Record:
    amount = f", {money(record['amount'], record['currency'])}" if "amount" in record else ""
    state = record.get("status") or ("ready" if record.get("payouts_enabled") else "restricted")
    return {"id": record["id"], "about": f"{record.get('email') or record['id']}{amount}: {state}"}


async def _texts(request: Request) -> dict[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
