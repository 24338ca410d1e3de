"""Access tokens: only what this service issued, in exactly its own words, for as long as it said."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jose import jwt

from app.core.config import SettingsError
from app.core.errors import NotAuthenticated
from app.domains.auth.tokens import AccessTokens, new_private_key
from app.main import signing_key
from tests.conftest import make_settings
from tests.domains.auth import accounts
from tests.domains.auth.accounts import comparable
from tests.domains.auth.forgery import Workshop, fingerprint, recipes
from tests.support.clock import START
from tests.support.world import Actor, World

LIFE = timedelta(minutes=15)
ISSUER = "https://api.peerloop.example"
PEM = new_private_key()
on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def make(pem: str = PEM, previous: str = "") -> AccessTokens:
    return AccessTokens(private_key_pem=pem, previous_public_pems=previous, issuer=ISSUER, life=LIFE)


def public_pem(pem: str) -> str:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def issue(tokens: AccessTokens) -> str:
    return tokens.issue(user_id="usr_1", auth_session_id="aus_1", now=START)


def workshop(token: str, pem: str) -> Workshop:
    return Workshop(pem, jwt.get_unverified_header(token), jwt.get_unverified_claims(token))


FORGERIES = recipes(workshop(issue(make()), PEM), START)


def test_a_token_says_who_and_which_log_in_and_nothing_of_rights() -> None:
    token = issue(make())
    claims = make().verify(token, START)
    assert (claims.user_id, claims.auth_session_id) == ("usr_1", "aus_1")
    assert set(jwt.get_unverified_claims(token)) == {"iss", "aud", "sub", "sid", "jti", "iat", "exp"}
    assert jwt.get_unverified_header(token) == {"alg": "ES256", "kid": fingerprint(PEM), "typ": "at+jwt"}


def test_the_forger_s_tools_make_a_good_token_when_nothing_is_forged() -> None:
    assert make().verify(workshop(issue(make()), PEM).good(), START).user_id == "usr_1"
    assert len(FORGERIES) > 150


LOOKED_UP_LATER = {"somebody else's session", "no session of ours"}  # the tokens are sound; the database refuses them


@pytest.mark.parametrize("name", sorted(set(FORGERIES) - LOOKED_UP_LATER))
def test_a_forgery_is_refused(name: str) -> None:
    with pytest.raises(NotAuthenticated):
        make().verify(FORGERIES[name], START)


@pytest.mark.parametrize(
    ("seconds", "is_valid"), [(-31, False), (-30, True), (0, True), (899, True), (900, False), (10**9, False)]
)
def test_a_token_lives_as_long_as_it_says(seconds: int, is_valid: bool) -> None:
    token, at = issue(make()), START + timedelta(seconds=seconds)
    if is_valid:
        make().verify(token, at)
        return
    with pytest.raises(NotAuthenticated):
        make().verify(token, at)


def test_a_token_that_was_accepted_before_expires_all_the_same() -> None:
    """Its signature is remembered; the hour is looked at each time, in both directions."""
    tokens = make()
    token = issue(tokens)
    for seconds, is_valid in ((0, True), (899, True), (900, False), (0, True), (-31, False), (0, True)):
        at = START + timedelta(seconds=seconds)
        if is_valid:
            assert tokens.verify(token, at).auth_session_id == "aus_1"
            continue
        with pytest.raises(NotAuthenticated):
            tokens.verify(token, at)


@pytest.mark.parametrize("name", sorted(name for name in FORGERIES if "spelling" in name or "dressed" in name))
def test_a_token_that_was_accepted_before_opens_no_other_spelling(name: str) -> None:
    tokens = make()
    good = workshop(issue(tokens), PEM).good()
    tokens.verify(good, START)
    tokens.verify(good, START)
    with pytest.raises(NotAuthenticated):
        tokens.verify(recipes(workshop(good, PEM), START)[name], START)


def test_a_forgery_is_refused_again_and_changes_nothing_for_a_good_token() -> None:
    tokens = make()
    token = issue(tokens)
    tokens.verify(token, START)
    for name in sorted(set(FORGERIES) - LOOKED_UP_LATER):
        for _ in range(2):  # refused again: a refusal is not turned into anything by being seen twice
            with pytest.raises(NotAuthenticated):
                tokens.verify(FORGERIES[name], START)
    assert tokens.verify(token, START).user_id == "usr_1"


def test_a_token_of_another_service_is_refused() -> None:
    other = AccessTokens(private_key_pem=PEM, previous_public_pems="", issuer="https://other.example", life=LIFE)
    with pytest.raises(NotAuthenticated):
        make().verify(issue(other), START)


def test_a_retired_key_is_accepted_until_it_is_taken_off_the_list() -> None:
    token, new = issue(make()), new_private_key()
    assert make(new, previous=public_pem(PEM)).verify(token, START).user_id == "usr_1"
    with pytest.raises(NotAuthenticated):
        make(new).verify(token, START)


def test_the_published_keys_are_the_current_one_and_then_the_retired() -> None:
    new, old = new_private_key(), [new_private_key(), new_private_key()]
    keys = make(new, previous="".join(public_pem(pem) for pem in old)).jwks["keys"]
    assert [key["kid"] for key in keys] == [fingerprint(pem) for pem in (new, *old)]
    assert all(set(key) == {"kty", "crv", "x", "y", "alg", "use", "kid"} for key in keys)
    assert jwt.decode(
        issue(make(new)),
        keys[0],
        algorithms=["ES256"],
        audience="peerloop-api",
        issuer=ISSUER,
        options={"verify_exp": False},
    )


def other_keys() -> dict[str, str]:
    private, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    keys = {
        "RSA": rsa.generate_private_key(65537, 2048),
        "P-384": ec.generate_private_key(ec.SECP384R1()),
        "Ed25519": ed25519.Ed25519PrivateKey.generate(),
    }
    pems = {
        name: key.private_bytes(private, form, serialization.NoEncryption()).decode()  # type: ignore[attr-defined]
        for name, key in keys.items()
    }
    return pems | {"nothing": "", "words": "not a key", "half a key": PEM[:100], "a public key": public_pem(PEM)}


OTHER_KEYS = other_keys()


@pytest.mark.parametrize("pem", OTHER_KEYS.values(), ids=OTHER_KEYS.keys())
def test_another_kind_of_key_is_refused_in_one_line(pem: str) -> None:
    with pytest.raises(SettingsError, match=r"^PEERLOOP_JWT_PRIVATE_KEY: must be a P-256 key in PEM$"):
        make(pem)


@pytest.mark.parametrize(
    "pem",
    ["not a key", PEM, public_pem(OTHER_KEYS["P-384"]), public_pem(PEM)[:80]],
    ids=["words", "a private key", "P-384", "half a key"],  # keys are new in each process; workers compare names
)
def test_another_kind_of_retired_key_is_refused_in_one_line(pem: str) -> None:
    with pytest.raises(SettingsError, match=r"^PEERLOOP_JWT_PREVIOUS_PUBLIC_KEYS: must be P-256 public keys in PEM$"):
        make(previous=pem)


def test_development_makes_its_own_key_and_keeps_it(tmp_path: Path) -> None:
    settings = make_settings(tmp_path / "not" / "there")
    pem = signing_key(settings)
    assert signing_key(settings) == pem
    assert (tmp_path / "not" / "there" / "jwt-key.pem").stat().st_mode & 0o077 == 0
    assert make(pem).verify(issue(make(pem)), START).user_id == "usr_1"


def test_a_given_key_may_be_written_on_one_line(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, jwt_private_key=PEM.replace("\n", "\\n"))
    assert signing_key(settings) == PEM


# Over HTTP: every forgery gets the very same answer.


async def ask(world: World, method: str, token: str) -> httpx.Response:
    headers = {b"Authorization": b"Bearer " + token.encode(), b"Content-Type": b"application/json"}
    return await world.http.request(method, "/api/users/me", content=b'{"name": "Eve"}', headers=headers)


@pytest.fixture
async def sam(world: World) -> Actor:
    return await world.member("Sam Sample")


@on_sqlite
async def test_every_forgery_gets_the_same_answer(world: World, sam: Actor) -> None:
    shop = workshop(sam.token, signing_key(world.settings))
    assert (await ask(world, "GET", shop.good())).status_code == 200
    plain = await world.http.get("/api/users/me")
    assert (plain.status_code, plain.json()["code"]) == (401, "not_authenticated")
    for name, token in recipes(shop, world.clock.now()).items():
        for method in ("GET", "PATCH"):
            assert comparable(await ask(world, method, token)) == comparable(plain), name
    assert (await world.db.read(accounts.user, sam.email)).name == "Sam Sample"


@on_sqlite
@pytest.mark.parametrize("scheme", ["bearer {}", "BEARER {}"])
async def test_the_scheme_is_written_as_one_likes(world: World, sam: Actor, scheme: str) -> None:
    headers = {"Authorization": scheme.format(sam.token)}
    assert (await world.http.get("/api/users/me", headers=headers)).status_code == 200


@on_sqlite
@pytest.mark.parametrize(
    "form", ["{}", "Basic {}", "Token {}", "Bearer", "Bearer  {}", "Bearer\t{}", "Bearer {} x", ""]
)
async def test_another_scheme_is_nobody(world: World, sam: Actor, form: str) -> None:
    answer = await world.http.get("/api/users/me", headers={"Authorization": form.format(sam.token)})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


@on_sqlite
async def test_a_token_elsewhere_is_nobody(world: World, sam: Actor) -> None:
    assert (await world.http.get(f"/api/users/me?access_token={sam.token}")).status_code == 422
    assert (
        await world.http.get("/api/users/me", headers={"X-Authorization": f"Bearer {sam.token}"})
    ).status_code == 401


@on_sqlite
async def test_a_refresh_token_is_no_access_token_nor_the_other_way_round(world: World, sam: Actor) -> None:
    await accounts.set_password(world, sam.email)
    pair = (await accounts.log_in(world, sam.email)).json()
    assert (await accounts.me(world, pair["refresh_token"])).status_code == 401
    assert (await accounts.refresh(world, pair["access_token"])).status_code in {401, 422}
    assert (await accounts.me(world, pair["access_token"])).status_code == 200


@on_sqlite
async def test_our_keys_are_published(world: World, sam: Actor) -> None:
    answer = await world.http.get("/.well-known/jwks.json")
    (key,) = answer.json()["keys"]
    assert key["kid"] == jwt.get_unverified_header(sam.token)["kid"]
    assert "d" not in key
    assert "public" in answer.headers["Cache-Control"]
