"""A twin of a calendar service: files that can be read with a condition, changed, and made to fail.

`PUT /NAME.ics` with a calendar as the body makes or changes one; `GET` answers it with `ETag`, or 304. `POST /faults`
with `{"name": "NAME.ics", "status": 503}` has it answer that status until another one is given; 200 is the end of it.
`tara.ics` is there from the start: a dentist's appointment every Monday, and a day off.
"""

import hashlib
import json

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.sandbox.books import Books

_FILE, _FAULT = "calendars.file", "calendars.fault"
_SAMPLE = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//PeerLoop sandbox//EN
BEGIN:VEVENT
UID:dentist@sandbox.example
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Berlin:20260105T090000
DTEND;TZID=Europe/Berlin:20260105T100000
RRULE:FREQ=WEEKLY;BYDAY=MO
SUMMARY:Dentist
END:VEVENT
BEGIN:VEVENT
UID:holiday@sandbox.example
DTSTAMP:20260101T000000Z
DTSTART;VALUE=DATE:20261224
DTEND;VALUE=DATE:20261225
SUMMARY:Day off
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def create_calendars_twin(books: Books) -> Starlette:
    """Where development reads external calendars."""
    files = _Files(books)
    return Starlette(
        routes=[
            Route("/faults", files.fail, methods=["POST"]),
            Route("/{name}", files.show, methods=["GET"]),
            Route("/{name}", files.change, methods=["PUT"]),
        ]
    )


class _Files:
    def __init__(self, books: Books) -> None:
        self._books = books

    async def show(self, request: Request) -> Response:
        name = request.path_params["name"]
        fault, kept = self._books.get(_FAULT, name), self._books.get(_FILE, name)
        if fault is not None and fault["status"] != 200:  # noqa: PLR2004
            return Response(status_code=fault["status"])
        if kept is None and name != "tara.ics":
            return Response(status_code=404)
        body = (kept["text"] if kept else _SAMPLE).encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"ETag": etag})
        return Response(body, media_type="text/calendar; charset=utf-8", headers={"ETag": etag})

    async def change(self, request: Request) -> Response:
        self._books.put(_FILE, request.path_params["name"], {"text": (await request.body()).decode()})
        return Response(status_code=204)

    async def fail(self, request: Request) -> Response:
        fault = json.loads(await request.body())
        self._books.put(_FAULT, fault["name"], {"status": fault["status"]})
        return JSONResponse(fault)
