"""Refusals of the oauth domain."""

from enum import StrEnum

from app.core.errors import NotFound


class ProviderNotConfigured(NotFound):
    """There is no such provider, or this installation is not registered there."""

    code = "provider_not_configured"
    title = "One cannot sign in with this provider here."
    hint = "Log in with the password, or with another provider."


class IdentityNotLinked(NotFound):
    """The caller has linked no account of this provider."""

    code = "identity_not_linked"
    title = "No account of this provider is linked."


class SignInError(StrEnum):
    """What `error` can be when the browser comes back to the app: this set and nothing else, whatever happened."""

    STATE_INVALID = "state_invalid"  # unknown, used, expired, of another provider, or begun in another browser
    CANCELLED = "cancelled"
    PROVIDER_REFUSED = "provider_refused"
    TRY_AGAIN = "try_again"
    EMAIL_UNVERIFIED = "email_unverified"
    ACCOUNT_EXISTS = "account_exists"
    ACCOUNT_SUSPENDED = "account_suspended"
    INVITATION_NEEDED = "invitation_needed"
    IDENTITY_TAKEN = "identity_taken"
    ALREADY_LINKED = "already_linked"
    NOT_LOGGED_IN = "not_logged_in"


class SignInRefused(Exception):
    """A sign-in or a linking that ends on the app's page instead of with a problem: a browser is waiting."""

    def __init__(self, error: SignInError) -> None:
        super().__init__(error)
        self.error = error
