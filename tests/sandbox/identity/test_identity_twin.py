"""The identity twins on their own: what Google and GitHub would answer."""

from collections.abc import AsyncIterator
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from jose import jwt
from starlette.applications import Starlette
from starlette.routing import Mount

from app.sandbox.books import Books
from app.sandbox.identity import Registered, create_identity_twin
from app.sandbox.identity.codes import s256
from tests.sandbox.doubles import NOW, MovableClock

BASE = "http://twin/sandbox/identity"
BACK = "https://api.peerloop.example/back"
ASKED = {
    "response_type": "code",
    "client_id": "id",
    "redirect_uri": BACK,
    "scope": "openid email",
    "state": "s t",
    "nonce": "n",
    "code_challenge": s256("v" * 43),
    "code_challenge_method": "S256",
}
PAGES = {"google": "/google/authorize", "github": "/github/login/oauth/authorize"}
REDEEM = {"client_id": "id", "client_secret": "secret", "redirect_uri": BACK, "code_verifier": "v" * 43}
SAM = {"email": "sam@x.example", "is_verified": "yes", "name": "Sam", "number": "7"}


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    books, client = Books(None), Registered("id", "secret", BACK)
    twin = create_identity_twin(books, MovableClock(), google=client, github=client, base_url=BASE)
    transport = httpx.ASGITransport(Starlette(routes=[Mount("/sandbox/identity", twin)]))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as made:
        yield made
    books.close()


def back(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{BACK}?")
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


@pytest.mark.parametrize("name", PAGES)
async def test_the_page_offers_the_cast_and_escapes_what_it_repeats(http: httpx.AsyncClient, name: str) -> None:
    page = await http.get(PAGES[name], params=ASKED | {"state": '"><script>'})
    assert page.status_code == 200
    assert "sam.sample@peerloop.example" in page.text
    assert "<script>" not in page.text
    assert "form-action *" in page.headers["content-security-policy"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("change", [{"client_id": "other"}, {"redirect_uri": f"{BACK}/"}, {"redirect_uri": ""}])
async def test_a_stranger_s_client_or_address_is_never_redirected(
    http: httpx.AsyncClient, name: str, change: dict[str, str]
) -> None:
    for answer in (
        await http.get(PAGES[name], params=ASKED | change),
        await http.post(PAGES[name], data=ASKED | SAM | change),
    ):
        assert answer.status_code == 400
        assert "location" not in answer.headers


@pytest.mark.parametrize("name", PAGES)
async def test_other_faults_and_a_cancel_go_back(http: httpx.AsyncClient, name: str) -> None:
    for change, error in (
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ):
        found = back(await http.get(PAGES[name], params=ASKED | change))
        assert (found["error"], found["state"]) == (error, "s t")
    found = back(await http.post(PAGES[name], data=ASKED | SAM | {"decision": "cancel"}))
    assert (found["error"], found["state"]) == ("access_denied", "s t")


async def test_google_answers_a_signed_id_token(http: httpx.AsyncClient) -> None:
    came = back(await http.post(PAGES["google"], data=ASKED | SAM))
    assert (came["state"], came["iss"]) == ("s t", f"{BASE}/google")
    form = REDEEM | {"grant_type": "authorization_code", "code": came["code"]}
    token = (await http.post("/google/token", data=form)).raise_for_status().json()["id_token"]
    (key,) = (await http.get("/google/jwks")).json()["keys"]
    options = {"verify_exp": False, "verify_iat": False, "verify_at_hash": False}
    claims = jwt.decode(token, key, algorithms=["RS256"], audience="id", issuer=f"{BASE}/google", options=options)
    assert (claims["sub"], claims["email"], claims["email_verified"], claims["nonce"]) == ("7", SAM["email"], True, "n")
    assert (claims["iat"], claims["exp"]) == (int(NOW.timestamp()), int(NOW.timestamp()) + 3600)
    again = await http.post("/google/token", data=form)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"redirect_uri": f"{BACK}/"}, 400, "invalid_grant"),
        ({"code_verifier": ""}, 400, "invalid_grant"),
        ({"code": "unknown"}, 400, "invalid_grant"),
    ],
)
async def test_google_refuses_with_a_status(
    http: httpx.AsyncClient, change: dict[str, str], status: int, error: str
) -> None:
    code = back(await http.post(PAGES["google"], data=ASKED | SAM))["code"]
    form = REDEEM | {"grant_type": "authorization_code", "code": code} | change
    answer = await http.post("/google/token", data=form)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_secret": "wrong"}, "incorrect_client_credentials"),
        ({"redirect_uri": "https://evil.test"}, "redirect_uri_mismatch"),
        ({"code_verifier": ""}, "bad_verification_code"),
        ({"code": "unknown"}, "bad_verification_code"),
    ],
)
async def test_github_refuses_with_200_and_an_error(
    http: httpx.AsyncClient, change: dict[str, str], error: str
) -> None:
    code = back(await http.post(PAGES["github"], data=ASKED | SAM))["code"]
    headers = {"Accept": "application/json"}
    answer = await http.post("/github/login/oauth/access_token", json=REDEEM | {"code": code} | change, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (200, error)


async def test_github_answers_a_form_unless_json_is_asked_for(http: httpx.AsyncClient) -> None:
    came = back(await http.post(PAGES["github"], data=ASKED | SAM))
    assert came["iss"] == f"{BASE}/github/login/oauth"
    answer = await http.post("/github/login/oauth/access_token", data=REDEEM | {"code": came["code"]})
    assert answer.headers["content-type"].startswith("application/x-www-form-urlencoded")
    token = dict(parse_qsl(answer.text))["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert (await http.get("/github/api/v3/user", headers=headers)).json() == {"id": 7, "login": "sam", "name": "Sam"}
    emails = (await http.get("/github/api/v3/user/emails", headers=headers)).json()
    assert [(each["email"], each["verified"]) for each in emails if each["primary"]] == [("sam@x.example", True)]


@pytest.mark.parametrize("header", [None, "Bearer unknown", "Basic x"])
async def test_github_shows_nobody_without_a_token(http: httpx.AsyncClient, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    for path in ("user", "user/emails"):
        assert (await http.get(f"/github/api/v3/{path}", headers=headers)).status_code == 401
