"""A way to a provider and back: for one browser, one provider, once, within ten minutes; and it ends inside the app."""

import base64
import hashlib
from urllib.parse import quote, urlsplit

import pytest

from tests.domains.auth import accounts
from tests.domains.auth.accounts import code
from tests.domains.oauth.browser import (
    APP,
    COOKIE,
    EMAIL,
    PROVIDERS,
    Browser,
    auth_sessions,
    identities,
    is_logged_in,
    outcome,
    query_of,
)
from tests.support.kept import key_values
from tests.support.world import BASE_URL, World

SANDBOX = f"{BASE_URL}/sandbox/identity"


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser(world)


async def _nothing_happened(world: World) -> None:
    assert await world.db.read(auth_sessions) == []
    assert await world.db.read(identities) == {}
    assert await world.db.read(accounts.users) == []


async def test_the_request_says_what_it_must_and_no_more(browser: Browser) -> None:
    asked = {provider: query_of(await browser.leave(provider)) for provider in PROVIDERS}
    common = {
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "code_challenge",
        "code_challenge_method",
    }
    assert asked["google"].keys() == common | {"nonce"}
    assert asked["github"].keys() == common
    assert [asked[each]["scope"] for each in PROVIDERS] == ["openid email profile", "read:user user:email"]
    for provider in PROVIDERS:
        assert asked[provider]["redirect_uri"] == f"{BASE_URL}/api/auth/{provider}/callback"
        assert asked[provider]["code_challenge_method"] == "S256"
        assert len(base64.urlsafe_b64decode(asked[provider]["state"] + "=")) == 32


async def test_no_two_ways_share_a_secret(browser: Browser) -> None:
    asked = [query_of(await browser.leave()) for _ in range(20)]
    for name in ("state", "nonce", "code_challenge"):
        assert len({each[name] for each in asked}) == 20


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_the_host_header_does_not_move_the_callback(world: World) -> None:
    answer = await world.http.get("/api/auth/google", headers={"Host": "localhost", "X-Forwarded-Host": "evil.test"})
    assert query_of(answer.headers["location"])["redirect_uri"] == f"{BASE_URL}/api/auth/google/callback"


async def test_the_browser_s_mark_is_locked_up(browser: Browser) -> None:
    answer = await browser.get("/api/auth/google")
    (cookie,) = answer.headers.get_list("set-cookie")
    name, *attributes = cookie.split("; ")
    assert name.startswith(f"{COOKIE}=")
    assert {each.lower() for each in attributes} == {"httponly", "secure", "samesite=lax", "path=/", "max-age=600"}
    assert name.partition("=")[2] not in answer.headers["location"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "no-store" in answer.headers["cache-control"]


async def test_what_is_kept_on_the_way_does_not_name_state_or_browser(world: World, browser: Browser) -> None:
    state = query_of(await browser.leave())["state"]
    kept = str(await world.db.read(key_values))
    assert state not in kept
    assert browser.cookies[COOKIE] not in kept


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_without_a_state_that_was_given_out_nothing_happens(
    world: World, browser: Browser, provider: str
) -> None:
    address = await browser.choose(await browser.leave(provider))
    path, given = address.partition("?")[0], query_of(address)["code"]
    for query in ("", f"?code={quote(given)}", f"?code={quote(given)}&state=wrong", "?state=wrong"):
        assert outcome(await browser.get(f"{path}{query}")) == "state_invalid"
    await _nothing_happened(world)
    assert outcome(await browser.get(address)) == "/"


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_state_works_once(world: World, browser: Browser, provider: str) -> None:
    address = await browser.choose(await browser.leave(provider))
    assert outcome(await browser.get(address)) == "/"
    assert outcome(await browser.get(address)) == "state_invalid"
    assert len(await world.db.read(auth_sessions)) == 1


async def test_a_state_ends_after_ten_minutes(world: World, browser: Browser) -> None:
    left = await browser.leave()
    world.clock.advance(minutes=10)
    assert outcome(await browser.get(await browser.choose(left))) == "state_invalid"
    left = await browser.leave()
    world.clock.advance(minutes=9, seconds=59)
    assert outcome(await browser.get(await browser.choose(left))) == "/"


async def test_a_code_ends_after_a_minute(world: World, browser: Browser) -> None:
    address = await browser.choose(await browser.leave())
    world.clock.advance(minutes=1)
    assert outcome(await browser.get(address)) == "provider_refused"


@pytest.mark.parametrize(("left", "back"), [("google", "github"), ("github", "google")])
async def test_the_answer_of_one_provider_is_nothing_to_the_other(
    world: World, browser: Browser, left: str, back: str
) -> None:
    address = await browser.choose(await browser.leave(left))
    assert outcome(await browser.get(address.replace(f"/{left}/", f"/{back}/"))) == "state_invalid"
    assert outcome(await browser.get(address)) == "state_invalid"
    await _nothing_happened(world)


@pytest.mark.parametrize(("own", "foreign"), [("google", "github"), ("github", "google")])
async def test_a_code_of_the_other_provider_under_a_good_state_is_refused(
    world: World, browser: Browser, own: str, foreign: str
) -> None:
    state = query_of(await browser.leave(own))["state"]
    given = query_of(await browser.choose(await browser.leave(foreign)))["code"]
    answer = await browser.get(f"/api/auth/{own}/callback?code={quote(given)}&state={state}")
    assert outcome(answer) == "provider_refused"
    await _nothing_happened(world)


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_another_issuer_in_the_answer_is_a_mix_up(world: World, browser: Browser, provider: str) -> None:
    address = await browser.choose(await browser.leave(provider))
    given = query_of(address)
    path = address.partition("?")[0]
    mixed = f"{path}?code={quote(given['code'])}&state={given['state']}&iss=https%3A%2F%2Fevil.test"
    assert outcome(await browser.get(mixed)) == "provider_refused"
    await _nothing_happened(world)


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_provider_that_does_not_name_itself_is_believed(browser: Browser, provider: str) -> None:
    """RFC 9207 is not everywhere: without `iss` the state tells them apart."""
    address = await browser.choose(await browser.leave(provider))
    given = query_of(address)
    bare = f"{address.partition('?')[0]}?code={quote(given['code'])}&state={given['state']}"
    assert outcome(await browser.get(bare)) == "/"


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_stolen_callback_does_nothing_in_another_browser(world: World, browser: Browser, provider: str) -> None:
    """Log-in CSRF: the attacker gets the victim's browser to open the end of the attacker's own way."""
    address = await browser.choose(await browser.leave(provider))
    victim = Browser(world)
    await victim.leave(provider)
    assert outcome(await victim.get(address)) == "state_invalid"
    assert not is_logged_in(victim)
    await _nothing_happened(world)
    assert outcome(await browser.get(address)) == "state_invalid"  # and it is used up


async def test_a_callback_without_the_cookie_does_nothing(world: World, browser: Browser) -> None:
    address = await browser.choose(await browser.leave())
    assert outcome(await Browser(world).get(address)) == "state_invalid"
    await _nothing_happened(world)


async def test_two_tabs_do_not_spoil_each_other(browser: Browser) -> None:
    first, second = await browser.leave(), await browser.leave("github")
    for left in (first, second):
        assert outcome(await browser.get(await browser.choose(left, number="1"))) in {"/", "account_exists"}


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_code_works_once_even_under_a_second_state(world: World, browser: Browser, provider: str) -> None:
    given = query_of(await browser.choose(await browser.leave(provider)))
    other = query_of(await browser.leave(provider))["state"]
    path = f"/api/auth/{provider}/callback?code={quote(given['code'])}"
    assert outcome(await browser.get(f"{path}&state={other}")) == "provider_refused"  # the verifier is another
    assert outcome(await browser.get(f"{path}&state={given['state']}")) == "provider_refused"  # used up
    await _nothing_happened(world)


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_the_twin_holds_us_to_pkce(browser: Browser, provider: str) -> None:
    """So the flows above would not work without it."""
    left = await browser.leave(provider)
    for name in ("code_challenge", "code_challenge_method"):
        kept = "&".join(each for each in urlsplit(left).query.split("&") if not each.startswith(f"{name}="))
        answer = await browser.get(f"{left.partition('?')[0]}?{kept}")
        assert query_of(answer.headers["location"])["error"] == "invalid_request"


async def test_the_challenge_is_the_hash_of_what_is_kept(world: World, browser: Browser) -> None:
    challenge = query_of(await browser.leave())["code_challenge"]
    held = await world.db.read(key_values)
    (kept,) = (value for key, value in held.items() if key.startswith("oauth:"))
    verifier = kept.partition('"code_verifier": "')[2].partition('"')[0]
    digest = hashlib.sha256(verifier.encode()).digest()
    assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == challenge
    assert len(verifier) == 43


@pytest.mark.parametrize(
    "fault", ["wrong nonce", "wrong audience", "other issuer", "expired", "unsigned", "unknown key"]
)
async def test_a_wrong_id_token_opens_nothing(world: World, browser: Browser, fault: str) -> None:
    assert outcome(await browser.sign_in(fault=fault)) == "provider_refused"
    await _nothing_happened(world)
    assert outcome(await browser.sign_in()) == "/"


async def test_a_rotated_key_is_fetched_at_once(world: World, browser: Browser) -> None:
    assert outcome(await browser.sign_in()) == "/"
    assert (await world.http.post(f"{SANDBOX}/google/rotate-key")).status_code == 204
    assert outcome(await Browser(world).sign_in()) == "/"


@pytest.mark.parametrize(
    ("error", "wanted"),
    [("access_denied", "cancelled"), ("server_error", "provider_refused"), ("<script>", "provider_refused")],
)
async def test_an_error_of_the_provider_becomes_one_of_ours(browser: Browser, error: str, wanted: str) -> None:
    state = query_of(await browser.leave())["state"]
    answer = await browser.get(f"/api/auth/google/callback?error={quote(error)}&state={state}")
    assert outcome(answer) == wanted
    assert "script" not in answer.headers["location"]


async def test_the_callback_takes_parameters_that_it_does_not_know_but_none_twice(browser: Browser) -> None:
    address = await browser.choose(await browser.leave())
    assert code(await browser.get(f"{address}&code=another")) == (422, "invalid_request")
    assert outcome(await browser.get(f"{address}&authuser=0&prompt=none&hd=peerloop.example")) == "/"


HOSTILE = [
    "//evil.test",
    "///evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "\\evil.test",
    "https://evil.test",
    "https:evil.test",
    "https:/evil.test",
    "HTTPS://evil.test",
    "http://127.0.0.1:8000/sandbox/app",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.test",
    "@evil.test",
    ".evil.test",
    ":8001/",
    "",
    " /",
    "/ ",
    " //evil.test",
    "\t//evil.test",
    "/\t/evil.test",
    "/\n/evil.test",
    "/x\r\nSet-Cookie: a=b",
    "/x\x00",
    "/x\x7f",
    "/%2f/evil.test",
    "/%2F%2Fevil.test",
    "/%5Cevil.test",
    "/%09/evil.test",
    "/x%0d%0aSet-Cookie:a=b",
    "/%252f/evil.test",
    "/..//evil.test",
    "/../evil",
    "/x/../../evil",
    "/./x",
    "/.well-known/x",
    "/x//y",
    "/x/",
    "/x;/y",
    "/x#//evil.test",
    "/x@evil.test",
    "/x?next=//evil.test",
    "/x?next=https://evil.test",
    "/x?a=b?c",
    "/x?a=b#c",
    "/\u2215evil.test",
    "/\uff0fevil.test",
    "/\u202eevil",
    "/\ufeff/evil.test",
    "/" + "x" * 200,
]
INSIDE = ["/", "/courses/vibe-coding-101", "/settings/security?tab=2&x=a-b_c.d~e", "/a", "/a.b/c_d", "/x?", "/a..b"]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_no_return_to_leads_out_of_the_app(world: World, browser: Browser) -> None:
    """Refused as it is, and percent-encoded once more."""
    linker = await world.member("Lea Linker")
    for hostile in HOSTILE:
        for value in (hostile, quote(hostile, safe="")):
            if value in INSIDE:
                continue
            answer = await world.http.get("/api/auth/google", params={"return_to": value})
            assert answer.status_code in {400, 422}, value
            assert "location" not in answer.headers
            assert "evil" not in answer.text
            body = await linker.post("/api/auth/identities/google/link", {"return_to": value})
            assert body.status_code in {400, 422}, value
    assert (await world.http.get("/api/auth/google?return_to=/a&return_to=/b")).status_code == 422


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_a_path_inside_the_app_is_where_one_comes_out(world: World) -> None:
    for path in INSIDE:
        browser = Browser(world)
        answer = await browser.get(await browser.choose(await browser.leave(return_to=path)))
        assert answer.headers["location"] == f"{APP}{path}"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_the_address_is_in_no_redirect(world: World, browser: Browser) -> None:
    left = await browser.leave()
    answer = await browser.get(await browser.choose(left))
    assert EMAIL not in f"{left}{answer.headers}"
