"""Bringing the catalogue up to date at the end of a unit of work, for all that changed in it.

What units lock of the catalogue is locked here, last, and in one order, so that no two of them wait for each other:
those who come to it, the listings, and those in its directories, each of them by id, and only then the next.
"""

from app.db.session import WriteSession
from app.domains.catalogue import repository
from app.domains.catalogue.service import listing
from app.domains.catalogue.service.people import refresh_person
from app.domains.catalogue.types import REBUILD, RELABEL, RebuildPayload, RelabelPayload
from app.domains.courses import service as courses
from app.domains.courses.events import CourseChanged
from app.domains.courses.types import CourseId
from app.domains.enrollments.events import EnrollmentStarted, PlaceGivenUp, TeacherAssigned
from app.domains.users import service as users
from app.domains.users.events import ProfileChanged
from app.domains.users.types import UserId

_Place = EnrollmentStarted | PlaceGivenUp | TeacherAssigned
Change = CourseChanged | ProfileChanged | _Place
_REBUILT_AT_ONCE = 50


def follow(session: WriteSession, changes: set[Change]) -> None:
    """List everything that these touch as it is now.

    Newcomers are held first, so that coming on sale and going public at once do not miss each other. Whose profile
    changed is held by that change, and who is listed already is met at the listing.
    """
    changed = {each.course_id for each in changes if isinstance(each, CourseChanged)}
    places = {each for each in changes if isinstance(each, _Place)}
    profiles = {each.user_id for each in changes if isinstance(each, ProfileChanged)}
    people = profiles | {user_id for place in places for user_id in _teachers(place)}
    users.hold_if_there(session, (people - profiles) | listing.newcomers(session, changed))
    taught = {course_id for user_id in profiles for course_id in courses.ids_of_teacher(session, user_id)}
    counted = {each.course_id for each in places} - changed
    listed = repository.lock_listings(session, changed | counted | taught, profiles)
    for user_id in profiles:
        listing.show_creator(session, user_id)
    for course_id in sorted(changed):
        people |= listing.refresh_course(session, course_id, listed.get(course_id))
    for course_id in counted & listed.keys():
        people |= listing.count_students(session, course_id, listed[course_id])
    for course_id in (taught - changed) & listed.keys():
        people |= listing.refresh_teachers(session, course_id, is_free_unknown=False)
    listing.spell(session, changed)
    for user_id in sorted(people):
        refresh_person(session, user_id)


def _teachers(place: _Place) -> set[UserId]:
    """Who has a student more or less; nobody while the place has no teacher."""
    concerned = {place.teacher_id, place.former_id if isinstance(place, TeacherAssigned) else None}
    return {user_id for user_id in concerned if user_id is not None}


def rebuild(session: WriteSession, after: CourseId | None) -> None:
    """List some courses as they are, those by id that follow; a job goes on with the others."""
    ids = courses.ids_after(session, after, _REBUILT_AT_ONCE)
    follow(session, {CourseChanged(course_id, is_listed=True) for course_id in ids})
    if len(ids) == _REBUILT_AT_ONCE:
        REBUILD.enqueue(session, RebuildPayload(after=ids[-1]))


def relabel(session: WriteSession, topic: str, after: CourseId | None) -> None:
    """Some courses on sale show another name of this topic, those by id that follow; a job goes on with the others.
    Said as a change of each of them, so that kept answers are dropped once it is true."""
    ids = repository.ids_filed(session, topic, after, _REBUILT_AT_ONCE)
    for course_id in ids:
        session.publish(CourseChanged(course_id, is_listed=True))
    if len(ids) == _REBUILT_AT_ONCE:
        RELABEL.enqueue(session, RelabelPayload(topic=topic, after=ids[-1]))
