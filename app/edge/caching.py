"""Public answers that browsers and the edge may keep: a strong ETag of the body, and 304 for whoever has it."""

from collections.abc import Iterable
from typing import Any, Final, Protocol

from fastapi import Request, Response

from app.edge.etags import etag_of, listed_tags

# A browser asks again after ten seconds, of the edge. The edge is told of changes and keeps answers for five minutes
# all the same, because a purge can fail, and longer when we are down.
_PUBLIC = "public, max-age=10, s-maxage=300, stale-while-revalidate=60, stale-if-error=86400"

NOT_MODIFIED: Final[dict[int | str, dict[str, Any]]] = {304: {"description": "What `If-None-Match` names is current."}}
"""Add this to the `responses=` of a route that answers `cached`."""


class Written(Protocol):
    """A model, or what is written as one."""

    def model_dump_json(self) -> str: ...


def cached(request: Request, model: Written, *, tags: Iterable[str] = (), varies: bool = False) -> Response:
    """The model as a public answer, or 304. `tags` name what it shows (`app.edge.tags`): it is dropped when one of them
    changes; without any it goes by its route's and only ages. With `varies`, other callers may get another answer at
    this address."""
    body = model.model_dump_json().encode()
    etag = etag_of(body)
    shown = dict.fromkeys(tags) or request.scope["route"].tags
    headers = {"ETag": etag, "Cache-Control": _PUBLIC, "Cache-Tag": ",".join(shown)}
    if varies:
        headers["Vary"] = "Authorization, Cookie"
    if is_held(request.headers.getlist("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def is_held(given: Iterable[str], etag: str) -> bool:
    """Whether `If-None-Match` names this tag (RFC 9110, 13.1.2): any of those listed, compared weakly, or `*`."""
    return not listed_tags(",".join(given)).isdisjoint({"*", etag})
