"""A person's sessions as their calendar shows them, and when what it shows has changed."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from app.db.session import ReadSession, WriteSession
from app.domains.calendar.ics import CANCELLED_SHOWN_FOR
from app.domains.calendar.types import CalendarEvent, EventStatus, Mailbox
from app.domains.courses import service as courses
from app.domains.courses.types import CourseId
from app.domains.sessions import repository
from app.domains.sessions.policies import Platform
from app.domains.sessions.types import SessionFacts, SessionStatus
from app.domains.users import service as users
from app.domains.users.types import Person, UserId

_PAST_SHOWN_FOR = timedelta(days=366)
_REMINDERS_MIN = (60, 15)


def calendar_version(session: ReadSession, user_id: UserId) -> str:
    """Another text whenever `calendar_events` would answer something else. One query, however many sessions."""
    return repository.calendar_version(session, user_id, **_bounds(session))


def calendar_events(session: ReadSession, user_id: UserId, platform: Platform) -> list[CalendarEvent]:
    """The person's sessions of the last year and all that are to come; of those called off, the ones of late."""
    found = repository.calendar_sessions(session, user_id, **_bounds(session))
    people = users.get_people(session, {person_id for facts in found for person_id in facts.people})
    titles = courses.get_courses(session, {facts.course_id for facts in found})
    return [event_of(facts, titles[facts.course_id].title, people, platform) for facts in found]


def _bounds(session: ReadSession) -> dict[str, datetime]:
    return {"ended_after": session.now - _PAST_SHOWN_FOR, "called_off_after": session.now - CANCELLED_SHOWN_FOR}


def event_of(facts: SessionFacts, title: str, people: Mapping[UserId, Person], platform: Platform) -> CalendarEvent:
    """The session as a calendar shows it; `title` is its course's. Whoever changes one of the words that are taken from
    elsewhere sees to it that the session's revision rises (`note_course_renamed`, `note_person_renamed`)."""
    teacher, student = people[facts.teacher_id], people[facts.student_id]
    return CalendarEvent(
        uid=f"{facts.id}@peerloop",
        title=title,
        description=f"A PeerLoop session: {teacher.name} teaches {student.name}.",
        location="PeerLoop video room",
        join_url=f"{platform.app_url}/sessions/{facts.id}",
        start=facts.starts_at,
        end=facts.ends_at,
        status=EventStatus.CANCELLED if facts.status is SessionStatus.CANCELLED else EventStatus.CONFIRMED,
        revision=facts.revision,
        created_at=facts.created_at,
        updated_at=facts.changed_at,
        organizer=platform.organizer,
        attendees=(Mailbox(teacher.name, teacher.email), Mailbox(student.name, student.email)),
        reminders_min=_REMINDERS_MIN,
    )


def note_course_renamed(session: WriteSession, course_id: CourseId) -> None:
    """Calendars take over another title only with a higher SEQUENCE."""
    repository.note_course_renamed(session, course_id)


def note_person_renamed(session: WriteSession, user_id: UserId) -> None:
    """The same for a name, which the description holds."""
    repository.note_person_renamed(session, user_id)
