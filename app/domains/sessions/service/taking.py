"""The one way in which a session comes to take two people's time, whoever asks for it and why.

Booking, bundles, redeemed holds, accepted invitations and administrators go through `open_place` and `take`; a session
that moves goes through `retake` and keeps its row. Locks are always taken in this order: the people by their ids, the
session, the place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.core.errors import Problem
from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.calendar import service as calendar
from app.domains.calendar.policies import BookingPolicy
from app.domains.calendar.types import SessionTime
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.errors import EnrollmentNotFound, OtherTeacher, TeacherNotAvailable, TeacherNotChosen
from app.domains.enrollments.types import EnrollmentFacts, EnrollmentId
from app.domains.holds import service as holds
from app.domains.sessions import repository
from app.domains.sessions.errors import (
    BundleRefused,
    EnrollmentNotActive,
    NoSessionsLeft,
    SessionNotPlanned,
    SlotNotOffered,
    SlotTaken,
    StudentBusy,
)
from app.domains.sessions.events import SessionBooked, SessionMoved
from app.domains.sessions.service.wishes import Pair, Wish, check_start, teaches_now, wish_of
from app.domains.sessions.types import (
    CLOSE_ROOM,
    PlaceUses,
    SessionFacts,
    SessionId,
    SessionPayload,
    SessionStatus,
)
from app.domains.users import service as users
from app.domains.users.types import UserId

_ITEM = "item "  # what takes a bundle's own time while it is checked; no session's id begins so


def open_place(
    session: WriteSession,
    enrollment_id: EnrollmentId,
    *,
    count: int = 1,
    owner_id: UserId | None = None,
    teacher_id: UserId | None = None,
) -> EnrollmentFacts:
    """A place of which so many more sessions may be booked, of this student if one is named; nobody else takes time of
    its two people until this transaction ends. The named teacher becomes that of a place which has none yet. Raises
    `EnrollmentNotFound`, `EnrollmentNotActive`, `TeacherNotChosen`, `OtherTeacher`, `TeacherNotAvailable`,
    `NoSessionsLeft`."""
    people = enrollments.get_enrollment(session, enrollment_id)
    if owner_id not in {None, people.student_id}:
        raise EnrollmentNotFound
    with_whom = teacher_for(people, teacher_id)
    if people.teacher_id is None:
        enrollments.check_teacher(session, people, with_whom)
    calendar.lock_people(session, with_whom, people.student_id)
    place = enrollments.get_enrollment(session, enrollment_id)
    if place.teacher_id is None:
        check_state(session, place)
        place = enrollments.hand_over(session, place, with_whom)
    if place.teacher_id != with_whom:  # since the look before, and nobody's time is locked out of order
        raise OtherTeacher
    demand_bookable(session, place, count)
    return place


def teacher_for(place: EnrollmentFacts, named_id: UserId | None) -> UserId:
    """Who is to teach what is booked: the place's teacher, or whom its first booking names. Raises `TeacherNotChosen`,
    `OtherTeacher`."""
    teacher_id = place.teacher_id or named_id
    if teacher_id is None:
        raise TeacherNotChosen
    if named_id not in {None, teacher_id}:
        raise OtherTeacher
    return teacher_id


def demand_bookable(session: ReadSession, place: EnrollmentFacts, count: int = 1) -> None:
    """Whether so many more sessions of the place could be booked, if there were times for them. Raises
    `EnrollmentNotActive`, `TeacherNotAvailable`, `NoSessionsLeft`."""
    if check_place(session, place).left_in(place) < count:
        raise NoSessionsLeft


def demand_left(session: ReadSession, place: EnrollmentFacts) -> None:
    """Never more sessions than were bought or added by administrators. Raises `NoSessionsLeft`."""
    if repository.uses_of_one(session, place.id).left_in(place) < 1:
        raise NoSessionsLeft


def check_place(session: ReadSession, place: EnrollmentFacts) -> PlaceUses:
    """What is used of the place, if sessions of it can be planned at all, with its teacher. Raises
    `EnrollmentNotActive`, `TeacherNotAvailable`, `TeacherNotChosen`."""
    uses = check_state(session, place)
    if not teaches_now(session, place.course_id, enrollments.teacher_of(place)):
        raise TeacherNotAvailable
    return uses


def check_state(session: ReadSession, place: EnrollmentFacts) -> PlaceUses:
    """What is used of the place, if it goes on, whoever teaches it, and its student is not shut out. Raises
    `EnrollmentNotActive`."""
    uses = repository.uses_of_one(session, place.id)
    if not uses.is_open(place):
        raise EnrollmentNotActive
    if users.suspended_ids(session, [place.student_id]):
        raise EnrollmentNotActive("The student's account is suspended.")
    return uses


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
            refusals.append(_refusal(item, problem))
        else:
            wishes[item] = wish
            taken.append(wish.as_taken(f"{_ITEM}{item}"))
    if refusals:
        raise BundleRefused(refusals=refusals)
    made = {item: grant(session, place, wish) for item, wish in wishes.items()}
    return [made[item] for item in range(len(starts))]


def _refusal(item: int, problem: Problem) -> dict[str, Any]:
    context = dict(problem.context)
    other = str(context.get("conflicts_with", ""))
    if other.startswith(_ITEM):
        del context["conflicts_with"]
        context["conflicts_with_item"] = int(other.removeprefix(_ITEM))
    return {"item": item, "code": problem.code, **context}


def grant(session: WriteSession, place: EnrollmentFacts, wish: Wish) -> SessionId:
    """Make the session of a wish that was checked. What its student cancelled and books anew was moved, for the count.
    Raises `SlotTaken` when the database knows better."""
    session_id = SessionId(new_id("ses"))
    cancelled = repository.unreplaced(session, place.id)
    pair = Pair.of(place)
    take_cells(session, session_id, pair, wish)
    values = {
        "id": session_id,
        "enrollment_id": place.id,
        "course_id": place.course_id,
        "teacher_id": pair.teacher_id,
        "student_id": place.student_id,
        **wish.times,
        "status": SessionStatus.SCHEDULED,
        "revision": 0,
        "reschedule_count": cancelled[1] + 1 if cancelled else 0,
        "created_at": session.now,
        "changed_at": session.now,
    }
    repository.insert_session(session, values)
    if cancelled is not None:
        repository.note_rebooked(session, cancelled[0], session_id)
    session.publish(SessionBooked(session_id, pair.teacher_id, pair.student_id))
    return session_id


@dataclass(frozen=True, slots=True)
class MoveAuthor:
    """Who moves a session, why, and whether it is one of the times that it may be moved."""

    user_id: UserId
    reason: str | None
    is_counted: bool


def retake(
    session: WriteSession,
    facts: SessionFacts,
    start: datetime,
    policy: BookingPolicy,
    author: MoveAuthor,
    *,
    is_agreed: bool = False,
) -> None:
    """Give a session that the caller holds another start: its own old time is never in its way, and is free afterwards.

    Whether it may be moved, the caller has found; `is_agreed` is as in `Wish`. Raises `SlotNotOffered`, `SlotTaken`,
    `StudentBusy`, `SessionNotPlanned`.
    """
    wish = wish_of(session, Pair.of(facts), start, policy, instead_of=facts.id, is_agreed=is_agreed)
    check_start(wish)
    calendar.give_back_time(session, facts.id)
    take_cells(session, facts.id, Pair.of(facts), wish)
    if not repository.move(session, facts, wish.times, is_counted=author.is_counted):
        raise SessionNotPlanned
    if facts.starts_at - policy.join_opens <= session.now < start - policy.join_opens:
        _clear_room(session, facts.id)
    values = {"from_starts_at": facts.starts_at, "to_starts_at": start, "reason": author.reason}
    move_id = repository.insert_move(session, values | {"session_id": facts.id, "moved_by_user_id": author.user_id})
    session.publish(SessionMoved(facts.id, facts.teacher_id, facts.student_id, move_id))


def _clear_room(session: WriteSession, session_id: SessionId) -> None:
    """Whoever is in the room came to the old time, and proves nothing about the new one."""
    repository.forget_comings(session, session_id)
    CLOSE_ROOM.enqueue(session, SessionPayload(session_id=session_id))


def take_cells(session: WriteSession, owner_id: str, pair: Pair, wish: Wish) -> None:
    """Take the time itself: of the teacher with the pauses, of the student without. Raises `SlotTaken`."""
    holds.expire_of(session, pair.teacher_id, pair.student_id)
    spans = {pair.teacher_id: wish.occupied, pair.student_id: (wish.start, wish.end)}
    if not calendar.take_time(session, owner_id, spans):
        raise SlotTaken(alternatives=wish.alternatives)
