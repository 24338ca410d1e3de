"""Public answers that browsers and the edge may keep: a strong ETag of the body, and 304 for whoever has it."""

from typing import Any, Final

from fastapi import Request, Response
from pydantic import BaseModel

from app.edge.etags import etag_of, listed_tags

_PUBLIC = "public, max-age=60, s-maxage=300, stale-while-revalidate=60, stale-if-error=86400"

NOT_MODIFIED: Final[dict[int | str, dict[str, Any]]] = {304: {"description": "What `If-None-Match` names is current."}}
"""Add this to the `responses=` of a route that answers `cached`."""


def cached(request: Request, model: BaseModel, *, varies: bool = False) -> Response:
    """The model as a public answer, or 304. With `varies`, other callers may get another answer at this address."""
    body = model.model_dump_json().encode()
    etag = etag_of(body)
    headers = {"ETag": etag, "Cache-Control": _PUBLIC, "Cache-Tag": ",".join(request.scope["route"].tags)}
    if varies:
        headers["Vary"] = "Authorization, Cookie"
    if _is_held(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def _is_held(request: Request, etag: str) -> bool:
    """RFC 9110, 13.1.2: any of the listed tags, compared weakly, or `*`."""
    return not listed_tags(",".join(request.headers.getlist("if-none-match"))).isdisjoint({"*", etag})
