"""GitHub's token endpoint and the two questions about a person, with GitHub's way of refusing: 200 and an `error`."""

import json
import secrets
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.sandbox.books import Books, Record
from app.sandbox.identity.codes import Codes

_TOKENS = "identity.github.token"


class GitHubTwin:
    """The API lies below /api/v3, as on a GitHub Enterprise Server."""

    def __init__(self, codes: Codes, books: Books, issuer: str) -> None:
        self._codes = codes
        self._books = books
        self.issuer = issuer

    def routes(self) -> list[Route]:
        return [
            Route("/login/oauth/access_token", self._token, methods=["POST"]),
            Route("/api/v3/user", self._user, methods=["GET"]),
            Route("/api/v3/user/emails", self._emails, methods=["GET"]),
        ]

    async def _token(self, request: Request) -> Response:
        given = _read(request.headers.get("content-type", ""), await request.body())
        answer = self._redeem(given)
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse(answer)
        return Response(urlencode(answer), media_type="application/x-www-form-urlencoded")

    def _redeem(self, given: Record) -> Record:
        if not self._codes.is_client(given.get("client_id", ""), given.get("client_secret", "")):
            return _error("incorrect_client_credentials")
        if given.get("redirect_uri", self._codes.client.redirect_uri) != self._codes.client.redirect_uri:
            return _error("redirect_uri_mismatch")
        granted = self._codes.redeem(
            given.get("code", ""), self._codes.client.redirect_uri, given.get("code_verifier", "")
        )
        if granted is None:
            return _error("bad_verification_code")
        token = f"gho_{secrets.token_hex(18)}"
        self._books.put(_TOKENS, token, granted["person"])
        return {"access_token": token, "scope": "read:user,user:email", "token_type": "bearer"}

    async def _user(self, request: Request) -> Response:
        person = self._person(request)
        if person is None:
            return _bad_credentials()
        login = person["email"].partition("@")[0].replace(".", "-")
        return JSONResponse({"id": int(person["number"]), "login": login, "name": person["name"] or None})

    async def _emails(self, request: Request) -> Response:
        person = self._person(request)
        if person is None:
            return _bad_credentials()
        main = {"email": person["email"], "primary": True, "verified": person["is_verified"], "visibility": "private"}
        other = f"{person['number']}@users.noreply.github.example"
        return JSONResponse([{"email": other, "primary": False, "verified": True, "visibility": None}, main])

    def _person(self, request: Request) -> Record | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return self._books.get(_TOKENS, token) if scheme.lower() in {"bearer", "token"} else None


def _read(content_type: str, body: bytes) -> Record:
    """GitHub takes forms and JSON."""
    if not content_type.startswith("application/json"):
        return dict(parse_qsl(body.decode()))
    found = json.loads(body)
    return found if isinstance(found, dict) else {}


def _error(name: str) -> Record:
    return {
        "error": name,
        "error_description": "Refused by the twin.",
        "error_uri": "https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps",
    }


def _bad_credentials() -> Response:
    return JSONResponse({"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest"}, 401)
