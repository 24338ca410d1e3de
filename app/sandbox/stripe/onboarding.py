"""What a person sees behind the links to Stripe: the questions of the onboarding, and the Express dashboard."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.sandbox.books import Record
from app.sandbox.pages import LEADS_ANYWHERE, render
from app.sandbox.stripe.accounts import GOOD_BANK
from app.sandbox.stripe.desk import Desk
from app.sandbox.stripe.page import money
from app.sandbox.stripe.refusals import Refusal


class OnboardingPages:
    def __init__(self, desk: Desk, base_url: str) -> None:
        self._desk = desk
        self._base = urlsplit(base_url).path

    def routes(self) -> list[Route]:
        return [
            Route("/connect/{token}", self._ask, methods=["GET"]),
            Route("/connect/{token}", self._take, methods=["POST"]),
            Route("/express/{token}", self._dashboard, methods=["GET"]),
        ]

    async def _ask(self, request: Request) -> Response:
        """The link works once; afterwards it leads to where there is another."""
        token = request.path_params["token"]
        try:
            link = self._desk.links.visit(token)
            account = self._desk.accounts.find(link["account"])
        except Refusal as refusal:
            return _refused(refusal)
        if not link["is_good"]:
            return RedirectResponse(link["refresh_url"], 303)
        return render(
            "connect.html",
            headers=LEADS_ANYWHERE,
            account=account,
            action=f"{self._base}/connect/{token}",
            visit=link["visit"],
            bank=GOOD_BANK,
        )

    async def _take(self, request: Request) -> Response:
        """What was not ticked stays open."""
        form = await request.form()
        try:
            link = self._desk.links.visited(request.path_params["token"], str(form.get("visit", "")))
            self._desk.accounts.fulfil(
                link["account"],
                frozenset(map(str, form.getlist("given"))),
                bank=str(form.get("bank") or GOOD_BANK),
                is_slow=form.get("speed") == "slow",
            )
        except Refusal as refusal:
            return _refused(refusal)
        return RedirectResponse(link["return_url"], 303)

    async def _dashboard(self, request: Request) -> Response:
        try:
            link = self._desk.links.visit_dashboard(request.path_params["token"])
            account = self._desk.accounts.find(link["account"])
        except Refusal as refusal:
            return _refused(refusal)
        if not link["is_good"]:
            return _refused(Refusal("This link was used before or is too old."))
        balance = self._desk.balances.view(account["id"])
        return render(
            "express.html",
            account=account,
            balances=[(name, _sum(balance[name])) for name in ("available", "pending")],
            payouts=[_line(payout) for payout in reversed(self._desk.store.all("payout", account["id"]))],
            control=f"{self._base}/control",
        )


def _sum(amounts: list[Record]) -> str:
    return ", ".join(money(each["amount"], each["currency"]) for each in amounts)


def _line(payout: Record) -> str:
    return f"{money(payout['amount'], payout['currency'])}: {payout['status']}"


def _refused(refusal: Refusal) -> Response:
    return render("refused.html", status=refusal.status, twin="Stripe", message=str(refusal))
