"""Settings come from the environment (prefix `PEERLOOP_`) and are checked before anything starts.

`load_settings` refuses with one clear line for each bad or missing value. In development every value has a default
that points at the local twins; in production what matters must be given.
"""

import re
from datetime import timedelta
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.core.addresses import Network, by_name, host_of, http_address, http_origin, networks_in, origin_of
from app.core.production import DEVELOPMENT_SECRET, reasons_against

_MOST_HITS = 1_000_000
FILES_PATH = "/files"
"""Where the server serves files from the folder."""
Environment = Literal["development", "test", "production"]

_NEVER_EMPTY = {
    "public_url": "an address such as https://api.peerloop.example",
    "app_url": "an address such as https://peerloop.example",
    "host": "an address to listen on, such as 127.0.0.1",
    "data_dir": "a folder, such as var",
    "mail_from": "a sender, such as PeerLoop <hello@peerloop.example>",
    "stripe_key": "a key that Stripe shows, sk_… or rk_…",
    "resend_key": "a key that Resend shows, re_…",
}
"""Without which something would fail later, at the first checkout or mail. What may be empty says what that means."""

_SVIX_SECRET = re.compile(r"whsec_(?=.{22})(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


class SettingsError(Exception):
    """The environment does not describe a service that may start. The text has one line for each reason."""


class Settings(BaseSettings):
    """Everything that differs between two installations of the same image."""

    model_config = SettingsConfigDict(env_prefix="PEERLOOP_", extra="ignore", frozen=True)

    environment: Environment = "development"
    public_url: str = Field("http://127.0.0.1:8000", description="Where clients reach this API, without a slash.")
    app_url: str = Field(
        "http://127.0.0.1:8000/sandbox/app", description="Where the SPA lives: links in mails, return pages."
    )
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    tunnel_networks: str = Field(
        "127.0.0.0/8,::1/128", description="Where the tunnel connects from; only there CF-Connecting-IP is believed."
    )
    data_dir: Path = Field(Path("var"), description="Database file, files, development clock and twin books.")
    database_url: str = Field("", description="Empty: SQLite in data_dir. Else postgresql://… (may be a pooler).")
    database_url_direct: str = Field(
        "", description="Postgres without a pooler, for migrations and lookups. Empty: same, and no pooler."
    )
    database_pool_size: int = Field(10, ge=1, le=50)
    redis_url: SecretStr = Field(
        SecretStr(""), description="Empty: states in the database, limits in the process. Else redis:// or rediss://…"
    )

    files_url: str = Field(
        "",
        description="Where this server serves files, ending in /files; best on a host of its own. Empty: its own /files.",
    )
    s3_endpoint: str = Field(
        "",
        description="Empty: files in data_dir. Else the S3 API of R2 or another store; then the next five are needed.",
    )
    s3_key_id: str = ""
    s3_key_secret: SecretStr = SecretStr("")
    s3_bucket: str = Field("", description="For private files.")
    s3_public_bucket: str = Field("", description="For images that everybody may see.")
    s3_public_url: str = Field("", description="Where everybody reads the public bucket: its custom domain.")
    s3_region: str = Field("auto", min_length=1)

    public_cache_seconds: int = Field(
        2, ge=0, le=60, description="How long a process keeps public answers as bytes. 0: not at all."
    )
    cloudflare_zone_id: str = Field("twin-zone", description="Empty, or the twin's in production: no purging.")
    cloudflare_token: SecretStr = Field(SecretStr("twin-cloudflare-token"))
    cloudflare_url: str = Field("", description="Empty: the twin in development, Cloudflare in production.")
    cloudflare_purges_per_minute: int = Field(5, ge=1, le=3000, description="What the plan allows; 5 on the free one.")

    requests_per_minute: int | None = Field(
        None, ge=1, le=_MOST_HITS, description="Of one client address. Empty: 100, in development 6000."
    )
    logins_per_minute: int = Field(10, ge=1, le=_MOST_HITS)
    signups_per_minute: int = Field(5, ge=1, le=_MOST_HITS)
    mails_per_hour: int = Field(3, ge=1, le=_MOST_HITS)
    uploads_per_minute: int = Field(30, ge=1, le=_MOST_HITS)
    holds_per_minute: int = Field(10, ge=1, le=_MOST_HITS)
    failed_logins_per_quarter_hour: int = Field(5, ge=1, le=_MOST_HITS)

    secret: SecretStr = Field(
        SecretStr(DEVELOPMENT_SECRET), description="At least 32 characters; keys of mailed links and cursors."
    )
    jwt_private_key: SecretStr = Field(SecretStr(""), description="PEM of a P-256 key. Development makes its own.")
    jwt_previous_public_keys: str = Field("", description="PEMs of retired keys still accepted, one after another.")
    access_token_minutes: int = Field(15, ge=1, le=60)
    refresh_token_days: int = Field(7, ge=1, le=30)
    allowed_origins: str = Field("", description="Comma-separated origins of the SPA that may use the cookie.")

    stripe_key: SecretStr = Field(SecretStr("sk_test_twin"))
    stripe_webhook_secret: SecretStr = Field(SecretStr("whsec_twin_platform_secret_0123456789"), min_length=16)
    stripe_connect_webhook_secret: SecretStr = Field(
        SecretStr("whsec_twin_connected_secret_0123456789"),
        min_length=16,
        description="Of the endpoint for events of connected accounts.",
    )
    stripe_url: str = Field("", description="Empty: the local twin in development, Stripe in production.")
    plugnmeet_url: str = Field("", description="Empty: the local twin. In production your server's address.")
    plugnmeet_key: str = Field("twin-plugnmeet", min_length=1)
    plugnmeet_secret: SecretStr = Field(SecretStr("twin-plugnmeet-secret-0123456789abcdef"), min_length=16)
    resend_url: str = ""
    resend_key: SecretStr = Field(SecretStr("re_twin"))
    resend_webhook_secret: SecretStr = Field(SecretStr("whsec_twinResendWebhookSecret012345678"))
    google_client_id: str = Field("twin-google", description="Empty, or the twin's in production: off.")
    google_client_secret: SecretStr = Field(SecretStr("twin-google-secret"))
    google_url: str = Field("", description="Empty: the twin in development, Google in production.")
    github_client_id: str = Field("twin-github", description="Empty, or the twin's in production: off.")
    github_client_secret: SecretStr = Field(SecretStr("twin-github-secret"))
    github_url: str = Field("", description="Empty: the twin in development, GitHub in production.")
    mail_from: str = "PeerLoop <hello@peerloop.example>"

    invitation_only: bool = Field(False, description="Whether only invited people may sign up.")
    turnstile_secret: SecretStr = Field(SecretStr(""), description="Empty: sign-up without a captcha.")
    turnstile_site_key: str = Field("", description="What the SPA shows the captcha with; public.")
    breach_check_url: str = Field("", description="Empty: off. Else such as https://api.pwnedpasswords.com.")

    files_mib: int = Field(1024, ge=1, description="Room for the files of one member, in MiB.")
    maker_files_mib: int = Field(20_480, ge=1, description="The same of somebody who creates or teaches courses.")

    booking_horizon_days: int = Field(28, ge=1, le=365)
    booking_notice_minutes: int = Field(120, ge=0, le=10080)
    booking_buffer_minutes: int = Field(15, ge=0, le=60, multiple_of=5)
    session_hold_minutes: int = Field(
        15, ge=5, le=60, description="How long a time is kept for somebody who pays; once as long again at checkout."
    )
    join_opens_minutes: int = Field(15, ge=0, le=120)
    join_grace_minutes: int = Field(15, ge=0, le=120)
    recording_retention_days: int | None = Field(
        None, ge=1, le=3650, description="How long recordings of sessions are kept. Empty: for ever."
    )
    late_cancel_hours: int = Field(24, ge=0, le=168)
    most_reschedules: int = Field(2, ge=0, le=20)
    checkout_expires_minutes: int = Field(
        30, ge=30, le=1435, description="Stripe allows 30 minutes to 24 hours; 5 minutes are kept for retries."
    )
    payout_minimum_cents: int = Field(5000, ge=1, le=100_000_000, description="The least that is paid out at once.")
    payout_daily_cap_cents: int = Field(
        1_000_000, ge=1, le=1_000_000_000, description="The most that is approved on one day (UTC), of all people."
    )

    @field_validator(*_NEVER_EMPTY, mode="before")
    @classmethod
    def _is_given(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, str) and not value.strip():
            raise ValueError(f"must not be empty but {_NEVER_EMPTY[str(info.field_name)]}")
        return value

    @field_validator(
        "public_url",
        "app_url",
        "files_url",
        "s3_endpoint",
        "s3_public_url",
        "stripe_url",
        "plugnmeet_url",
        "resend_url",
        "google_url",
        "github_url",
        "cloudflare_url",
        "breach_check_url",
    )
    @classmethod
    def _is_bare_http_address(cls, value: str) -> str:
        return value and http_address(value)

    @field_validator("allowed_origins")
    @classmethod
    def _are_origins(cls, value: str) -> str:
        """As browsers name them, for they are compared with what browsers send. `*` and `null` are none: either would
        let pages that are not ours send our users' cookies and read the answers."""
        return ",".join(http_origin(item) for item in value.split(",") if item.strip())

    @field_validator("files_url")
    @classmethod
    def _leads_to_our_route(cls, value: str) -> str:
        if value and urlsplit(value).path != FILES_PATH:
            raise ValueError(f"must be an address whose path is {FILES_PATH}")
        return value

    @field_validator("database_url", "database_url_direct")
    @classmethod
    def _is_postgres(cls, value: str) -> str:
        if value and not value.startswith(("postgresql://", "postgres://")):
            raise ValueError("must be empty (SQLite) or start with postgresql://")
        return value

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, value: SecretStr) -> SecretStr:
        if (url := value.get_secret_value()) and not url.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must be empty or start with redis://, rediss:// or unix://")
        return value

    @field_validator("requests_per_minute", "recording_retention_days", mode="before")
    @classmethod
    def _is_left_open(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("tunnel_networks")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        networks_in(value)
        return value

    @field_validator("secret")
    @classmethod
    def _is_long_enough(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < 32:  # noqa: PLR2004 - 256 bits
            raise ValueError("must have at least 32 characters")
        return value

    @field_validator("resend_webhook_secret")
    @classmethod
    def _is_svix_secret(cls, value: SecretStr) -> SecretStr:
        if not _SVIX_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("must be whsec_ and at least 16 bytes in base64, as Resend shows it")
        return value

    @model_validator(mode="after")
    def _has_a_secret_for_each_purpose(self) -> Self:
        """Whoever learns one of them, a provider for one, must not be able to make what another protects."""
        names = (
            "secret",
            "stripe_key",
            "stripe_webhook_secret",
            "stripe_connect_webhook_secret",
            "plugnmeet_secret",
            "resend_key",
        )
        shared = [pair for pair in combinations(names, 2) if getattr(self, pair[0]) == getattr(self, pair[1])]
        if shared:
            raise ValueError(
                "\n".join(f"PEERLOOP_{b.upper()}: must differ from PEERLOOP_{a.upper()}" for a, b in shared)
            )
        return self

    @model_validator(mode="after")
    def _has_all_of_s3_or_none(self) -> Self:
        needed = ("s3_endpoint", "s3_key_id", "s3_key_secret", "s3_bucket", "s3_public_bucket", "s3_public_url")
        missing = [name for name in needed if getattr(self, name) in {"", SecretStr("")}]
        if missing and len(missing) < len(needed):
            raise ValueError("\n".join(f"PEERLOOP_{name.upper()}: must be set for S3" for name in missing))
        if self.has_s3 and self.s3_bucket == self.s3_public_bucket:
            raise ValueError("PEERLOOP_S3_PUBLIC_BUCKET: must differ from PEERLOOP_S3_BUCKET, which is private")
        return self

    @model_validator(mode="after")
    def _is_fit_for_production(self) -> Self:
        if self.environment == "production":
            if reasons := reasons_against(self):
                raise ValueError("\n".join(reasons))
        elif self.has_live_stripe_key:
            raise ValueError("PEERLOOP_STRIPE_KEY: is a live key, which may only be used in production")
        return self

    @property
    def has_live_stripe_key(self) -> bool:
        """Whether real money would move."""
        return self.stripe_key.get_secret_value().startswith(("sk_live", "rk_live"))

    @property
    def has_twins(self) -> bool:
        """Whether the local twins are mounted: everywhere but in production."""
        return self.environment != "production"

    @property
    def has_google(self) -> bool:
        """Whether one can sign in with Google."""
        return self._is_registered(self.google_client_id)

    @property
    def has_github(self) -> bool:
        """Whether one can sign in with GitHub."""
        return self._is_registered(self.github_client_id)

    @property
    def has_edge(self) -> bool:
        """Whether there is an edge that is told what changed."""
        return self._is_registered(self.cloudflare_zone_id)

    def _is_registered(self, our_id: str) -> bool:
        """With a service that some installations do without."""
        return bool(our_id) and (self.has_twins or "twin" not in our_id)

    @property
    def origins(self) -> frozenset[str]:
        """Origins whose pages may use the auth cookie."""
        given = {origin_of(self.public_url), origin_of(self.app_url)} | set(
            filter(None, self.allowed_origins.split(","))
        )
        return frozenset(given | set(map(by_name, given)) if self.has_twins else given)

    @property
    def has_s3(self) -> bool:
        """Whether files are kept in an object store, and not in the folder."""
        return bool(self.s3_endpoint)

    @property
    def folder_url(self) -> str:
        """Where clients reach the files that this server keeps in its folder."""
        return self.files_url or self.public_url + FILES_PATH

    @property
    def passkey_host(self) -> str:
        """The host that passkeys are made for: the SPA's."""
        return host_of(by_name(self.app_url) if self.has_twins else self.app_url)

    @property
    def general_limit(self) -> int:
        """Requests of one client address in a minute. In development one machine plays all clients."""
        return self.requests_per_minute or (6000 if self.environment == "development" else 100)

    @cached_property
    def tunnel(self) -> tuple[Network, ...]:
        """The networks whose connections are the tunnel's."""
        return networks_in(self.tunnel_networks)

    @property
    def public_cache_age(self) -> timedelta:
        return timedelta(seconds=self.public_cache_seconds)

    @property
    def access_token_life(self) -> timedelta:
        return timedelta(minutes=self.access_token_minutes)

    @property
    def session_hold_life(self) -> timedelta:
        return timedelta(minutes=self.session_hold_minutes)

    @property
    def recording_retention(self) -> timedelta | None:
        """How long recordings are kept; None for ever."""
        days = self.recording_retention_days
        return None if days is None else timedelta(days=days)

    @property
    def checkout_life(self) -> timedelta:
        return timedelta(minutes=self.checkout_expires_minutes)

    @property
    def refresh_token_life(self) -> timedelta:
        return timedelta(days=self.refresh_token_days)


def load_settings() -> Settings:
    """Read the environment. Raises `SettingsError` with one line for each value that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_line(item["loc"], item["msg"]) for item in error.errors())) from None


def _line(location: tuple[int | str, ...], message: str) -> str:
    text = message.removeprefix("Value error, ")
    return f"PEERLOOP_{str(location[0]).upper()}: {text}" if location else text
