"""The twin as one ASGI app."""

from dataclasses import dataclass

from starlette.applications import Starlette

from app.core.clock import Clock
from app.sandbox.books import Books
from app.sandbox.deliveries import Deliveries
from app.sandbox.stripe.api import Api
from app.sandbox.stripe.control import Control
from app.sandbox.stripe.desk import Desk
from app.sandbox.stripe.events import CONNECT_SIGNER, SIGNER, Events, Signature
from app.sandbox.stripe.faults import Faults
from app.sandbox.stripe.onboarding import OnboardingPages
from app.sandbox.stripe.page import CheckoutPage
from app.sandbox.stripe.replays import Replays
from app.sandbox.stripe.routes import api_routes
from app.sandbox.stripe.store import Store


@dataclass(frozen=True, slots=True)
class Keys:
    """What calls carry, and what the webhooks of the two endpoints are signed with."""

    api: str
    webhook: str
    connect: str


def create_stripe_twin(
    books: Books, deliveries: Deliveries, clock: Clock, keys: Keys, *, webhook_url: str, base_url: str
) -> Starlette:
    """A Stripe test account with one key, reachable at `base_url`, that tells `webhook_url` what happens in it, and
    `webhook_url`/connect what happens in the accounts connected to it.

    It answers the calls that `app/sandbox/specs/stripe.json` describes, shows pages to people (a Checkout page behind a
    session's `url`: post a `card` there to pay; the onboarding; a dashboard), and under /control does what people,
    banks and Stripe itself do, faults included. What time brings about happens when somebody looks.
    """
    deliveries.sign_with(SIGNER, Signature(keys.webhook, clock).headers)
    deliveries.sign_with(CONNECT_SIGNER, Signature(keys.connect, clock).headers)
    faults = Faults(books)
    events = Events(books, deliveries, faults, webhook_url=webhook_url, connect_url=f"{webhook_url}/connect")
    store = Store(books, events, clock)
    desk = Desk(store, base_url)
    api = Api(store, desk.accounts, Replays(books, clock), faults, keys.api)
    return Starlette(
        routes=[
            *api_routes(api, desk),
            *CheckoutPage(desk.checkouts, base_url).routes(),
            *OnboardingPages(desk, base_url).routes(),
            *Control(desk, faults, base_url).routes(),
        ]
    )
