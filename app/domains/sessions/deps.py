"""What the routes of sessions ask for by type."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import Depends, Path, Query

from app.core.errors import InvalidRequest
from app.domains.calendar.types import Period
from app.domains.courses.types import CourseIdField
from app.domains.sessions.policies import Platform
from app.domains.sessions.service import SessionFilter, SlotQuestion
from app.domains.sessions.types import SessionIdField, SessionStatus
from app.domains.users.types import UserId, UserIdField
from app.edge.deps import AppSettings, Db
from app.edge.principal import OptionalUser
from app.edge.schemas import Instant
from app.edge.timezones import TimezoneField

ViewerZone = Annotated[
    TimezoneField | None, Query(description="IANA zone of the viewer's clock; by default the caller's own.")
]
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


async def _slot_question(
    teacher_id: Annotated[UserIdField, Path(description="The teacher.")],
    course_id: Annotated[CourseIdField, Query(description="The course; it says how long a session lasts.")],
    caller: OptionalUser,
    window: Annotated[Period, Depends(_slot_window)],
    timezone: ViewerZone = None,
    exclude_session_id: Annotated[
        SessionIdField | None,
        Query(
            description="A session of the caller with this teacher that is to be moved: its own time counts as free."
        ),
    ] = None,
) -> SlotQuestion:
    return SlotQuestion(
        teacher_id=teacher_id,
        course_id=course_id,
        window=window,
        viewer_id=UserId(caller.user_id) if caller else None,
        zone=timezone,
        moved_id=exclude_session_id,
    )


PlatformDep = Annotated[Platform, Depends(_platform)]

SlotWindow = Annotated[Period, Depends(_slot_window)]
"""`from` and `to` of the question which slots are free."""

SlotQuestionDep = Annotated[SlotQuestion, Depends(_slot_question)]
"""All of the question which slots of a teacher are free."""
