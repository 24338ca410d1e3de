"""Google's token endpoint and keys. The ID tokens have the claims and the lives of Google's."""

import base64
import json
from typing import Any

from jose import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.core.clock import Clock
from app.sandbox.books import Record
from app.sandbox.identity.codes import Codes
from app.sandbox.identity.keys import Keys

_LIFE_S = 3600


class GoogleTwin:
    def __init__(self, codes: Codes, keys: Keys, clock: Clock, issuer: str) -> None:
        self._codes = codes
        self._keys = keys
        self._clock = clock
        self._issuer = issuer

    def routes(self) -> list[Route]:
        return [
            Route("/token", self._token, methods=["POST"]),
            Route("/jwks", self._jwks, methods=["GET"]),
            Route("/rotate-key", self._rotate, methods=["POST"]),
        ]

    async def _token(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        if not self._codes.is_client(form.get("client_id", ""), form.get("client_secret", "")):
            return _refused("invalid_client", 401)
        if form.get("grant_type") != "authorization_code":
            return _refused("unsupported_grant_type", 400)
        granted = self._codes.redeem(*(form.get(name, "") for name in ("code", "redirect_uri", "code_verifier")))
        if granted is None:
            return _refused("invalid_grant", 400)
        body = {"access_token": "ya29.twin", "expires_in": _LIFE_S, "token_type": "Bearer", "scope": "openid"}
        return JSONResponse(body | {"id_token": self._id_token(granted)}, headers={"Cache-Control": "no-store"})

    async def _jwks(self, _request: Request) -> Response:
        return JSONResponse(self._keys.jwks(), headers={"Cache-Control": "public, max-age=3600"})

    async def _rotate(self, _request: Request) -> Response:
        self._keys.rotate()
        return Response(status_code=204)

    def _id_token(self, granted: Record) -> str:
        person, key = granted["person"], self._keys.current()
        claims = self._claims(granted) | self._spoiled(person["fault"])
        if person["fault"] == "unsigned":
            return f"{_part({'alg': 'none', 'kid': key.kid, 'typ': 'JWT'})}.{_part(claims)}."
        kid = "0" * 40 if person["fault"] == "unknown key" else key.kid
        return str(jwt.encode(claims, key.pem, algorithm="RS256", headers={"kid": kid}))

    def _claims(self, granted: Record) -> dict[str, Any]:
        now, person, client_id = int(self._clock.now().timestamp()), granted["person"], self._codes.client.client_id
        claims = {
            "iss": self._issuer,
            "azp": client_id,
            "aud": client_id,
            "sub": person["number"],
            "email": person["email"],
            "email_verified": person["is_verified"],
            "name": person["name"],
            "at_hash": "HK6E_P6Dh8Y93mRNtsDB1Q",
            "iat": now,
            "exp": now + _LIFE_S,
        }
        return claims | ({"nonce": granted["nonce"]} if granted["nonce"] else {})

    def _spoiled(self, fault: str) -> dict[str, Any]:
        now = int(self._clock.now().timestamp())
        changes: dict[str, dict[str, Any]] = {
            "wrong nonce": {"nonce": "another"},
            "wrong audience": {"aud": "another-client"},
            "other issuer": {"iss": "https://accounts.example"},
            "expired": {"iat": now - 2 * _LIFE_S, "exp": now - _LIFE_S},
        }
        return changes.get(fault, {})


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _refused(error: str, status: int) -> Response:
    return JSONResponse({"error": error, "error_description": "Refused by the twin."}, status)
