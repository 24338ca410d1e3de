"""Rules of following. Only people with a public profile can be followed or are named; private followers are counted,
and whoever is suspended or gone is neither named nor counted."""

from collections.abc import Sequence
from datetime import datetime

from app.db.export import Plain
from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.courses import service as courses
from app.domains.courses.errors import CourseNotFound
from app.domains.courses.types import CourseFacts, CourseId
from app.domains.follows import repository
from app.domains.follows.errors import FollowsOneself, NotFollowing
from app.domains.follows.types import CourseFollow, FollowRows, PersonFollow
from app.domains.users import service as users
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId
from app.edge.principal import Principal


def follow_person(session: WriteSession, follower_id: UserId, handle: str) -> PersonFollow:
    """Follow somebody with a public profile; once more changes nothing. Raises `UserNotFound`, `FollowsOneself`."""
    if users.find_by_handle(session, handle) == follower_id:
        raise FollowsOneself
    followed_id = users.view_profile(session, handle, viewer=None).id
    users.hold_people(session, {follower_id, followed_id})  # neither leaves meanwhile and takes no row along
    repository.add_person(session, follower_id, followed_id)
    return get_followed(session, follower_id, followed_id)


def unfollow_person(session: WriteSession, follower_id: UserId, handle: str) -> None:
    """Follow somebody no more, private by now or not. Raises `UserNotFound` where there is nobody to see."""
    followed_id = users.find_by_handle(session, handle)
    if followed_id is None:
        raise UserNotFound
    if not repository.remove_person(session, follower_id, followed_id):
        users.view_profile(session, handle, viewer=None)


def get_followed(session: ReadSession, follower_id: UserId, followed_id: UserId) -> PersonFollow:
    """Somebody whom the person follows. Raises `NotFollowing`."""
    since = repository.followed_since(session, follower_id, followed_id, among=users.listed_people())
    if since is None:
        raise NotFollowing
    return _people(session, [(followed_id, since)])[0]


def list_followed(
    session: ReadSession, follower_id: UserId, *, before: Moment | None, limit: int
) -> list[PersonFollow]:
    """Whom the person follows and who shows their profile, the latest first."""
    rows = repository.followed_by(session, follower_id, among=users.listed_people(), before=before, limit=limit)
    return _people(session, rows)


def list_following(
    session: ReadSession, handle: str, viewer: Principal | None, *, before: Moment | None, limit: int, with_total: bool
) -> FollowRows:
    """Whom the owner of a visible profile follows. Raises `UserNotFound`."""
    owner_id = users.view_profile(session, handle, viewer).id
    people = list_followed(session, owner_id, before=before, limit=limit)
    total = repository.count_followed(session, owner_id, among=users.present_people()) if with_total else None
    return FollowRows(people, total)


def list_followers(
    session: ReadSession, handle: str, viewer: Principal | None, *, before: Moment | None, limit: int, with_total: bool
) -> FollowRows:
    """Who follows the owner of a visible profile. Raises `UserNotFound`."""
    owner_id = users.view_profile(session, handle, viewer).id
    rows = repository.followers_of(session, owner_id, among=users.listed_people(), before=before, limit=limit)
    return FollowRows(_people(session, rows), count_followers(session, owner_id) if with_total else None)


def count_followers(session: ReadSession, user_id: UserId) -> int:
    """How many follow the person, private ones too."""
    return repository.count_followers(session, user_id, among=users.present_people())


def count_course_followers(session: ReadSession, course_id: CourseId) -> int:
    """How many follow the course, private ones too."""
    return repository.count_course_followers(session, course_id, among=users.present_people())


def _people(session: ReadSession, rows: Sequence[tuple[UserId, datetime]]) -> list[PersonFollow]:
    people = users.get_people(session, [user_id for user_id, _ in rows])
    return [PersonFollow(user_id, people[user_id].name, people[user_id].handle, since) for user_id, since in rows]


def follow_course(session: WriteSession, user_id: UserId, id_or_slug: str) -> CourseFollow:
    """Follow a course on sale; once more changes nothing. Raises `CourseNotFound`, `UserNotFound`."""
    course = courses.find_published(session, id_or_slug)
    users.hold_people(session, {user_id})
    repository.add_course(session, user_id, course.id)
    since = repository.course_followed_since(session, user_id, course.id)
    return _course(course, since or session.now)


def unfollow_course(session: WriteSession, user_id: UserId, id_or_slug: str) -> None:
    """Follow a course no more, on sale or not. Raises `CourseNotFound` where there is none to see."""
    course = courses.find_course(session, id_or_slug)
    if course is None or not (repository.remove_course(session, user_id, course.id) or course.is_on_sale):
        raise CourseNotFound


def list_followed_courses(
    session: ReadSession, user_id: UserId, *, before: Moment | None, limit: int
) -> list[CourseFollow]:
    """The courses that the person follows, the latest first."""
    rows = repository.courses_followed_by(session, user_id, before=before, limit=limit)
    found = courses.get_courses(session, [course_id for course_id, _ in rows])
    return [_course(found[course_id], since) for course_id, since in rows]


def _course(course: CourseFacts, since: datetime) -> CourseFollow:
    return CourseFollow(course.id, course.slug, course.title, course.is_on_sale, since)


def export_of(session: ReadSession, user_id: UserId) -> Plain:
    """Which courses the person follows, and when they began to follow people, who are not named. Newest first."""
    return {
        "people": repository.export_people(session, user_id),
        "courses": repository.export_courses(session, user_id),
    }


def erase(session: WriteSession, user_id: UserId) -> None:
    """Nobody follows the person any more, and the person nobody."""
    repository.delete_all(session, user_id)
