"""The twin as one ASGI app."""

from starlette.applications import Starlette

from app.core.clock import Clock
from app.sandbox.books import Books
from app.sandbox.deliveries import Deliveries
from app.sandbox.stripe.api import Api
from app.sandbox.stripe.checkouts import Checkouts
from app.sandbox.stripe.events import SIGNER, Events, Signature
from app.sandbox.stripe.page import CheckoutPage
from app.sandbox.stripe.replays import Replays


def create_stripe_twin(
    books: Books,
    deliveries: Deliveries,
    clock: Clock,
    *,
    key: str,
    webhook_secret: str,
    webhook_url: str,
    base_url: str,
) -> Starlette:
    """A Stripe test account with one key, reachable at `base_url`, that tells `webhook_url` what happens in it.

    It answers the calls that `app/sandbox/specs/stripe.json` describes and shows a Checkout page to whoever opens a
    session's `url`: post a `card` there to pay. Sessions expire when somebody looks at them after their time.
    """
    deliveries.sign_with(SIGNER, Signature(webhook_secret, clock).headers)
    events = Events(books, deliveries, webhook_url)
    checkouts = Checkouts(books, events, clock, base_url)
    api = Api(books, checkouts, events, Replays(books, clock), key)
    return Starlette(routes=[*api.routes(), *CheckoutPage(checkouts, base_url).routes()])
