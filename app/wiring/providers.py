"""Settings become providers. The only place that knows the adapters."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx
from pydantic import SecretStr

from app.core.addresses import host_of
from app.core.clock import Clock
from app.core.config import Settings
from app.db.database import Database
from app.edge.attempts import Attempts
from app.edge.buckets import Buckets
from app.edge.limits import Limiter
from app.providers.breaches.port import BreachDirectory
from app.providers.breaches.range_api import RangeApi
from app.providers.calendars.port import CalendarSource
from app.providers.calendars.web import WebCalendars
from app.providers.captcha.port import CaptchaProvider
from app.providers.captcha.turnstile import Turnstile
from app.providers.cloudflare import URL as CLOUDFLARE
from app.providers.edge.cloudflare import CloudflareEdge
from app.providers.edge.port import EdgeCache
from app.providers.email.port import EmailProvider
from app.providers.email.resend import ResendEmail
from app.providers.identity.github import GITHUB, GitHubIdentity
from app.providers.identity.google import GOOGLE, GoogleIdentity
from app.providers.identity.grant import Registration
from app.providers.identity.port import IdentityProvider, ProviderName
from app.providers.kv.memory import MemoryKeyValueStore
from app.providers.kv.port import KeyValueStore
from app.providers.kv.sql import SqlKeyValueStore
from app.providers.payments.port import PaymentProvider
from app.providers.storage.folder import FolderStore
from app.providers.storage.port import ObjectStore, ServedStore
from app.providers.storage.s3 import S3Account, S3Store
from app.providers.video.plugnmeet import PlugNmeetVideo
from app.providers.video.port import VideoProvider


@dataclass(frozen=True, slots=True)
class Providers:
    """The outside services of this process."""

    payments: PaymentProvider
    video: VideoProvider
    email: EmailProvider
    captcha: CaptchaProvider | None
    breaches: BreachDirectory | None
    identities: Mapping[str, IdentityProvider]
    storage: ObjectStore
    served: ServedStore | None
    """The storage again, if it is this server that serves it."""
    edge: EdgeCache | None
    calendars: CalendarSource


def make_providers(settings: Settings, http: httpx.AsyncClient, kv: KeyValueStore, clock: Clock) -> Providers:
    """Real adapters; with no address set they speak to the local twins."""
    from app.providers.payments.stripe import StripePayments  # noqa: PLC0415 - the SDK takes 75 ms to import

    twins = f"{settings.public_url}/sandbox" if settings.has_twins else ""
    storage = make_storage(settings, clock)
    return Providers(
        payments=StripePayments(
            key=settings.stripe_key.get_secret_value(),
            webhook_secret=settings.stripe_webhook_secret.get_secret_value(),
            connect_secret=settings.stripe_connect_webhook_secret.get_secret_value(),
            url=settings.stripe_url or (f"{twins}/stripe" if twins else None),
            http=http,
        ),
        video=PlugNmeetVideo(
            key=settings.plugnmeet_key,
            secret=settings.plugnmeet_secret.get_secret_value(),
            url=settings.plugnmeet_url or f"{twins}/plugnmeet",
            http=http,
        ),
        email=ResendEmail(
            key=settings.resend_key.get_secret_value(),
            webhook_secret=settings.resend_webhook_secret.get_secret_value(),
            url=settings.resend_url or (f"{twins}/resend" if twins else "https://api.resend.com"),
            sender=settings.mail_from,
            http=http,
        ),
        captcha=_make_captcha(settings, http),
        breaches=RangeApi(settings.breach_check_url, http) if settings.breach_check_url else None,
        identities=_make_identities(settings, http, kv, clock),
        storage=storage,
        served=storage if isinstance(storage, FolderStore) else None,
        edge=_make_edge(settings, http),
        calendars=WebCalendars(http, twin=f"{twins}/calendars/" if twins else ""),
    )


def make_storage(settings: Settings, clock: Clock) -> ObjectStore:
    """Where files are kept: in the folder, or in S3 when there is one."""
    if not settings.has_s3:
        secret = settings.secret.get_secret_value()
        return FolderStore(settings.data_dir / "objects", url=settings.folder_url, secret=secret, clock=clock)
    account = S3Account(
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        key_id=settings.s3_key_id,
        key_secret=settings.s3_key_secret.get_secret_value(),
        bucket=settings.s3_bucket,
        public_bucket=settings.s3_public_bucket,
        public_url=settings.s3_public_url,
    )
    return S3Store(account, clock)


def _make_edge(settings: Settings, http: httpx.AsyncClient) -> EdgeCache | None:
    """None where nobody is told what changed: then what the edge keeps only ages."""
    if not settings.has_edge:
        return None
    twin = f"{settings.public_url}/sandbox/cloudflare" if settings.has_twins else CLOUDFLARE
    token = settings.cloudflare_token.get_secret_value()
    return CloudflareEdge(settings.cloudflare_zone_id, token, http, url=settings.cloudflare_url or twin)


def _make_captcha(settings: Settings, http: httpx.AsyncClient) -> CaptchaProvider | None:
    cloudflare = "https://challenges.cloudflare.com/turnstile/v0"
    url = f"{settings.public_url}/sandbox/turnstile" if settings.has_twins else cloudflare
    secret = settings.turnstile_secret.get_secret_value()
    return Turnstile(secret=secret, url=url, hostname=host_of(settings.app_url), http=http) if secret else None


def _make_identities(
    settings: Settings, http: httpx.AsyncClient, kv: KeyValueStore, clock: Clock
) -> dict[str, IdentityProvider]:
    """Those that this installation is registered with."""
    twins = f"{settings.public_url}/sandbox/identity" if settings.has_twins else ""
    found: dict[str, IdentityProvider] = {}
    if settings.has_google:
        ours = _registration(settings, ProviderName.GOOGLE, settings.google_client_id, settings.google_client_secret)
        url = settings.google_url or (f"{twins}/google" if twins else GOOGLE)
        found[ProviderName.GOOGLE] = GoogleIdentity(ours, url, http, kv, clock)
    if settings.has_github:
        ours = _registration(settings, ProviderName.GITHUB, settings.github_client_id, settings.github_client_secret)
        url = settings.github_url or (f"{twins}/github" if twins else GITHUB)
        found[ProviderName.GITHUB] = GitHubIdentity(ours, url, http)
    return found


def _registration(settings: Settings, name: ProviderName, client_id: str, secret: SecretStr) -> Registration:
    """The callback is at our configured address, never at the one that a request names."""
    return Registration(client_id, secret.get_secret_value(), f"{settings.public_url}/api/auth/{name}/callback")


def make_kv(settings: Settings, db: Database) -> KeyValueStore:
    """Where states, codes and counted failures are kept: in the database, or in Redis when there is one."""
    if url := settings.redis_url.get_secret_value():
        from app.providers.kv.redis import RedisKeyValueStore  # noqa: PLC0415 - most installations have none

        return RedisKeyValueStore(url, db.clock)
    return SqlKeyValueStore(db)


def make_limiter(settings: Settings, clock: Clock, kv: KeyValueStore) -> Limiter:
    """What counts requests: in this process, or in Redis when there is one; never in the database."""
    shared = kv if settings.redis_url.get_secret_value() else None
    return Limiter(settings, Buckets(clock, local=MemoryKeyValueStore(clock), shared=shared))


def make_attempts(settings: Settings, clock: Clock, kv: KeyValueStore) -> Attempts:
    """What counts failed log-ins: where a restart does not forget them."""
    buckets = Buckets(clock, local=MemoryKeyValueStore(clock), shared=kv)
    return Attempts(buckets, settings.failed_logins_per_quarter_hour)
