"""The one way in which a session comes to take two people's time, whoever asks for it and why.

Booking, bundles, redeemed holds, accepted invitations and administrators go through `open_place` and `take`; a session
that moves keeps its row. Locks are always taken in this order: the people by their ids, the session, the place.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.calendar import service as calendar
from app.domains.calendar.policies import BookingPolicy
from app.domains.calendar.types import SessionTime
from app.domains.courses import service as courses
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.errors import TeacherNotAvailable
from app.domains.enrollments.types import EnrollmentFacts, EnrollmentId
from app.domains.holds import service as holds
from app.domains.sessions import repository
from app.domains.sessions.errors import (
    BundleRefused,
    EnrollmentNotActive,
    NoSessionsLeft,
    SlotNotOffered,
    SlotTaken,
    StudentBusy,
)
from app.domains.sessions.events import SessionBooked
from app.domains.sessions.service.wishes import Pair, Wish, check_start, wish_of
from app.domains.sessions.types import SessionId, SessionStatus
from app.domains.users import service as users


def open_place(session: WriteSession, enrollment_id: EnrollmentId, *, count: int = 1) -> EnrollmentFacts:
    """A place of which so many more sessions may be booked; nobody else takes time of its two people until this
    transaction ends. Raises `EnrollmentNotFound`, `EnrollmentNotActive`, `TeacherNotAvailable`, `NoSessionsLeft`."""
    people = enrollments.get_enrollment(session, enrollment_id)
    calendar.lock_people(session, people.teacher_id, people.student_id)
    place = enrollments.get_enrollment(session, enrollment_id)
    demand_bookable(session, place, count)
    return place


def demand_bookable(session: ReadSession, place: EnrollmentFacts, count: int = 1) -> None:
    """Raises `EnrollmentNotActive`, `TeacherNotAvailable`, `NoSessionsLeft`."""
    _check_place(session, place)
    if repository.count_used(session, place.id) + count > place.sessions_bought:
        raise NoSessionsLeft


def _check_place(session: ReadSession, place: EnrollmentFacts) -> None:
    if not place.status.is_active:
        raise EnrollmentNotActive
    if users.suspended_ids(session, [place.teacher_id]) or not courses.is_certified(
        session, place.course_id, place.teacher_id
    ):
        raise TeacherNotAvailable


def take(
    session: WriteSession,
    place: EnrollmentFacts,
    start: datetime,
    policy: BookingPolicy,
    *,
    instead_of: str | None = None,
    is_agreed: bool = False,
) -> SessionId:
    """Make a session of an opened place: check the start, take both people's time, tell of it.

    `instead_of` is the owner of time that is given back for it, such as a hold; `is_agreed` as in `Wish`.
    Raises `SlotNotOffered`, `SlotTaken`, `StudentBusy`.
    """
    wish = wish_of(session, Pair.of(place), start, policy, instead_of=instead_of, is_agreed=is_agreed)
    check_start(wish)
    if instead_of is not None:
        calendar.give_back_time(session, instead_of)
    return grant(session, place, wish)


def take_all(
    session: WriteSession, place: EnrollmentFacts, starts: Sequence[datetime], policy: BookingPolicy
) -> list[SessionId]:
    """Sessions of an opened place at all of these starts, or none of them; their ids in the given order. Raises
    `BundleRefused`, which says of each start that may not be had why."""
    asked = wish_of(session, Pair.of(place), starts[0], policy)
    wishes, taken, refusals = dict[int, Wish](), list[SessionTime](), list[dict[str, Any]]()
    for item in sorted(range(len(starts)), key=starts.__getitem__):
        wish = replace(asked, start=starts[item]).after(taken)
        try:
            check_start(wish)
        except (SlotNotOffered, SlotTaken, StudentBusy) as problem:
            refusals.append({"item": item, "code": problem.code, **problem.context})
        else:
            wishes[item] = wish
            taken.append(wish.as_taken(f"item {item}"))
    if refusals:
        raise BundleRefused(refusals=refusals)
    made = {item: grant(session, place, wish) for item, wish in wishes.items()}
    return [made[item] for item in range(len(starts))]


def grant(session: WriteSession, place: EnrollmentFacts, wish: Wish) -> SessionId:
    """Make the session of a wish that was checked. Raises `SlotTaken` when the database knows better."""
    session_id = SessionId(new_id("ses"))
    take_cells(session, session_id, Pair.of(place), wish)
    values = {
        "id": session_id,
        "enrollment_id": place.id,
        "course_id": place.course_id,
        "teacher_id": place.teacher_id,
        "student_id": place.student_id,
        "starts_at": wish.start,
        "ends_at": wish.end,
        "occupied_from": wish.occupied[0],
        "occupied_until": wish.occupied[1],
        "status": SessionStatus.SCHEDULED,
        "revision": 0,
        "created_at": session.now,
        "changed_at": session.now,
    }
    repository.insert_session(session, values)
    session.publish(SessionBooked(session_id, place.teacher_id, place.student_id))
    return session_id


def take_cells(session: WriteSession, owner_id: str, pair: Pair, wish: Wish) -> None:
    """Take the time itself: of the teacher with the pauses, of the student without. Raises `SlotTaken`."""
    holds.expire_of(session, pair.teacher_id, pair.student_id)
    spans = {pair.teacher_id: wish.occupied, pair.student_id: (wish.start, wish.end)}
    if not calendar.take_time(session, owner_id, spans):
        raise SlotTaken(alternatives=wish.alternatives)
