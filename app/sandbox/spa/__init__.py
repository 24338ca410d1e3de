"""A twin of the single-page app: just the pages that mails and the Checkout page lead to.

They use the public API with the auth cookie, as the real app does, so a newcomer can click through without it.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from app.sandbox.pages import render

_SCRIPT = Path(__file__).with_name("spa.js")
_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; form-action 'none'"


def create_spa_twin() -> Starlette:
    """The pages; nothing is kept."""
    return Starlette(
        routes=[
            Route("/verify-email", _page("spa_verify.html")),
            Route("/checkout/success", _page("spa_checkout.html")),
            Route("/checkout/cancelled", _page("spa_cancelled.html")),
            Route("/spa.js", _send_script),
            Route("/{rest:path}", _page("spa_other.html")),
        ]
    )


def _page(template: str) -> Callable[[Request], Awaitable[Response]]:
    async def show(_request: Request) -> Response:
        return render(template, headers={"Content-Security-Policy": _POLICY})

    return show


async def _send_script(_request: Request) -> Response:
    return FileResponse(_SCRIPT, media_type="text/javascript")
