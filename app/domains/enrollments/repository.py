"""SQL of enrollments."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, exists, func, or_, select, update

from app.db.export import Plain, plain_rows
from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.courses.types import CourseId
from app.domains.enrollments.models import Enrollment
from app.domains.enrollments.types import EnrollmentId, EnrollmentStatus
from app.domains.payments.types import TransactionId
from app.domains.users.types import UserId

_ACTIVE = (EnrollmentStatus.ENROLLED, EnrollmentStatus.IN_PROGRESS)
_HOLDS_THE_PLACE = (*_ACTIVE, EnrollmentStatus.DISPUTED)


_BY_ID = select(Enrollment).where(Enrollment.id == bindparam("enrollment_id"))


def by_id(session: ReadSession, enrollment_id: EnrollmentId) -> Enrollment | None:
    values = {"enrollment_id": enrollment_id}
    return session.scalar(_BY_ID, values, execution_options={"populate_existing": True})


def by_transaction(session: ReadSession, transaction_id: TransactionId) -> Enrollment | None:
    return session.scalar(select(Enrollment).where(Enrollment.transaction_id == transaction_id))


def holds_place(session: ReadSession, student_id: UserId, course_id: CourseId) -> EnrollmentId | None:
    return session.scalar(
        select(Enrollment.id).where(
            Enrollment.student_id == student_id,
            Enrollment.course_id == course_id,
            Enrollment.status.in_(_HOLDS_THE_PLACE),
        )
    )


def of_two(session: ReadSession, student_id: UserId, course_id: CourseId, teacher_id: UserId) -> list[Enrollment]:
    statement = select(Enrollment).where(
        Enrollment.student_id == student_id, Enrollment.course_id == course_id, Enrollment.teacher_id == teacher_id
    )
    return list(session.scalars(statement))


def completed(session: ReadSession, student_id: UserId, course_id: CourseId) -> Enrollment | None:
    """The one that was completed last."""
    statement = select(Enrollment).where(
        Enrollment.student_id == student_id,
        Enrollment.course_id == course_id,
        Enrollment.status == EnrollmentStatus.COMPLETED,
    )
    return session.scalar(statement.order_by(Enrollment.completed_at.desc(), Enrollment.id).limit(1))


def takes_part(session: ReadSession, user_id: UserId, course_id: CourseId) -> bool:
    """Whether the person holds or teaches a place in the course that was not called off."""
    place = exists().where(
        Enrollment.course_id == course_id,
        or_(Enrollment.student_id == user_id, Enrollment.teacher_id == user_id),
        Enrollment.status != EnrollmentStatus.CANCELLED,
    )
    return bool(session.scalar(select(place)))


def ids_taught(session: ReadSession, teacher_id: UserId, course_id: CourseId) -> list[EnrollmentId]:
    of_teacher = Enrollment.teacher_id == teacher_id, Enrollment.course_id == course_id
    return list(session.scalars(select(Enrollment.id).where(*of_teacher)))


def lock(session: WriteSession, *conditions: ColumnElement[bool]) -> list[Enrollment]:
    """The places, kept from everybody who changes or locks them until this transaction ends; always in one order."""
    statement = select(Enrollment).where(*conditions).order_by(Enrollment.id).with_for_update(key_share=True)
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def lock_active(session: WriteSession, course_id: CourseId) -> list[Enrollment]:
    return lock(session, Enrollment.course_id == course_id, Enrollment.status.in_(_ACTIVE))


def lock_active_of(session: WriteSession, student_id: UserId, course_id: CourseId) -> Enrollment | None:
    found = lock(
        session,
        Enrollment.student_id == student_id,
        Enrollment.course_id == course_id,
        Enrollment.status.in_(_ACTIVE),
    )
    return found[0] if found else None


def lock_by_id(session: WriteSession, enrollment_id: EnrollmentId) -> Enrollment | None:
    return next(iter(lock(session, Enrollment.id == enrollment_id)), None)


def lock_by_transaction(session: WriteSession, transaction_id: TransactionId) -> Enrollment | None:
    return next(iter(lock(session, Enrollment.transaction_id == transaction_id)), None)


def cancel(session: WriteSession, enrollment_id: EnrollmentId) -> bool:
    """False when it was cancelled before."""
    statement = update(Enrollment).where(
        Enrollment.id == enrollment_id, Enrollment.status != EnrollmentStatus.CANCELLED
    )
    return session.change(statement.values(status=EnrollmentStatus.CANCELLED)) == 1


def freeze(session: WriteSession, enrollment_id: EnrollmentId) -> bool:
    """False unless the place is active."""
    statement = update(Enrollment).where(Enrollment.id == enrollment_id, Enrollment.status.in_(_ACTIVE))
    return session.change(statement.values(status=EnrollmentStatus.DISPUTED)) == 1


def thaw(session: WriteSession, enrollment_id: EnrollmentId) -> bool:
    """False unless the place is frozen."""
    has_begun = Enrollment.sessions_completed > 0
    status = case((has_begun, EnrollmentStatus.IN_PROGRESS), else_=EnrollmentStatus.ENROLLED)
    statement = update(Enrollment).where(Enrollment.id == enrollment_id, Enrollment.status == EnrollmentStatus.DISPUTED)
    return session.change(statement.values(status=status)) == 1


def change_teacher(
    session: WriteSession, enrollment_id: EnrollmentId, *, former_id: UserId | None, teacher_id: UserId
) -> bool:
    """False when somebody else teaches it by now, or it has ended or is frozen."""
    statement = update(Enrollment).where(
        Enrollment.id == enrollment_id,
        Enrollment.teacher_id.is_not_distinct_from(former_id),
        Enrollment.status.in_((*_ACTIVE, EnrollmentStatus.COMPLETED)),
    )
    return session.change(statement.values(teacher_id=teacher_id)) == 1


def insert(session: WriteSession, values: dict[str, Any]) -> bool:
    """False when the student already holds a place in the course."""
    return insert_or_skip(session, Enrollment, values) == 1


def count_session(session: WriteSession, enrollment_id: EnrollmentId) -> bool:
    """Count one more held session; false when all are counted or the place has ended."""
    is_frozen = Enrollment.status == EnrollmentStatus.DISPUTED
    frozen_or_begun = case((is_frozen, EnrollmentStatus.DISPUTED), else_=EnrollmentStatus.IN_PROGRESS)
    statement = (
        update(Enrollment)
        .where(
            Enrollment.id == enrollment_id,
            Enrollment.status.in_(_HOLDS_THE_PLACE),
            Enrollment.sessions_completed < Enrollment.sessions_bought,
        )
        .values(sessions_completed=Enrollment.sessions_completed + 1, status=frozen_or_begun)
    )
    return session.change(statement) == 1


def complete(session: WriteSession, enrollment_id: EnrollmentId) -> bool:
    """False unless every session was held and the place is neither finished nor frozen."""
    statement = (
        update(Enrollment)
        .where(
            Enrollment.id == enrollment_id,
            Enrollment.status == EnrollmentStatus.IN_PROGRESS,
            Enrollment.sessions_completed == Enrollment.sessions_bought,
        )
        .values(status=EnrollmentStatus.COMPLETED, completed_at=session.now)
    )
    return session.change(statement) == 1


def of_person(session: ReadSession, user_id: UserId, *, before: Moment | None, limit: int) -> list[Enrollment]:
    """Places the person holds or teaches, newest first."""
    statement = select(Enrollment).where(or_(Enrollment.student_id == user_id, Enrollment.teacher_id == user_id))
    return list(session.scalars(page_after(statement, Enrollment.created_at, Enrollment.id, place=before, limit=limit)))


def count_held(session: ReadSession, *conditions: ColumnElement[bool]) -> int:
    """How many places are neither finished nor called off."""
    statement = select(func.count()).where(Enrollment.status.in_(_HOLDS_THE_PLACE), *conditions)
    return session.scalar(statement) or 0


def count_paid_places(session: ReadSession, student_id: UserId) -> int:
    return count_held(session, Enrollment.student_id == student_id, Enrollment.transaction_id.is_not(None))


def count_taught_places(session: ReadSession, teacher_id: UserId) -> int:
    return count_held(session, Enrollment.teacher_id == teacher_id)


def count_places_in(session: ReadSession, course_ids: Collection[CourseId], *, not_taught_by: UserId) -> int:
    return count_held(
        session, Enrollment.course_id.in_(course_ids), Enrollment.teacher_id.is_distinct_from(not_taught_by)
    )


def count_students(session: ReadSession, *conditions: ColumnElement[bool]) -> int:
    statement = select(func.count(Enrollment.student_id.distinct()))
    return session.scalar(statement.where(Enrollment.status != EnrollmentStatus.CANCELLED, *conditions)) or 0


def count_students_of_course(session: ReadSession, course_id: CourseId) -> int:
    return count_students(session, Enrollment.course_id == course_id)


def count_students_of_teacher(session: ReadSession, teacher_id: UserId) -> int:
    return count_students(session, Enrollment.teacher_id == teacher_id)


def places_held(session: ReadSession, student_id: UserId) -> list[tuple[CourseId, UserId | None]]:
    """The courses and teachers of the places that are neither finished nor called off."""
    is_held = Enrollment.student_id == student_id, Enrollment.status.in_(_HOLDS_THE_PLACE)
    found = session.execute(select(Enrollment.course_id, Enrollment.teacher_id).where(*is_held))
    return [(course_id, teacher_id) for course_id, teacher_id in found]


def cancel_places(session: WriteSession, student_id: UserId) -> None:
    statement = update(Enrollment).where(Enrollment.student_id == student_id, Enrollment.status.in_(_HOLDS_THE_PLACE))
    session.change(statement.values(status=EnrollmentStatus.CANCELLED))


def export_rows(session: ReadSession, user_id: UserId) -> list[Plain]:
    role = case((Enrollment.student_id == user_id, "student"), else_="teacher").label("role")
    statement = select(
        Enrollment.id,
        role,
        Enrollment.course_id,
        Enrollment.status,
        Enrollment.sessions_bought,
        Enrollment.sessions_completed,
        Enrollment.transaction_id,
        Enrollment.created_at,
        Enrollment.completed_at,
    ).where(or_(Enrollment.student_id == user_id, Enrollment.teacher_id == user_id))
    return plain_rows(session, statement.order_by(Enrollment.created_at.desc(), Enrollment.id))
