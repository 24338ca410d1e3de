"""What the service wants of a captcha."""

from typing import Protocol


class CaptchaProvider(Protocol):
    """Checks the token that a widget in the browser gave."""

    async def passes(self, token: str, *, address: str, action: str) -> bool:
        """Whether the token is fresh, unused, and was given on our page for this action to somebody at this address.
        Raises `ProviderUnavailable`."""
        ...
