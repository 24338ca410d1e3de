"""Both twins as one ASGI app."""

from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.routing import Mount

from app.core.clock import Clock
from app.sandbox.books import Books
from app.sandbox.identity.codes import Codes, Registered
from app.sandbox.identity.consent import Consent
from app.sandbox.identity.github import GitHubTwin
from app.sandbox.identity.google import GoogleTwin
from app.sandbox.identity.keys import Keys


def create_identity_twin(
    books: Books, clock: Clock, *, google: Registered, github: Registered, base_url: str
) -> Starlette:
    """The providers, each with one registered client, reachable at `base_url`/google and `base_url`/github.

    Both show a page where one chooses to be a member of the demo's cast or anybody else, with or without a verified
    address; Google's can also send tokens that must be refused. Plain forms, so that a shell can do the same.
    """
    path = urlsplit(base_url).path  # a path, so that the pages work under every name of this host
    google_codes, github_codes = Codes(books, clock, google, "google"), Codes(books, clock, github, "github")
    google_twin = GoogleTwin(google_codes, Keys(books), clock, f"{base_url}/google")
    github_twin = GitHubTwin(github_codes, books, f"{base_url}/github/login/oauth")
    google_page = Consent(google_codes, "Google", f"{path}/google/authorize", f"{base_url}/google")
    github_page = Consent(github_codes, "GitHub", f"{path}/github/login/oauth/authorize", github_twin.issuer)
    return Starlette(
        routes=[
            Mount("/google", routes=[*google_page.routes("/authorize"), *google_twin.routes()]),
            Mount("/github", routes=[*github_page.routes("/login/oauth/authorize"), *github_twin.routes()]),
        ]
    )
