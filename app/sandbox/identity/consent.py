"""The page of a provider where a person says who they are and agrees."""

import hashlib
from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.sandbox.books import Record
from app.sandbox.demo.cast import CAST
from app.sandbox.identity.codes import Codes
from app.sandbox.pages import LEADS_ANYWHERE, render

FAULTS = ("", "wrong nonce", "wrong audience", "other issuer", "expired", "unsigned", "unknown key")
"""What can be made wrong about an ID token, to see it refused."""

_ASKED = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
)


class Consent:
    """Checks the authorization request as RFC 6749, 4.1.2.1 says: what is wrong with the client or the address is
    shown here, everything else is sent back."""

    def __init__(self, codes: Codes, provider: str, action: str, issuer: str) -> None:
        self._codes = codes
        self._provider = provider
        self._action = action
        self._issuer = issuer

    def routes(self, path: str) -> list[Route]:
        return [Route(path, self._show, methods=["GET"]), Route(path, self._choose, methods=["POST"])]

    async def _show(self, request: Request) -> Response:
        asked = _asked(request.query_params)
        return self._refusal(asked) or render(
            "identity.html",
            headers=LEADS_ANYWHERE,
            provider=self._provider,
            action=self._action,
            asked=asked,
            people=CAST,
            faults=FAULTS if self._provider == "Google" else (),
        )

    async def _choose(self, request: Request) -> Response:
        form = await request.form()
        asked = _asked({name: value for name, value in form.items() if isinstance(value, str)})
        refusal = self._refusal(asked)
        if refusal is not None:
            return refusal
        if form.get("decision") == "cancel":
            return self._back(asked, error="access_denied")
        return self._back(asked, code=self._codes.issue(asked, _person(form)), scope=asked.get("scope", ""))

    def _refusal(self, asked: Mapping[str, str]) -> Response | None:
        client = self._codes.client
        if asked.get("client_id") != client.client_id or asked.get("redirect_uri") != client.redirect_uri:
            message = "The client or its address is not registered here."
            return render("refused.html", status=400, twin=self._provider, message=message)
        if asked.get("response_type") != "code":
            return self._back(asked, error="unsupported_response_type")
        if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
            return self._back(asked, error="invalid_request")
        return None

    def _back(self, asked: Mapping[str, str], **answer: str) -> Response:
        state = {"state": asked["state"]} if "state" in asked else {}
        query = urlencode(answer | state | {"iss": self._issuer})
        return RedirectResponse(f"{self._codes.client.redirect_uri}?{query}", 303)


def _asked(given: Mapping[str, str]) -> dict[str, str]:
    return {name: given[name] for name in _ASKED if name in given}


def _person(form: FormData) -> Record:
    """Who the form says. The account number follows from the address, unless one is given."""

    def text(name: str) -> str:
        value = form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    email = text("email") or text("member")
    name = next((each.name for each in CAST if each.email == email), "")
    return {
        "number": text("number") or str(int(hashlib.sha256(email.encode()).hexdigest()[:12], 16)),
        "email": email,
        "is_verified": text("is_verified") == "yes",
        "name": text("name") or name,
        "fault": text("fault"),
    }
