"""/api/users/me/calendar-feed and /api/calendar: having a feed of one's sessions, and reading one by its address."""

import asyncio
import gzip
import re
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Path, Request, Response

from app.db.session import ReadSession
from app.domains.agenda import service
from app.domains.agenda.deps import Addresses
from app.domains.agenda.errors import CalendarFeedNotFound
from app.domains.agenda.policies import FeedAddresses, feed_tag
from app.domains.agenda.schemas import CalendarFeed
from app.domains.agenda.service import FeedState
from app.domains.agenda.types import FeedFacts, FeedId
from app.domains.calendar.ics import feed_ics
from app.domains.calendar.types import CalendarEvent
from app.domains.calendar.types import CalendarFeed as FeedLook
from app.domains.sessions.deps import PlatformDep
from app.domains.sessions.policies import Platform
from app.domains.users.types import UserId
from app.edge.caching import NOT_MODIFIED, is_held
from app.edge.deps import Db
from app.edge.openapi import MEMBERS, audience
from app.edge.principal import LOGGED_IN, VERIFIED, CurrentUser, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute

mine = APIRouter(prefix="/api/users/me/calendar-feed", tags=["sessions"], route_class=StrictRoute)
router = APIRouter(prefix="/api/calendar", tags=["sessions"], route_class=StrictRoute)

_LOOK = FeedLook("PeerLoop sessions")
_ZIP_LEVEL = 6
_TAKES_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)
_HEADERS = {
    "Cache-Control": "private, no-cache",
    "Content-Disposition": 'inline; filename="peerloop.ics"',
    "X-Robots-Tag": "noindex",
    "Vary": "Accept-Encoding",
}


@mine.get(
    "",
    operation_id="calendar_feed.get",
    summary="Show the caller's calendar feed",
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN, CalendarFeedNotFound),
)
async def get_feed(caller: CurrentUser, db: Db, addresses: Addresses) -> CalendarFeed:
    """For anybody who is logged in: the addresses that subscribe to their sessions, 404 while there are none. They are
    secrets. Changes nothing."""
    return _shown(await db.read(service.get_feed, UserId(caller.user_id)), addresses)


@mine.post(
    "",
    operation_id="calendar_feed.renew",
    summary="Make a calendar feed, or give it a new address",
    status_code=201,
    openapi_extra=MEMBERS,
    responses=problems(*VERIFIED),
)
async def renew_feed(caller: VerifiedUser, db: Db, addresses: Addresses) -> CalendarFeed:
    """For whoever has proven their e-mail address. Makes an address that nobody can guess; one that there was before
    leads nowhere from now on, so do this when it got into wrong hands. Sends nothing."""
    return _shown(await db.write(service.renew_feed, UserId(caller.user_id)), addresses)


@mine.delete(
    "",
    operation_id="calendar_feed.give_up",
    summary="Give up the caller's calendar feed",
    status_code=204,
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN),
)
async def give_up_feed(caller: CurrentUser, db: Db) -> None:
    """For anybody who is logged in. Its address leads nowhere from now on; programs that subscribed keep what they read
    last. Who has none needs no change. Sends nothing."""
    await db.write(service.give_up, UserId(caller.user_id))


def _shown(feed: FeedFacts, addresses: FeedAddresses) -> CalendarFeed:
    url, links = addresses.links(feed.id)
    return CalendarFeed(
        url=url, webcal=links.webcal, google=links.google, apple=links.webcal, created_at=feed.created_at
    )


@router.head("/{token}.ics", include_in_schema=False)
@router.get(
    "/{token}.ics",
    operation_id="calendar_feed.read",
    summary="Read a calendar feed by its address",
    response_class=Response,
    openapi_extra=audience("public"),
    responses=problems(CalendarFeedNotFound)
    | NOT_MODIFIED
    | {200: {"description": "The sessions as iCalendar (RFC 5545).", "content": {"text/calendar": {}}}},
)
async def read_feed(
    token: Annotated[str, Path(description="The secret part of the address.")],
    request: Request,
    db: Db,
    addresses: Addresses,
    platform: PlatformDep,
    accept_encoding: Annotated[str, Header(max_length=1000, include_in_schema=False)] = "",
) -> Response:
    """For whoever has the address: the owner's sessions of the last year and all that are to come, those called off for
    30 days more, and nobody's e-mail address. The same bytes until a session changes; `If-None-Match` is answered with
    one query. Changes nothing."""
    feed_id = addresses.read(token)
    if feed_id is None:
        raise CalendarFeedNotFound
    state = await db.read(service.find_feed, feed_id)
    etag = feed_tag(feed_id, state.version, platform)
    if is_held(request.headers.getlist("if-none-match"), etag):
        return Response(status_code=304, headers=_headers(etag))
    now, state, events = await db.read(_contents, feed_id, platform)
    headers = _headers(feed_tag(feed_id, state.version, platform))
    body = await asyncio.to_thread(feed_ics, _LOOK, events, now)
    if _TAKES_GZIP.search(accept_encoding):
        headers["Content-Encoding"] = "gzip"
        body = await asyncio.to_thread(gzip.compress, body, _ZIP_LEVEL, mtime=0)
    return Response(body, headers=headers, media_type="text/calendar; charset=utf-8")


def _contents(
    session: ReadSession, feed_id: FeedId, platform: Platform
) -> tuple[datetime, FeedState, list[CalendarEvent]]:
    """On one snapshot, so that the tag is that of what is shown."""
    return session.now, *service.feed_events(session, feed_id, platform)


def _headers(etag: str) -> dict[str, str]:
    """The tag is weak: it is that of the calendar, compressed or not."""
    return _HEADERS | {"ETag": f"W/{etag}"}
