"""Many courses on sale: some made as the API makes them, and as many copies of their rows as are wanted."""

import random
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import text

from app.core.clock import SystemClock
from app.core.config import Settings
from app.core.events import EventBus
from app.db.database import Database
from app.db.engines import create_engines
from app.db.session import ReadSession, WriteSession
from app.domains.courses import service as courses
from app.domains.courses.types import CourseDraft, Level, ModuleDraft, PointKind
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.wiring.handlers import subscribe_handlers

ORIGINALS = 1000
THUMBNAIL = "public/thumbnails/bench"
"""Nothing is there; a course without a picture could not be on sale."""

TOPIC, LEVEL = "ai", Level.BEGINNER
_TOPICS = (TOPIC, "design", "business", "language")
_BATCH = 50
_COPY = "(SELECT id FROM courses WHERE slug NOT LIKE '%-copy-%')"
_SYLLABLES = ("ba", "co", "di", "fe", "gu", "ka", "lo", "mi", "ne", "po", "ra", "su", "ti", "vo", "xe", "zu")


def vocabulary(chance: random.Random) -> list[str]:
    """Some three thousand words; those in front are used the most."""
    found = ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(3500)]
    return list(dict.fromkeys(found))


def some_words(chance: random.Random, known: Sequence[str], count: int) -> list[str]:
    """The first word is in a seventh of all courses, one in the middle in two of a hundred."""
    return [known[int(len(known) * chance.random() ** 1.3)] for _ in range(count)]


def drafts(chance: random.Random, known: Sequence[str], creators: Sequence[UserId]) -> Iterator[CourseDraft]:
    """Courses that are complete enough to be on sale."""
    for number in range(ORIGINALS):
        yield CourseDraft(
            creator_id=chance.choice(creators),
            topic=chance.choice(_TOPICS),
            title=" ".join([*some_words(chance, known, 4), str(number)]),
            tagline=" ".join(some_words(chance, known, 8)),
            description=" ".join(some_words(chance, known, 60)),
            level=chance.choice(list(Level)),
            price_cents=chance.randint(0, 900) * 100,
            session_count=2,
            session_duration_minutes=90,
            modules=tuple(ModuleDraft(f"Module {place}", "What it is about.", place % 2 + 1, 20) for place in range(8)),
            points={kind: tuple(" ".join(some_words(chance, known, 6)) for _ in range(4)) for kind in PointKind},
            tags=tuple(some_words(chance, known, 3)),
            thumbnail_key=THUMBNAIL,
        )


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The database as the server has it, with everybody who listens to its events."""
    events = EventBus()
    subscribe_handlers(events, settings, ())
    db = Database(create_engines(settings), SystemClock(), events)
    try:
        yield db
    finally:
        await db.engines.dispose()


async def fill(db: Database, count: int) -> list[str]:
    """Put `count` courses (in thousands) on sale; answers the slugs of the first thousand."""
    chance = random.Random(7)
    known = vocabulary(chance)
    creators = await db.write(_people)
    offered = list(drafts(chance, known, creators))
    for start in range(0, ORIGINALS, _BATCH):
        await db.write(_offer, offered[start : start + _BATCH])
    for number in range(1, count // ORIGINALS):
        await db.write(_copy, f"{number:04}")
    await db.write(_rest)
    return await db.read(_slugs)


def _people(session: WriteSession) -> list[UserId]:
    found = []
    for slug in _TOPICS:
        courses.add_topic(session, slug=slug, name=slug.capitalize(), position=9)
    for number in range(50):
        user_id = users.create_user(
            session,
            email=f"shelf.{number}@peerloop.example",
            name=f"Shelf Creator {number}",
            password_hash=None,
            timezone="UTC",
        )
        assert user_id is not None
        found.append(user_id)
    return found


def _offer(session: WriteSession, drafts: Sequence[CourseDraft]) -> None:
    for draft in drafts:
        courses.publish_course(session, courses.create_course(session, draft))


def _copy(session: WriteSession, suffix: str) -> None:
    """The rows that the catalogue reads; nothing else of a course is copied."""
    new_id = "substr({}, 1, 26) || :suffix"
    for table, key in (
        ("courses", "id"),
        ("course_listings", "course_id"),
        ("course_labels", "course_id"),
        ("course_terms", "course_id"),
    ):
        columns = session.execute(text(f"SELECT * FROM {table} LIMIT 0")).keys()
        changed = {
            key: new_id.format(key),
            "slug": "slug || '-copy-' || :suffix",
            "published_at": "published_at - :back",
        }
        values = ", ".join(changed.get(name, name) for name in columns)
        session.execute(
            text(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE {key} IN {_COPY}"),
            {"suffix": suffix, "back": int(suffix) * 60_000_000_000},
        )


def _rest(session: WriteSession) -> None:
    """Nobody teaches these courses: there is no free time to be found."""
    session.execute(text("DELETE FROM jobs WHERE kind = 'catalogue.find_due'"))
    session.execute(text("UPDATE course_listings SET free_due_at = 9000000000000000"))


def _slugs(session: ReadSession) -> list[str]:
    return list(session.scalars(text(f"SELECT slug FROM courses WHERE id IN {_COPY} ORDER BY id LIMIT {ORIGINALS}")))
