"""What the routes of sessions ask for by type."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import Depends, Path, Query

from app.core.errors import InvalidRequest
from app.domains.calendar.types import Period
from app.domains.sessions.policies import Platform
from app.domains.sessions.service import SessionFilter
from app.domains.sessions.types import SessionIdField, SessionStatus
from app.edge.deps import AppSettings, Db
from app.edge.schemas import Instant

_USUAL_WINDOW, _LONGEST_WINDOW = timedelta(days=14), timedelta(days=31)
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


async def _platform(settings: AppSettings) -> Platform:
    return Platform.of(settings)


async def _slot_window(
    db: Db,
    first: Annotated[Instant | None, Query(alias="from", description="First possible start; now by default.")] = None,
    end: Annotated[
        Instant | None, Query(alias="to", description="Starts before this, at most 31 days later; 14 days by default.")
    ] = None,
) -> Period:
    start = first or db.clock.now()
    until = end or start + min(_USUAL_WINDOW, _END_OF_TIME - start)
    if not timedelta(0) <= until - start <= _LONGEST_WINDOW:
        detail = "must be at most 31 days after `from`, and not before it"
        raise InvalidRequest(errors=[{"pointer": "/query/to", "code": "window", "detail": detail}])
    return Period(start, until)


async def _session_filter(
    role: Annotated[
        Literal["student", "teacher"] | None, Query(description="Only those the caller attends, or gives.")
    ] = None,
    status: Annotated[SessionStatus | None, Query(description="Only those in this state.")] = None,
    upcoming: Annotated[bool, Query(description="Only those not over yet, the next one first.")] = False,
    first: Annotated[Instant | None, Query(alias="from", description="Only those that start then or later.")] = None,
    end: Annotated[Instant | None, Query(alias="to", description="Only those that start before.")] = None,
) -> SessionFilter:
    return SessionFilter(role, status, upcoming, first, end)


SessionFilterDep = Annotated[SessionFilter, Depends(_session_filter)]

SessionPath = Annotated[SessionIdField, Path(description="The session.")]

PlatformDep = Annotated[Platform, Depends(_platform)]

SlotWindow = Annotated[Period, Depends(_slot_window)]
"""`from` and `to` of the question which slots are free."""
