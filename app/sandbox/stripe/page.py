"""What a buyer sees behind a session's `url`. Plain forms, so that a test or a shell can do the same."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.sandbox.books import Record
from app.sandbox.pages import LEADS_ANYWHERE, render
from app.sandbox.stripe.checkouts import Card, Checkouts, Declined
from app.sandbox.stripe.refusals import Refusal

_CARDS = (
    (Card.SUCCEEDS.value, "4242 4242 4242 4242: pays"),
    (Card.DECLINES.value, "4000 0000 0000 0002: is declined"),
    (Card.LACKS_FUNDS.value, "4000 0000 0000 9995: is declined for lack of funds"),
    (Card.AVAILABLE_AT_ONCE.value, "4000 0000 0000 0077: pays, and the money is available at once"),
    (Card.IS_DISPUTED.value, "4000 0000 0000 0259: pays, and the payment is disputed"),
    (Card.TAKES_DAYS.value, "Bank account 000123456789: pays, and the money comes later or not at all"),
)


class CheckoutPage:
    def __init__(self, checkouts: Checkouts, base_url: str) -> None:
        self._checkouts = checkouts
        self._base = urlsplit(base_url).path  # a path, so that the page works under every name of this host

    def routes(self) -> list[Route]:
        return [
            Route("/pay/{session}", self._show, methods=["GET"]),
            Route("/pay/{session}", self._pay, methods=["POST"]),
        ]

    async def _show(self, request: Request) -> Response:
        try:
            session = self._checkouts.find(request.path_params["session"])
        except Refusal:
            return _unknown()
        return _expired(session) if session["status"] == "expired" else self._page(session)

    async def _pay(self, request: Request) -> Response:
        session_id = request.path_params["session"]
        card = (await request.form()).get("card")
        try:
            session = self._checkouts.pay(session_id, card.replace(" ", "") if isinstance(card, str) else "")
        except Refusal:
            return _unknown()
        except Declined as reason:
            return self._page(self._checkouts.find(session_id), error=str(reason), status=402)
        return _expired(session) if session["status"] == "expired" else RedirectResponse(_destination(session), 303)

    def _page(self, session: Record, *, error: str = "", status: int = 200) -> Response:
        return render(
            "checkout.html",
            status=status,
            headers=LEADS_ANYWHERE,
            session=session,
            action=f"{self._base}/pay/{session['id']}",
            items=[_line(item) for item in self._checkouts.order(session["id"])["line_items"]],
            total=money(session["amount_total"], session["currency"]),
            destination=_destination(session),
            cards=_CARDS,
            error=error,
        )


def _line(item: Record) -> Record:
    price = item["price_data"]
    return {
        "name": price["product_data"]["name"],
        "quantity": item["quantity"],
        "amount": money(item["quantity"] * price["unit_amount"], price["currency"]),
    }


def money(cents: int, currency: str) -> str:
    """As people read it."""
    sign, cents = ("-" if cents < 0 else ""), abs(cents)
    return f"{sign}{cents // 100:,}.{cents % 100:02d} {currency.upper()}"


def _destination(session: Record) -> str:
    address: str = session["success_url"]
    return address.replace("{CHECKOUT_SESSION_ID}", session["id"])


def _expired(session: Record) -> Response:
    return render("checkout_expired.html", status=410, cancel_url=session["cancel_url"])


def _unknown() -> Response:
    return render("refused.html", status=404, twin="checkout", message="There is no such checkout.")
