"""Puts the twins under /sandbox of the development server."""

from dataclasses import dataclass

from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import Mount, Router

from app.core.addresses import host_of
from app.core.clock import Clock
from app.core.config import Settings
from app.sandbox.books import Books
from app.sandbox.breaches import create_breaches_twin
from app.sandbox.calendars import create_calendars_twin
from app.sandbox.cloudflare import create_cloudflare_twin
from app.sandbox.deliveries import Deliveries
from app.sandbox.identity import Registered, create_identity_twin
from app.sandbox.plugnmeet import create_plugnmeet_twin
from app.sandbox.resend import create_inbox, create_resend_twin
from app.sandbox.spa import create_spa_twin
from app.sandbox.stripe import Keys, create_stripe_twin
from app.sandbox.turnstile import create_turnstile_twin


@dataclass(frozen=True, slots=True)
class Twins:
    """The twins' shared memory and their webhook sender."""

    books: Books
    deliveries: Deliveries
    routes: Router


def create_twins(settings: Settings, clock: Clock, books: Books, deliveries: Deliveries) -> Twins:
    """All twins, with the keys and secrets that the adapters use."""
    base, hooks = f"{settings.public_url}/sandbox", f"{settings.public_url}/api/webhooks"
    plugnmeet = create_plugnmeet_twin(
        books,
        deliveries,
        clock,
        key=settings.plugnmeet_key,
        secret=settings.plugnmeet_secret.get_secret_value(),
        webhook_url=f"{hooks}/video/plugnmeet",
        base_url=f"{base}/plugnmeet",
    )
    turnstile = create_turnstile_twin(
        books, clock, secret=settings.turnstile_secret.get_secret_value(), hostname=host_of(settings.app_url)
    )
    routes = {
        "/stripe": _create_stripe(settings, clock, books, deliveries),
        "/plugnmeet": plugnmeet,
        "/resend": _create_resend(settings, clock, books, deliveries),
        "/turnstile": turnstile,
        "/cloudflare": create_cloudflare_twin(
            books, clock, zone_id=settings.cloudflare_zone_id, token=settings.cloudflare_token.get_secret_value()
        ),
        "/breaches": create_breaches_twin(),
        "/calendars": create_calendars_twin(books),
        "/identity": _create_identity(settings, clock, books),
        "/inbox": create_inbox(books),
        "/app": create_spa_twin(),
    }
    return Twins(books, deliveries, Router([Mount(path, twin) for path, twin in routes.items()]))


def _create_stripe(settings: Settings, clock: Clock, books: Books, deliveries: Deliveries) -> Starlette:
    return create_stripe_twin(
        books,
        deliveries,
        clock,
        Keys(
            api=settings.stripe_key.get_secret_value(),
            webhook=settings.stripe_webhook_secret.get_secret_value(),
            connect=settings.stripe_connect_webhook_secret.get_secret_value(),
        ),
        webhook_url=f"{settings.public_url}/api/webhooks/stripe",
        base_url=f"{settings.public_url}/sandbox/stripe",
    )


def _create_resend(settings: Settings, clock: Clock, books: Books, deliveries: Deliveries) -> Starlette:
    return create_resend_twin(
        books,
        deliveries,
        clock,
        key=settings.resend_key.get_secret_value(),
        webhook_secret=settings.resend_webhook_secret.get_secret_value(),
        webhook_url=f"{settings.public_url}/api/webhooks/email",
        base_url=f"{settings.public_url}/sandbox/resend",
    )


def _create_identity(settings: Settings, clock: Clock, books: Books) -> Starlette:
    def registered(name: str, client_id: str, secret: SecretStr) -> Registered:
        return Registered(client_id, secret.get_secret_value(), f"{settings.public_url}/api/auth/{name}/callback")

    return create_identity_twin(
        books,
        clock,
        google=registered("google", settings.google_client_id, settings.google_client_secret),
        github=registered("github", settings.github_client_id, settings.github_client_secret),
        base_url=f"{settings.public_url}/sandbox/identity",
    )
