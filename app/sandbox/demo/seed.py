"""Fills an empty database through the services that the API itself uses."""

from sqlalchemy import text

from app.db.database import Database
from app.db.session import ReadSession, WriteSession
from app.domains.auth.passwords import Passwords
from app.domains.calendar import service as calendar
from app.domains.courses import service as courses
from app.domains.courses.types import CourseDraft, PointKind
from app.domains.files import service as files
from app.domains.files.policies import Room
from app.domains.files.types import FileFacts, FileOrder, Kept, Purpose
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.providers.storage.port import ObjectStore
from app.sandbox.demo.ai_tools_overview import AI_TOOLS_OVERVIEW
from app.sandbox.demo.cast import ADA, CAST, PASSWORD, Member
from app.sandbox.demo.course import INCLUDES, PRICE_CENTS, SESSION_COUNT, SESSION_MINUTES, TOPIC, TOPICS, DemoCourse
from app.sandbox.demo.intro_to_claude_code import INTRO_TO_CLAUDE_CODE
from app.sandbox.demo.intro_to_n8n import INTRO_TO_N8N
from app.sandbox.demo.pictures import put_pictures
from app.sandbox.demo.vibe_coding_101 import VIBE_CODING_101

COURSES = (AI_TOOLS_OVERVIEW, INTRO_TO_CLAUDE_CODE, INTRO_TO_N8N, VIBE_CODING_101)
_BUFFER_MINUTES = 15
_PICTURE = FileOrder(Purpose.COURSE_THUMBNAIL, "cover.webp", "image/webp", size_bytes=10_000)

People = dict[Member, UserId]


def is_empty(session: ReadSession) -> bool:
    """Whether nobody has an account yet."""
    return session.scalar(text("SELECT 1 FROM users LIMIT 1")) is None


async def seed(db: Database, passwords: Passwords, store: ObjectStore) -> None:
    """Make the cast, the topics and the courses, all or nothing, and then the courses' pictures. The database must hold
    none of them."""
    await put_pictures(store, await db.write(_fill, await passwords.hash(PASSWORD)))


def _fill(session: WriteSession, password_hash: str) -> list[str]:
    """The keys of the pictures to draw."""
    people = {member: _join(session, member, password_hash) for member in CAST}
    for position, (slug, name) in enumerate(TOPICS, start=1):
        courses.add_topic(session, slug=slug, name=name, position=position)
    return [_offer(session, course, people) for course in COURSES]


def _join(session: WriteSession, member: Member, password_hash: str) -> UserId:
    user_id = users.create_user(
        session,
        email=member.email,
        name=member.name,
        password_hash=password_hash,
        timezone=member.timezone,
        can_create_courses=member.can_create_courses,
        is_admin=member.is_admin,
    )
    if user_id is None:
        raise ValueError("the demo data are there already")
    if member.is_verified:
        users.mark_email_verified(session, user_id)
    if member.is_suspended:
        users.suspend(session, user_id)
    if member.hours or member.can_create_courses:  # who teaches or creates is asked to be visible
        users.change_profile(session, user_id, {"is_profile_public": True})
    if member.hours:
        _open_hours(session, user_id, member)
    return user_id


def _open_hours(session: WriteSession, user_id: UserId, member: Member) -> None:
    calendar.set_availability(
        session, user_id, timezone=member.timezone, buffer_minutes=_BUFFER_MINUTES, windows=member.hours
    )


def _offer(session: WriteSession, course: DemoCourse, people: People) -> str:
    creator_id = people[course.creator]
    room = Room(_PICTURE.size_bytes * len(COURSES), _PICTURE.size_bytes * len(COURSES))
    picture = files.finish(
        session, files.create(session, creator_id, _PICTURE, room), Kept(_PICTURE.size_bytes, etag=None)
    )
    course_id = courses.create_course(session, _draft(course, creator_id, picture))
    files.attach(session, picture.id, creator_id, Purpose.COURSE_THUMBNAIL, to=course_id)
    courses.publish_course(session, course_id)
    for member in (*course.teachers, *course.paused):
        courses.certify_teacher(session, user_id=people[member], course_id=course_id, approved_by=people[ADA])
    for member in course.paused:
        courses.set_teaching(session, user_id=people[member], course_id=course_id, is_teaching=False)
    return picture.key


def _draft(course: DemoCourse, creator_id: UserId, picture: FileFacts) -> CourseDraft:
    return CourseDraft(
        creator_id=creator_id,
        topic=TOPIC,
        title=course.title,
        tagline=course.tagline,
        description=course.description,
        price_cents=PRICE_CENTS,
        session_count=SESSION_COUNT,
        session_duration_minutes=SESSION_MINUTES,
        modules=course.modules,
        points={
            PointKind.OBJECTIVE: course.objectives,
            PointKind.INCLUDES: INCLUDES,
            PointKind.AUDIENCE: course.audience,
            PointKind.PREREQUISITE_REQUIRED: course.required,
            PointKind.PREREQUISITE_NICE: course.nice_to_have,
            PointKind.PREREQUISITE_NONE: course.not_required,
        },
        tags=course.tags,
        thumbnail_key=picture.key,
        thumbnail_file_id=picture.id,
    )
