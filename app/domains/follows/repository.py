"""SQL of follows. Who may be named or counted is a query of people that the caller brings."""

from datetime import datetime

from sqlalchemy import Select, delete, func, or_, select

from app.db.export import Plain, plain_rows
from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.courses.types import CourseId
from app.domains.follows.models import CourseFollow, MemberFollow
from app.domains.users.types import UserId


def add_person(session: WriteSession, follower_id: UserId, followed_id: UserId) -> None:
    """Nothing when it is so already."""
    row = {"follower_id": follower_id, "followed_id": followed_id, "created_at": session.now}
    insert_or_skip(session, MemberFollow, row)


def remove_person(session: WriteSession, follower_id: UserId, followed_id: UserId) -> bool:
    """False when it was not so."""
    statement = delete(MemberFollow).where(
        MemberFollow.follower_id == follower_id, MemberFollow.followed_id == followed_id
    )
    return session.change(statement) == 1


def followed_since(
    session: ReadSession, follower_id: UserId, followed_id: UserId, *, among: Select[UserId]
) -> datetime | None:
    return session.scalar(
        select(MemberFollow.created_at).where(
            MemberFollow.follower_id == follower_id,
            MemberFollow.followed_id == followed_id,
            MemberFollow.followed_id.in_(among),
        )
    )


def followed_by(
    session: ReadSession, follower_id: UserId, *, among: Select[UserId], before: Moment | None, limit: int
) -> list[tuple[UserId, datetime]]:
    """Whom the person follows, the latest first."""
    statement = select(MemberFollow.followed_id, MemberFollow.created_at).where(
        MemberFollow.follower_id == follower_id, MemberFollow.followed_id.in_(among)
    )
    keys = (MemberFollow.created_at, MemberFollow.followed_id)
    found = session.execute(page_after(statement, *keys, place=before, limit=limit))
    return [(user_id, since) for user_id, since in found]


def followers_of(
    session: ReadSession, followed_id: UserId, *, among: Select[UserId], before: Moment | None, limit: int
) -> list[tuple[UserId, datetime]]:
    """Who follows the person, the latest first."""
    statement = select(MemberFollow.follower_id, MemberFollow.created_at).where(
        MemberFollow.followed_id == followed_id, MemberFollow.follower_id.in_(among)
    )
    keys = (MemberFollow.created_at, MemberFollow.follower_id)
    found = session.execute(page_after(statement, *keys, place=before, limit=limit))
    return [(user_id, since) for user_id, since in found]


def count_followed(session: ReadSession, follower_id: UserId, *, among: Select[UserId]) -> int:
    statement = select(func.count()).where(MemberFollow.follower_id == follower_id, MemberFollow.followed_id.in_(among))
    return session.scalar(statement) or 0


def count_followers(session: ReadSession, followed_id: UserId, *, among: Select[UserId]) -> int:
    statement = select(func.count()).where(MemberFollow.followed_id == followed_id, MemberFollow.follower_id.in_(among))
    return session.scalar(statement) or 0


def add_course(session: WriteSession, user_id: UserId, course_id: CourseId) -> None:
    """Nothing when it is so already."""
    insert_or_skip(session, CourseFollow, {"user_id": user_id, "course_id": course_id, "created_at": session.now})


def remove_course(session: WriteSession, user_id: UserId, course_id: CourseId) -> bool:
    """False when it was not so."""
    statement = delete(CourseFollow).where(CourseFollow.user_id == user_id, CourseFollow.course_id == course_id)
    return session.change(statement) == 1


def course_followed_since(session: ReadSession, user_id: UserId, course_id: CourseId) -> datetime | None:
    return session.scalar(
        select(CourseFollow.created_at).where(CourseFollow.user_id == user_id, CourseFollow.course_id == course_id)
    )


def courses_followed_by(
    session: ReadSession, user_id: UserId, *, before: Moment | None, limit: int
) -> list[tuple[CourseId, datetime]]:
    """The latest first."""
    statement = select(CourseFollow.course_id, CourseFollow.created_at).where(CourseFollow.user_id == user_id)
    found = page_after(statement, CourseFollow.created_at, CourseFollow.course_id, place=before, limit=limit)
    return [(course_id, since) for course_id, since in session.execute(found)]


def count_course_followers(session: ReadSession, course_id: CourseId, *, among: Select[UserId]) -> int:
    statement = select(func.count()).where(CourseFollow.course_id == course_id, CourseFollow.user_id.in_(among))
    return session.scalar(statement) or 0


def export_people(session: ReadSession, follower_id: UserId) -> list[Plain]:
    statement = select(MemberFollow.created_at).where(MemberFollow.follower_id == follower_id)
    return plain_rows(session, statement.order_by(MemberFollow.created_at.desc()))


def export_courses(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(CourseFollow.course_id, CourseFollow.created_at).where(CourseFollow.user_id == user_id)
    return plain_rows(session, statement.order_by(CourseFollow.created_at.desc(), CourseFollow.course_id))


def delete_all(session: WriteSession, user_id: UserId) -> None:
    """In both directions."""
    either_end = or_(MemberFollow.follower_id == user_id, MemberFollow.followed_id == user_id)
    session.change(delete(MemberFollow).where(either_end))
    session.change(delete(CourseFollow).where(CourseFollow.user_id == user_id))
