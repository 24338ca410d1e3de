"""With which settings production does not start: those of the twins, and what anybody could read on the way."""

from typing import TYPE_CHECKING

from pydantic import SecretStr

if TYPE_CHECKING:
    from app.core.config import Settings


DEVELOPMENT_SECRET = "development-only-secret-development-only"  # noqa: S105 - refused below


def reasons_against(settings: "Settings") -> list[str]:
    """A line for each value that must be another one."""

    def is_twin(value: SecretStr) -> bool:
        return "twin" in value.get_secret_value()

    def is_unset(value: SecretStr) -> bool:
        return not value.get_secret_value() or is_twin(value)

    checks = {
        "PEERLOOP_SECRET: must be set": settings.secret.get_secret_value() == DEVELOPMENT_SECRET,
        "PEERLOOP_JWT_PRIVATE_KEY: must be set": not settings.jwt_private_key.get_secret_value(),
        "PEERLOOP_STRIPE_KEY: must be a live key": not settings.has_live_stripe_key,
        "PEERLOOP_STRIPE_WEBHOOK_SECRET: must be set": is_twin(settings.stripe_webhook_secret),
        "PEERLOOP_STRIPE_CONNECT_WEBHOOK_SECRET: must be set": is_twin(settings.stripe_connect_webhook_secret),
        "PEERLOOP_PLUGNMEET_URL: must be set": not settings.plugnmeet_url,
        "PEERLOOP_PLUGNMEET_SECRET: must be set": is_twin(settings.plugnmeet_secret),
        "PEERLOOP_PLUGNMEET_KEY: must be set": "twin" in settings.plugnmeet_key,
        "PEERLOOP_RESEND_KEY: must be set": is_twin(settings.resend_key),
        "PEERLOOP_TURNSTILE_SECRET: is one for tests": settings.turnstile_secret.get_secret_value()[1:4] == "x00",
        "PEERLOOP_TURNSTILE_SITE_KEY: must be set where PEERLOOP_TURNSTILE_SECRET is": bool(
            settings.turnstile_secret.get_secret_value() and not settings.turnstile_site_key
        ),
        "PEERLOOP_RESEND_WEBHOOK_SECRET: must be set": is_twin(settings.resend_webhook_secret),
        "PEERLOOP_GOOGLE_CLIENT_SECRET: must be set": settings.has_google and is_unset(settings.google_client_secret),
        "PEERLOOP_GITHUB_CLIENT_SECRET: must be set": settings.has_github and is_unset(settings.github_client_secret),
        "PEERLOOP_CLOUDFLARE_TOKEN: must be set": settings.has_edge and is_unset(settings.cloudflare_token),
        "PEERLOOP_PUBLIC_URL: must use https": not settings.public_url.startswith("https://"),
        "PEERLOOP_APP_URL: must use https": not settings.app_url.startswith("https://"),
        "PEERLOOP_FILES_URL: must use https": settings.files_url.startswith("http://"),
        "PEERLOOP_S3_ENDPOINT: must use https": settings.s3_endpoint.startswith("http://"),
        "PEERLOOP_S3_PUBLIC_URL: must use https": settings.s3_public_url.startswith("http://"),
    }
    return [reason for reason, is_wrong in checks.items() if is_wrong]
