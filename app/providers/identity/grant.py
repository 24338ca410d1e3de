"""The authorization code grant with PKCE (RFC 6749, 4.1; RFC 7636), as both providers speak it."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import httpx
from pydantic import TypeAdapter, ValidationError

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.providers.calls import KEY_REFUSED, TIMEOUT, bounded_call

_OURS: Final = frozenset({"invalid_client", "incorrect_client_credentials", "unauthorized_client"})
"""Errors that an operator must repair: our id or secret is wrong, or being changed."""

_Object = TypeAdapter(dict[str, Any])


@dataclass(frozen=True, slots=True)
class Registration:
    """What the provider knows this service by."""

    client_id: str
    client_secret: str
    redirect_uri: str


class CodeGrant:
    """The two endpoints of the grant. The caller owns `http`."""

    def __init__(self, ours: Registration, *, authorize_url: str, token_url: str, http: httpx.AsyncClient) -> None:
        self._ours = ours
        self._authorize_url = authorize_url
        self._token_url = token_url
        self._http = http

    def address(self, *, scope: str, state: str, code_challenge: str, **more: str) -> str:
        """The authorization request."""
        parameters = {
            "response_type": "code",
            "client_id": self._ours.client_id,
            "redirect_uri": self._ours.redirect_uri,
            "scope": scope,
            "state": state,
            "code_challenge": code_challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._authorize_url}?{urlencode(parameters | more)}"

    async def redeem(self, code: str, code_verifier: str) -> dict[str, Any]:
        """The token response. Raises `ProviderUnavailable`, `ProviderRejected`."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._ours.redirect_uri,
            "client_id": self._ours.client_id,
            "client_secret": self._ours.client_secret,
            "code_verifier": code_verifier,
        }
        async with bounded_call():
            response = await self._http.post(
                self._token_url, data=form, headers={"Accept": "application/json"}, timeout=TIMEOUT
            )
        found = json_object(response)
        error = found.get("error")
        if error in _OURS:
            raise ProviderUnavailable
        if error is not None or not response.is_success:
            raise ProviderRejected
        return found


def json_object(response: httpx.Response) -> dict[str, Any]:
    """The body. Raises `ProviderUnavailable` when the service is ill, `ProviderRejected` for what is no object."""
    if response.is_server_error or response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise ProviderUnavailable
    try:
        return _Object.validate_json(response.content)
    except ValidationError as error:
        fault = ProviderUnavailable if response.status_code in KEY_REFUSED else ProviderRejected
        raise fault from error
