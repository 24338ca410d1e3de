"""A twin of the Pwned Passwords range API. It knows a handful of passwords, and pads its answers."""

import hashlib
import re

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

BREACHED = ("correct horse battery staple", "a known and breached password")
_PREFIX = re.compile("[0-9A-F]{5}")
_LEAST_LINES = 20


def create_breaches_twin() -> Starlette:
    """GET /range/{prefix}, as https://api.pwnedpasswords.com has it."""
    return Starlette(routes=[Route("/range/{prefix}", _show)])


async def _show(request: Request) -> Response:
    prefix = request.path_params["prefix"].upper()
    if not _PREFIX.fullmatch(prefix):
        return PlainTextResponse("The hash prefix was not in a valid format", 400)
    digests = (hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest().upper() for text in BREACHED)
    found = [f"{digest[5:]}:{number}" for number, digest in enumerate(digests, start=7) if digest.startswith(prefix)]
    padding = [f"{number:035X}:0" for number in range(_LEAST_LINES)]
    return PlainTextResponse("\r\n".join(sorted(found + padding)))
