"""The verifier of ID tokens against forgeries."""

from datetime import timedelta

import pytest

from app.core.errors import ProviderRejected
from app.providers.identity.id_tokens import Expected, key_id, verify
from app.sandbox.books import Books
from app.sandbox.identity.keys import Keys, new_key
from tests.providers.identity.workshop import Workshop, recipes
from tests.sandbox.doubles import NOW

ISSUER, CLIENT, NONCE = "https://accounts.google.com", "peerloop.apps.example", "n" * 43
EXPECTED = Expected(frozenset({ISSUER, "accounts.google.com"}), CLIENT, NONCE)
AT = int(NOW.timestamp())

_KEYS = Keys(Books(None))
_KEY = _KEYS.current()
_JWK = _KEYS.jwks()["keys"][0]
SHOP = Workshop(
    key=_KEY,
    stranger=new_key(),
    header={"alg": "RS256", "kid": _KEY.kid, "typ": "JWT"},
    claims={
        "iss": ISSUER,
        "azp": CLIENT,
        "aud": CLIENT,
        "sub": "110169484474386276334",
        "email": "sam.sample@peerloop.example",
        "email_verified": True,
        "at_hash": "HK6E_P6Dh8Y93mRNtsDB1Q",
        "nonce": NONCE,
        "iat": AT,
        "exp": AT + 3600,
    },
)
RECIPES = recipes(SHOP, _JWK, NOW)


def check(token: str) -> str:
    """As the adapter does it: the key that the token names, if the provider has it. Answers the subject."""
    known = {_KEY.kid: {name: _JWK[name] for name in ("kty", "n", "e", "alg")}}
    kid = key_id(token)
    if kid not in known:
        raise ProviderRejected
    subject: str = verify(token, known[kid], EXPECTED, NOW)["sub"]
    return subject


def test_a_genuine_token_is_taken() -> None:
    assert check(SHOP.good()) == "110169484474386276334"


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "accounts.google.com"},
        {"aud": [CLIENT]},
        {"sub": "a" * 255},
        {"iat": AT + 30},
        {"iat": AT - 3629, "exp": AT - 29},
        {"hd": "peerloop.example", "locale": "de"},
    ],
)
def test_what_the_standard_allows_is_taken(change: dict[str, object]) -> None:
    assert check(SHOP.with_claims(**change))
    assert check(SHOP.without_claim("azp"))


@pytest.mark.parametrize("name", RECIPES)
def test_a_forgery_is_refused(name: str) -> None:
    with pytest.raises(ProviderRejected):
        check(RECIPES[name])


def test_a_token_dies_with_its_time() -> None:
    key = {name: _JWK[name] for name in ("kty", "n", "e", "alg")}
    last = NOW + timedelta(hours=1, seconds=29)
    assert verify(SHOP.good(), key, EXPECTED, last)
    with pytest.raises(ProviderRejected):
        verify(SHOP.good(), key, EXPECTED, last + timedelta(seconds=1))
