"""Settings: what a service may start with, and one clear line for each reason why not."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.core.config import Settings, SettingsError, load_settings
from tests.support.databases import environment

SECRET = "s" * 32
NAMELESS = "must name its host in ASCII, as browsers do"
PRODUCTION = {
    "PEERLOOP_ENVIRONMENT": "production",
    "PEERLOOP_SECRET": SECRET,
    "PEERLOOP_JWT_PRIVATE_KEY": "a key",
    "PEERLOOP_STRIPE_KEY": "sk_live_1",
    "PEERLOOP_STRIPE_WEBHOOK_SECRET": "whsec_0123456789abcdef",
    "PEERLOOP_STRIPE_CONNECT_WEBHOOK_SECRET": "whsec_fedcba9876543210",
    "PEERLOOP_PLUGNMEET_URL": "https://meet.peerloop.example",
    "PEERLOOP_PLUGNMEET_KEY": "plugnmeet",
    "PEERLOOP_PLUGNMEET_SECRET": "plugnmeet-secret-0123456789",
    "PEERLOOP_RESEND_KEY": "re_1",
    "PEERLOOP_RESEND_WEBHOOK_SECRET": "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cyE=",
    "PEERLOOP_PUBLIC_URL": "https://api.peerloop.example/",
    "PEERLOOP_APP_URL": "https://peerloop.example",
}


def refusal(values: dict[str, str]) -> list[str]:
    with environment(**values), pytest.raises(SettingsError) as caught:
        load_settings()
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("SECRET", "", "must have at least 32 characters"),
        ("SECRET", "s" * 31, "must have at least 32 characters"),
        ("STRIPE_KEY", "sk_live_1", "is a live key, which may only be used in production"),
        ("STRIPE_KEY", "rk_live_1", "is a live key, which may only be used in production"),
        ("PUBLIC_URL", "api.peerloop.example", "must start with http:// or https:// and name a host"),
        ("PUBLIC_URL", "", "must not be empty but an address such as https://api.peerloop.example"),
        ("APP_URL", "", "must not be empty but an address such as https://peerloop.example"),
        ("APP_URL", " ", "must not be empty but an address such as https://peerloop.example"),
        ("HOST", "", "must not be empty but an address to listen on, such as 127.0.0.1"),
        ("DATA_DIR", "", "must not be empty but a folder, such as var"),
        ("MAIL_FROM", "", "must not be empty but a sender, such as PeerLoop <hello@peerloop.example>"),
        ("STRIPE_KEY", "", "must not be empty but a key that Stripe shows, sk_… or rk_…"),
        ("RESEND_KEY", "", "must not be empty but a key that Resend shows, re_…"),
        ("APP_URL", "javascript:alert(1)", "must start with http:// or https:// and name a host"),
        ("APP_URL", "https://", "must start with http:// or https:// and name a host"),
        ("APP_URL", "https://sam@peerloop.example", "must not have a user, a query or a fragment"),
        ("APP_URL", "https://peerloop.example/?", "must not have a user, a query or a fragment"),
        ("APP_URL", "https://peerlööp.example", f"{NAMELESS} (xn--…), or by its IP address"),
        ("APP_URL", "https://127.1", f"{NAMELESS} (xn--…), or by its IP address"),
        ("ALLOWED_ORIGINS", "*", "must start with http:// or https:// and name a host"),
        ("ALLOWED_ORIGINS", "https://a.example, null", "must start with http:// or https:// and name a host"),
        ("ALLOWED_ORIGINS", "a.example", "must start with http:// or https:// and name a host"),
        ("ALLOWED_ORIGINS", "https://*.a.example", f"{NAMELESS} (xn--…), or by its IP address"),
        ("ALLOWED_ORIGINS", "https://a.example/app", "must have no path"),
        ("ALLOWED_ORIGINS", "https://a.example:https", "Port could not be cast to integer value as 'https'"),
        ("DATABASE_URL", "mysql://127.0.0.1/peerloop", "must be empty (SQLite) or start with postgresql://"),
        ("DATABASE_URL_DIRECT", "sqlite:///x", "must be empty (SQLite) or start with postgresql://"),
        ("BREACH_CHECK_URL", "ftp://directory.example", "must start with http:// or https:// and name a host"),
        ("FILES_URL", "https://files.peerloop.example", "must be an address whose path is /files"),
        ("PLUGNMEET_KEY", "", "String should have at least 1 character"),
        ("STRIPE_WEBHOOK_SECRET", "short", "Value should have at least 16 items after validation, not 5"),
        ("STRIPE_CONNECT_WEBHOOK_SECRET", "", "Value should have at least 16 items after validation, not 0"),
        ("RESEND_WEBHOOK_SECRET", "", "must be whsec_ and at least 16 bytes in base64, as Resend shows it"),
        ("RESEND_WEBHOOK_SECRET", "whsec_", "must be whsec_ and at least 16 bytes in base64, as Resend shows it"),
        (
            "RESEND_WEBHOOK_SECRET",
            "whsec_c2hvcnQ=",
            "must be whsec_ and at least 16 bytes in base64, as Resend shows it",
        ),
        ("RESEND_WEBHOOK_SECRET", "x" * 32, "must be whsec_ and at least 16 bytes in base64, as Resend shows it"),
        ("PORT", "65536", "Input should be less than or equal to 65535"),
        ("ENVIRONMENT", "staging", "Input should be 'development', 'test' or 'production'"),
        ("REDIS_URL", "http://127.0.0.1:6379", "must be empty or start with redis://, rediss:// or unix://"),
        ("REQUESTS_PER_MINUTE", "0", "Input should be greater than or equal to 1"),
        ("LOGINS_PER_MINUTE", "0", "Input should be greater than or equal to 1"),
        ("MAILS_PER_HOUR", "1000001", "Input should be less than or equal to 1000000"),
        ("TUNNEL_NETWORKS", "10.0.0.1/8", "10.0.0.1/8 has host bits set"),
        ("BOOKING_BUFFER_MINUTES", "7", "Input should be a multiple of 5"),
    ],
)
def test_a_bad_value_is_refused_in_one_line(name: str, value: str, reason: str) -> None:
    assert refusal({f"PEERLOOP_{name}": value}) == [f"PEERLOOP_{name}: {reason}"]


def test_two_bad_values_are_two_lines() -> None:
    lines = refusal({"PEERLOOP_SECRET": "short", "PEERLOOP_PORT": "no"})
    assert [line.partition(":")[0] for line in lines] == ["PEERLOOP_PORT", "PEERLOOP_SECRET"]


S3 = {
    "PEERLOOP_S3_ENDPOINT": "https://account.r2.cloudflarestorage.com",
    "PEERLOOP_S3_KEY_ID": "id",
    "PEERLOOP_S3_KEY_SECRET": "a secret",
    "PEERLOOP_S3_BUCKET": "private",
    "PEERLOOP_S3_PUBLIC_BUCKET": "public",
    "PEERLOOP_S3_PUBLIC_URL": "https://images.peerloop.example",
}


@pytest.mark.parametrize("name", S3)
def test_s3_needs_all_of_its_settings(name: str) -> None:
    assert refusal(S3 | {name: ""}) == [f"{name}: must be set for S3"]


def test_private_files_are_in_another_bucket_than_public_ones() -> None:
    lines = refusal(S3 | {"PEERLOOP_S3_PUBLIC_BUCKET": "private"})
    assert lines == ["PEERLOOP_S3_PUBLIC_BUCKET: must differ from PEERLOOP_S3_BUCKET, which is private"]


@pytest.mark.parametrize("name", ["PEERLOOP_S3_ENDPOINT", "PEERLOOP_S3_PUBLIC_URL"])
def test_production_speaks_to_s3_by_https(name: str) -> None:
    assert refusal(PRODUCTION | S3 | {name: "http://store.peerloop.example"}) == [f"{name}: must use https"]


def test_a_secret_serves_one_purpose() -> None:
    same = {"PEERLOOP_SECRET": "s" * 40, "PEERLOOP_PLUGNMEET_SECRET": "s" * 40}
    assert refusal(same) == ["PEERLOOP_PLUGNMEET_SECRET: must differ from PEERLOOP_SECRET"]


@pytest.mark.parametrize("value", ["", "secret", "s" * 31])
def test_the_server_does_not_start_with_a_bad_secret(value: str, tmp_path: Path) -> None:
    environment = {"PEERLOOP_SECRET": value, "PEERLOOP_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "app.main"], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "PEERLOOP_SECRET: must have at least 32 characters\n"
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_never_repeats_a_secret() -> None:
    assert "hunter2" not in "".join(
        refusal({"PEERLOOP_SECRET": "hunter2", "PEERLOOP_STRIPE_WEBHOOK_SECRET": "hunter2"})
    )


def test_production_needs_everything_that_matters() -> None:
    lines = refusal({"PEERLOOP_ENVIRONMENT": "production"})
    assert {line.partition(":")[0] for line in lines} == set(PRODUCTION) - {"PEERLOOP_ENVIRONMENT"}


@pytest.mark.parametrize("name", sorted(set(PRODUCTION) - {"PEERLOOP_ENVIRONMENT"}))
def test_each_missing_value_stops_production(name: str) -> None:
    (line,) = refusal({key: value for key, value in PRODUCTION.items() if key != name})
    assert line.startswith(f"{name}: must ")


def test_production_starts_when_all_is_given() -> None:
    with environment(**PRODUCTION):
        settings = load_settings()
    assert not settings.has_twins
    assert settings.general_limit == 100
    assert settings.public_url == "https://api.peerloop.example"


@pytest.mark.parametrize("name", ["GOOGLE", "GITHUB"])
def test_production_offers_a_provider_only_when_it_is_registered_there(name: str) -> None:
    with environment(**PRODUCTION):
        assert not any((load_settings().has_google, load_settings().has_github))
    registered = PRODUCTION | {f"PEERLOOP_{name}_CLIENT_ID": "peerloop.apps.example"}
    assert refusal(registered) == [f"PEERLOOP_{name}_CLIENT_SECRET: must be set"]
    with environment(**registered, **{f"PEERLOOP_{name}_CLIENT_SECRET": "s"}):
        settings = load_settings()
    assert {"GOOGLE": settings.has_google, "GITHUB": settings.has_github}[name]


def test_development_offers_both_providers_unless_told_otherwise() -> None:
    assert (Settings().has_google, Settings().has_github) == (True, True)
    assert not Settings(google_client_id="").has_google


def test_secrets_are_not_printed() -> None:
    assert SECRET not in repr(Settings(secret=SecretStr(SECRET)))


def test_origins_are_the_given_ones_and_our_own() -> None:
    settings = Settings(allowed_origins=" https://a.example,, https://b.example ", app_url="https://app.example/")
    assert settings.origins == {
        "https://a.example",
        "https://b.example",
        "https://app.example",
        "http://127.0.0.1:8000",
        "http://localhost:8000",
    }


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("https://app.example/", "https://app.example"),
        ("HTTPS://App.Example", "https://app.example"),
        ("https://app.example:443", "https://app.example"),
        ("http://app.example:80/", "http://app.example"),
        ("https://app.example:8443", "https://app.example:8443"),
        ("http://app.example:443", "http://app.example:443"),
        ("http://[::0001]:80", "http://[::1]"),
        ("http://10.0.0.7:3000", "http://10.0.0.7:3000"),
    ],
)
def test_origins_are_what_browsers_send(given: str, sent: str) -> None:
    assert sent in Settings(allowed_origins=f"https://a.example,{given}").origins
    settings = Settings(app_url=given)
    assert sent in settings.origins
    assert settings.app_url == sent


def test_an_address_keeps_its_path_as_it_is() -> None:
    assert Settings(app_url=" HTTPS://App.Example:443/Welcome/@sam/ ").app_url == "https://app.example/Welcome/@sam"


@pytest.mark.parametrize(
    ("environ", "given", "limit"),
    [("test", "", 100), ("development", "", 6000), ("development", "100", 100), ("test", "7", 7)],
)
def test_the_general_limit_is_wider_where_one_machine_plays_everybody(environ: str, given: str, limit: int) -> None:
    with environment(PEERLOOP_ENVIRONMENT=environ, PEERLOOP_REQUESTS_PER_MINUTE=given):
        assert load_settings().general_limit == limit


def test_lives_are_durations() -> None:
    settings = Settings(access_token_minutes=5, refresh_token_days=2, checkout_expires_minutes=45)
    assert settings.access_token_life == timedelta(minutes=5)
    assert settings.refresh_token_life == timedelta(days=2)
    assert settings.checkout_life == timedelta(minutes=45)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"TURNSTILE_SECRET": "0x4AAA"}, "PEERLOOP_TURNSTILE_SITE_KEY: must be set where PEERLOOP_TURNSTILE_SECRET is"),
        (
            {"TURNSTILE_SECRET": "1x0000000000000000000000000000000AA", "TURNSTILE_SITE_KEY": "0x4AAA"},
            "PEERLOOP_TURNSTILE_SECRET: is one for tests",
        ),
    ],
)
def test_production_wants_a_whole_and_real_captcha(values: dict[str, str], reason: str) -> None:
    assert refusal(PRODUCTION | {f"PEERLOOP_{name}": value for name, value in values.items()}) == [reason]
