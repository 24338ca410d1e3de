"""FastAPI with SQLAlchemy's entities over aiosqlite, as most tutorials have it: `python -m bench.peers.usual PORT
FILE`."""

import hashlib
import sys
from collections.abc import AsyncIterator
from typing import Annotated, Any

import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey, Select, column, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    """Of all tables."""


class Creator(Base):
    __tablename__ = "creators"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    handle: Mapped[str]

    @property
    def avatar(self) -> None:
        return None


class Topic(Base):
    __tablename__ = "topics"
    slug: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class CourseTopic(Base):
    __tablename__ = "course_topics"
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(ForeignKey("topics.slug"))
    topic: Mapped[Topic] = relationship()


class CourseTag(Base):
    __tablename__ = "course_tags"
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)


class CoursePoint(Base):
    __tablename__ = "course_points"
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


class Course(Base):
    __tablename__ = "courses"
    number: Mapped[int]
    id: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str]
    title: Mapped[str]
    tagline: Mapped[str]
    description: Mapped[str]
    level: Mapped[str]
    creator_id: Mapped[str] = mapped_column(ForeignKey("creators.id"))
    thumbnail: Mapped[str]
    price_cents: Mapped[int]
    currency: Mapped[str]
    session_count: Mapped[int]
    session_duration_minutes: Mapped[int]
    module_count: Mapped[int]
    rating: Mapped[float | None]
    rating_count: Mapped[int]
    student_count: Mapped[int]
    next_free_at: Mapped[str | None]
    is_featured: Mapped[bool]
    published_at: Mapped[str]
    creator: Mapped[Creator] = relationship()
    filed: Mapped[list[CourseTopic]] = relationship(order_by=CourseTopic.position)
    labels: Mapped[list[CourseTag]] = relationship(order_by=CourseTag.tag)
    points: Mapped[list[CoursePoint]] = relationship(order_by=CoursePoint.position)


class Shown(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class TopicShown(Shown):
    slug: str
    name: str


class CreatorShown(Shown):
    id: str
    name: str
    handle: str
    avatar: dict[str, str] | None


class Card(Shown):
    id: str
    slug: str
    title: str
    tagline: str
    level: str
    thumbnail: dict[str, str]
    topic: TopicShown
    topics: list[TopicShown]
    tags: list[str]
    creator: CreatorShown
    price_cents: int
    currency: str
    session_count: int
    session_duration_minutes: int
    module_count: int
    rating: float | None
    rating_count: int
    student_count: int
    next_free_at: str | None
    is_featured: bool
    published_at: str


class Page(Shown):
    items: list[Card]
    next_cursor: str | None
    limit: int
    total: int | None


class Detail(Card):
    description: str
    objectives: list[str]
    includes: list[str]
    audience: list[str]
    prerequisites: dict[str, list[str]]
    testimonials: list[str]


def _card(course: Course) -> dict[str, Any]:
    topics = [TopicShown.model_validate(each.topic) for each in course.filed]
    sizes = {"small": 320, "medium": 640, "large": 1280}
    made = {
        "thumbnail": {name: f"{course.thumbnail}/{width}.webp" for name, width in sizes.items()},
        "topic": topics[0],
        "topics": topics,
        "tags": [each.tag for each in course.labels],
        "creator": CreatorShown.model_validate(course.creator),
    }
    return made | {name: getattr(course, name) for name in Card.model_fields.keys() - made}


def _detail(course: Course) -> dict[str, Any]:
    def points(kind: str) -> list[str]:
        return [each.text for each in course.points if each.kind == kind]

    lists = {kind: points(kind) for kind in ("objectives", "includes", "audience")}
    wanted = {kind: points(kind) for kind in ("required", "nice_to_have", "not_required")}
    return _card(course) | lists | {"description": course.description, "prerequisites": wanted, "testimonials": []}


_CARD = select(Course).options(
    selectinload(Course.creator),
    selectinload(Course.filed).selectinload(CourseTopic.topic),
    selectinload(Course.labels),
)
_FOUND = text(
    "SELECT rowid AS number, bm25(course_words, 8, 4, 2, 1) AS place FROM course_words WHERE course_words MATCH :words"
)
app = FastAPI()


async def open_session() -> AsyncIterator[AsyncSession]:
    async with app.state.sessions() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(open_session)]


@app.middleware("http")
async def add_etag(request: Request, call_next: Any) -> Response:
    answer = await call_next(request)
    body = b"".join([piece async for piece in answer.body_iterator])
    etag = f'"{hashlib.sha256(body).hexdigest()[:22]}"'
    headers = {"ETag": etag, "Cache-Control": "public, max-age=10, s-maxage=300"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(body, answer.status_code, headers, answer.media_type or "application/json")


@app.get("/api/ready")
async def ready() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/api/courses")
async def list_courses(
    session: SessionDep,
    topic: str | None = None,
    level: str | None = None,
    min_price_cents: int | None = None,
    max_price_cents: int | None = None,
    q: str | None = None,
    limit: int = 20,
) -> Page:
    statement: Select[Course] = _CARD
    if topic is not None:
        statement = statement.where(Course.filed.any(CourseTopic.slug == topic))
    if level is not None:
        statement = statement.where(Course.level == level)
    if min_price_cents is not None:
        statement = statement.where(Course.price_cents >= min_price_cents)
    if max_price_cents is not None:
        statement = statement.where(Course.price_cents <= max_price_cents)
    if q:
        words = " ".join(f'"{word}"*' for word in q.replace('"', "").split())
        found = _FOUND.columns(column("number"), column("place")).bindparams(words=words).subquery()
        statement = statement.join(found, found.c.number == Course.number).order_by(found.c.place, Course.id)
    else:
        statement = statement.order_by(Course.published_at.desc(), Course.id.desc())
    rows = list(await session.scalars(statement.limit(limit + 1)))
    cursor = f"{rows[limit - 1].published_at}_{rows[limit - 1].id}" if len(rows) > limit else None
    return Page(items=[Card(**_card(row)) for row in rows[:limit]], next_cursor=cursor, limit=limit, total=None)


@app.get("/api/courses/{slug}")
async def read_course(session: SessionDep, slug: str) -> Detail:
    found = await session.scalar(_CARD.options(selectinload(Course.points)).where(Course.slug == slug))
    if found is None:
        raise HTTPException(404)
    return Detail(**_detail(found))


if __name__ == "__main__":
    port, file = sys.argv[1:]
    engine = create_async_engine(f"sqlite+aiosqlite:///{file}")
    app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
    uvicorn.run(app, port=int(port), access_log=False, log_config=None, server_header=False)
