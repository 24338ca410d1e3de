"""SQL of the catalogue. What is asked with every page is built once for each shape of a question."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Label,
    Row,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
    update,
)
from sqlalchemy.orm import aliased

from app.db.keyset import page_after
from app.db.lookup import Lookup
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_many_or_skip, insert_or_skip
from app.domains.catalogue.models import (
    CourseLabel,
    CourseListing,
    CourseTerm,
    ListedPerson,
    ListedTeacher,
    SearchSpelling,
)
from app.domains.catalogue.types import (
    CourseFilter,
    CourseSort,
    LabelKind,
    Listing,
    Match,
    Part,
    PersonNumbers,
    SearchWord,
)
from app.domains.courses.types import CourseId
from app.domains.users.types import UserId

_HIGHEST = "\U0010ffff"
_WHOLE, _BEGINNING, _NEAR = 5, 1, 1  # a whole word of the description before the beginning of a tag, not of a title
_CARD: Final[tuple[Any, ...]] = (
    CourseListing.course_id,
    CourseListing.slug,
    CourseListing.title,
    CourseListing.tagline,
    CourseListing.level,
    CourseListing.topics,
    CourseListing.tags,
    CourseListing.creator_id,
    CourseListing.creator_name,
    CourseListing.creator_handle,
    CourseListing.creator_avatar_key,
    CourseListing.thumbnail_key,
    CourseListing.price_cents,
    CourseListing.currency,
    CourseListing.session_count,
    CourseListing.session_duration_minutes,
    CourseListing.module_count,
    CourseListing.rating_hundredths,
    CourseListing.rating_count,
    CourseListing.student_count,
    CourseListing.next_free_at,
    CourseListing.is_featured,
    CourseListing.published_at,
)
_DETAILS = select(*_CARD, CourseListing.words)
_BY_ID = _DETAILS.where(CourseListing.course_id == bindparam("name"))
_BY_SLUG = _DETAILS.where(CourseListing.slug == bindparam("name"))
_LABELS = {kind: aliased(CourseLabel, name=f"{kind}_label") for kind in LabelKind}
_NARROWING: Final[Mapping[str, ColumnElement[bool]]] = {
    "level": CourseListing.level == bindparam("level"),
    "creator_id": CourseListing.creator_id == bindparam("creator_id"),
    "creator_handle": CourseListing.creator_handle == bindparam("creator_handle"),
    "min_price_cents": CourseListing.price_cents >= bindparam("min_price_cents"),
    "max_price_cents": CourseListing.price_cents <= bindparam("max_price_cents"),
    "min_rating": CourseListing.rating_hundredths >= bindparam("min_rating"),
    "free_before": CourseListing.next_free_at <= bindparam("free_before"),
    "is_featured": CourseListing.is_featured.is_(True),
    "teacher_id": exists().where(
        ListedTeacher.course_id == CourseListing.course_id, ListedTeacher.user_id == bindparam("teacher_id")
    ),
}


@dataclass(frozen=True, slots=True)
class _Shape:
    """What makes one statement differ from another, apart from its values."""

    narrowed: frozenset[str]
    words: tuple[Match, ...]
    sort: CourseSort = CourseSort.NEWEST
    is_first_page: bool = True


def find_listed(lookup: Lookup, id_or_slug: str) -> tuple[Listing, dict[str, Any]] | None:
    """A course on sale with the texts of its own page. Slugs have no underscore and ids have one."""
    row = lookup.one(_BY_ID if "_" in id_or_slug else _BY_SLUG, name=id_or_slug)
    return (_listing(*row[:-1]), row.words) if row else None


def page(
    session: ReadSession,
    wanted: CourseFilter,
    words: Sequence[SearchWord],
    narrowing: Mapping[str, Any],
    *,
    after: Sequence[str | int] | None,
    limit: int,
) -> list[Listing]:
    """Courses on sale in the order asked for. `narrowing` holds the values of the filters by their names."""
    shape = _Shape(frozenset(narrowing), tuple(word.match for word in words), wanted.sort, after is None)
    place = {f"place_{number}": value for number, value in enumerate(after or ())}
    values = {**narrowing, **_word_values(words), **place, "limit": limit}
    width = len(_CARD)
    rows = session.execute(_page_statement(shape), values)
    return [_listing(*row[:width], tuple(row[width:])) for row in rows]


def count(session: ReadSession, words: Sequence[SearchWord], narrowing: Mapping[str, Any]) -> int:
    shape = _Shape(frozenset(narrowing), tuple(word.match for word in words))
    found: int = session.execute(_count_statement(shape), {**narrowing, **_word_values(words)}).scalar_one()
    return found


def _listing(*values: Any) -> Listing:
    return Listing(*values)


@lru_cache(maxsize=512)
def _page_statement(shape: _Shape) -> Select[*tuple[Any, ...]]:
    """What is sorted has no texts in it; they are read for the courses of the page alone."""
    scores = _scores(shape)
    keys, is_descending = _sort_keys(shape, scores)
    labelled: list[Label[Any]] = [key.label(f"key_{number}") for number, key in enumerate(keys)]
    place = None if shape.is_first_page else [bindparam(f"place_{n}", type_=key.type) for n, key in enumerate(keys)]
    statement = _narrow(select(_course_id(scores).label("id"), *labelled), shape, scores)
    ordered = page_after(statement, *keys, place=place, limit=None, is_descending=is_descending)
    found = ordered.limit(bindparam("limit", type_=Integer)).subquery("found")
    whole = select(*_CARD, *found.c[1:]).join(found, found.c.id == CourseListing.course_id)
    return page_after(whole, *found.c[1:], place=None, limit=None, is_descending=is_descending)


@lru_cache(maxsize=512)
def _count_statement(shape: _Shape) -> Select[*tuple[Any, ...]]:
    scores = _scores(shape)
    return _narrow(select(func.count(_course_id(scores))), shape, scores)


def _scores(shape: _Shape) -> list[Subquery]:
    return [_score(number, match) for number, match in enumerate(shape.words)]


def _course_id(scores: Sequence[Subquery]) -> ColumnElement[Any]:
    """Of what is looked through: the courses that have the first word, or all."""
    return scores[0].c.course_id if scores else CourseListing.course_id.expression


def _narrow(statement: Select[*tuple[Any, ...]], shape: _Shape, scores: Sequence[Subquery]) -> Select[*tuple[Any, ...]]:
    """The courses that have a score for each word, have the labels and meet the conditions."""
    course_id = _course_id(scores)
    conditions = [condition for name, condition in _NARROWING.items() if name in shape.narrowed]
    statement = statement.select_from(scores[0] if scores else CourseListing)
    for score in scores[1:]:
        statement = statement.join(score, score.c.course_id == course_id)
    if scores and (conditions or shape.sort is not CourseSort.RELEVANCE):
        statement = statement.join(CourseListing, CourseListing.course_id == course_id)
    for kind in _labels_in(shape):
        label = _LABELS[kind]
        is_it = and_(label.course_id == course_id, label.kind == kind.value, label.label == bindparam(kind.value))
        statement = statement.join(label, is_it)
    return statement.where(*conditions)


def _labels_in(shape: _Shape) -> list[LabelKind]:
    return [kind for kind in LabelKind if kind in shape.narrowed]


def _sort_keys(shape: _Shape, scores: Sequence[Subquery]) -> tuple[tuple[Any, ...], bool]:
    """The columns of an order, ending in the id, and whether it descends."""
    listing = CourseListing
    match shape.sort:
        case CourseSort.RELEVANCE if scores:
            total = sum((score.c.points for score in scores[1:]), start=scores[0].c.points)
            return (type_coerce(total, Integer), *_newest(scores[0].c)), True
        case CourseSort.RELEVANCE | CourseSort.NEWEST:
            kinds = _labels_in(shape)
            return _newest(_LABELS[kinds[0]] if kinds else listing), True
        case CourseSort.PRICE_ASC | CourseSort.PRICE_DESC:
            return (listing.price_cents, listing.course_id), shape.sort is CourseSort.PRICE_DESC
        case CourseSort.TITLE:  # the slug is the title in plain letters
            return (listing.slug, listing.course_id), False
        case CourseSort.RATING:
            return (listing.rating_hundredths, listing.rating_count, listing.course_id), True
        case CourseSort.POPULAR:
            return (listing.student_count, listing.course_id), True


def _newest(table: Any) -> tuple[Any, ...]:
    """As stored: a cursor holds numbers, not instants."""
    return type_coerce(table.published_at, BigInteger), table.course_id


def _score(number: int, match: Match) -> Subquery:
    """The courses that have a word, and as points how prominently: where it occurs, and how well it fits."""
    term, weight = CourseTerm.term, CourseTerm.weight
    word = bindparam(f"word_{number}", type_=term.type)
    match match:
        case Match.WHOLE:
            is_hit, points = term == word, weight * _WHOLE
        case Match.BEGINNING:
            is_hit = term.between(word, bindparam(f"last_{number}", type_=term.type))
            points = weight * case((term == word, _WHOLE), else_=_BEGINNING)
        case Match.NEAR:
            is_hit = term.in_(bindparam(f"meant_{number}", expanding=True, type_=term.type))
            points = weight * _NEAR
    best, published = func.max(points).label("points"), func.max(CourseTerm.published_at).label("published_at")
    found = select(CourseTerm.course_id, best, published).where(is_hit)
    return found.group_by(CourseTerm.course_id).subquery(f"score_{number}")


def _word_values(words: Sequence[SearchWord]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for number, word in enumerate(words):
        match word.match:
            case Match.NEAR:
                values[f"meant_{number}"] = list(word.meant)
            case Match.BEGINNING:
                values |= {f"word_{number}": word.text, f"last_{number}": word.text + _HIGHEST}
            case Match.WHOLE:
                values[f"word_{number}"] = word.text
    return values


def known_words(session: ReadSession, words: Sequence[SearchWord]) -> set[str]:
    """Those of the words that courses have, as whole words or, where that is asked, as the beginning of one."""
    asked = []
    for word in words:
        last = word.text + _HIGHEST if word.match is Match.BEGINNING else word.text
        is_there = exists().where(CourseTerm.term.between(word.text, last))
        asked.append(select(literal(word.text)).where(is_there))
    return set(session.scalars(union_all(*asked)))


def terms_spelled(session: ReadSession, spellings: Collection[str]) -> list[str]:
    """Words of courses on sale that have one of these spellings."""
    is_used = exists().where(CourseTerm.term == SearchSpelling.term)
    statement = select(SearchSpelling.term).where(SearchSpelling.spelling.in_(spellings), is_used)
    return list(session.scalars(statement.distinct()))


def lock_listing(session: WriteSession, course_id: CourseId) -> Row[UserId, int] | None:
    """The creator and the minutes of a lesson as they are listed now. Nobody else changes the listing in this
    transaction: what is counted afterwards for it stays right."""
    columns = CourseListing.creator_id, CourseListing.session_duration_minutes
    statement = select(*columns).where(CourseListing.course_id == course_id).with_for_update()
    return session.execute(statement).one_or_none()


def add_listing(session: WriteSession, course_id: CourseId, values: Mapping[str, Any]) -> None:
    insert_or_skip(session, CourseListing, {**values, "course_id": course_id})


def change_listing(session: WriteSession, course_id: CourseId, values: Mapping[str, Any]) -> None:
    session.change(update(CourseListing).where(CourseListing.course_id == course_id).values(**values))


def change_creator(session: WriteSession, user_id: UserId, values: Mapping[str, Any]) -> None:
    session.change(update(CourseListing).where(CourseListing.creator_id == user_id).values(**values))


def make_due(session: WriteSession, teacher_id: UserId) -> None:
    """The next free time of all courses of this teacher is to be found anew."""
    taught = select(ListedTeacher.course_id).where(ListedTeacher.user_id == teacher_id)
    statement = update(CourseListing).where(CourseListing.course_id.in_(taught))
    session.change(statement.values(free_due_at=session.now))


def delete_listing(session: WriteSession, course_id: CourseId) -> None:
    session.change(delete(CourseListing).where(CourseListing.course_id == course_id))


def labels_of(session: ReadSession, course_id: CourseId) -> set[tuple[str, str, datetime]]:
    columns = CourseLabel.kind, CourseLabel.label, CourseLabel.published_at
    rows = session.execute(select(*columns).where(CourseLabel.course_id == course_id))
    return {(kind, label, published_at) for kind, label, published_at in rows}


def ids_filed(session: ReadSession, topic: str, after: CourseId | None, limit: int) -> list[CourseId]:
    """Courses on sale under the topic, by id."""
    filed = CourseLabel.kind == LabelKind.TOPIC, CourseLabel.label == topic
    statement = select(CourseLabel.course_id).where(*filed).order_by(CourseLabel.course_id).limit(limit)
    return list(session.scalars(statement.where(CourseLabel.course_id > after) if after else statement))


def terms_of(session: ReadSession, course_id: CourseId) -> set[tuple[str, int, datetime]]:
    columns = CourseTerm.term, CourseTerm.weight, CourseTerm.published_at
    rows = session.execute(select(*columns).where(CourseTerm.course_id == course_id))
    return {(term, weight, published_at) for term, weight, published_at in rows}


def replace_labels(
    session: WriteSession, course_id: CourseId, labels: Collection[tuple[str, str, datetime | None]]
) -> None:
    session.change(delete(CourseLabel).where(CourseLabel.course_id == course_id))
    names = ("kind", "label", "published_at")
    insert_many_or_skip(
        session, CourseLabel, [dict(zip(names, row, strict=True)) | {"course_id": course_id} for row in labels]
    )


def replace_terms(
    session: WriteSession, course_id: CourseId, terms: Collection[tuple[str, int, datetime | None]]
) -> None:
    session.change(delete(CourseTerm).where(CourseTerm.course_id == course_id))
    names = ("term", "weight", "published_at")
    rows = [dict(zip(names, row, strict=True)) | {"course_id": course_id} for row in sorted(terms, key=str)]
    insert_many_or_skip(session, CourseTerm, rows)


def unspelled(session: ReadSession, terms: Collection[str]) -> list[str]:
    """Those of the terms that no spelling leads to yet."""
    known = select(SearchSpelling.term).where(SearchSpelling.spelling.in_(terms))
    known = known.where(SearchSpelling.spelling == SearchSpelling.term)
    return sorted(set(terms) - set(session.scalars(known)))


def add_spellings(session: WriteSession, pairs: Sequence[tuple[str, str]]) -> None:
    insert_many_or_skip(session, SearchSpelling, [{"spelling": spelling, "term": term} for spelling, term in pairs])


def replace_teachers(session: WriteSession, course_id: CourseId, user_ids: Collection[UserId]) -> None:
    session.change(delete(ListedTeacher).where(ListedTeacher.course_id == course_id))
    insert_many_or_skip(
        session, ListedTeacher, [{"user_id": user_id, "course_id": course_id} for user_id in sorted(user_ids)]
    )


def teachers_of(session: ReadSession, course_id: CourseId) -> set[UserId]:
    return set(session.scalars(select(ListedTeacher.user_id).where(ListedTeacher.course_id == course_id)))


def is_teacher(session: ReadSession, user_id: UserId) -> bool:
    return session.scalar(select(exists().where(ListedTeacher.user_id == user_id))) is True


def count_taught(session: ReadSession, user_id: UserId) -> int:
    return session.scalar(select(func.count()).where(ListedTeacher.user_id == user_id)) or 0


def courses_due(session: WriteSession, limit: int) -> list[CourseId]:
    """Courses whose next free time is to be found anew, those first that wait the longest."""
    statement = select(CourseListing.course_id).where(CourseListing.free_due_at <= session.now)
    return list(session.scalars(statement.order_by(CourseListing.free_due_at, CourseListing.course_id).limit(limit)))


def labels(session: ReadSession, kind: LabelKind) -> dict[str, int]:
    """How many courses on sale have each label."""
    statement = select(CourseLabel.label, func.count()).where(CourseLabel.kind == kind).group_by(CourseLabel.label)
    return {label: found for label, found in session.execute(statement)}  # noqa: C416 - typed


def tags_page(
    session: ReadSession, topic: str | None, *, after: Sequence[str | int] | None, limit: int
) -> Sequence[Row[str, int]]:
    """Tags of courses on sale (under the topic), and how many courses have them, the most used ones first."""
    used = select(CourseLabel.label, func.count().label("count")).where(CourseLabel.kind == LabelKind.TAG)
    if topic is not None:
        filed = aliased(CourseLabel)
        is_filed = filed.course_id == CourseLabel.course_id, filed.kind == LabelKind.TOPIC, filed.label == topic
        used = used.where(exists().where(*is_filed))
    tags = used.group_by(CourseLabel.label).subquery()
    keys = (-tags.c.count, tags.c.label)
    return session.execute(page_after(select(tags), *keys, place=after, limit=limit, is_descending=False)).all()


def lock_person(session: WriteSession, values: Mapping[str, Any]) -> None:
    """Make sure of the person's row, which nobody else changes until this transaction ends."""
    nothing = dict.fromkeys(PersonNumbers.__dataclass_fields__, 0)
    insert_or_skip(session, ListedPerson, {**values, **nothing})
    session.execute(select(ListedPerson.user_id).where(ListedPerson.user_id == values["user_id"]).with_for_update())


def change_person(session: WriteSession, user_id: UserId, values: Mapping[str, Any]) -> None:
    session.change(update(ListedPerson).where(ListedPerson.user_id == user_id).values(**values))


def delete_person(session: WriteSession, user_id: UserId) -> None:
    session.change(delete(ListedPerson).where(ListedPerson.user_id == user_id))


def numbers_of_creator(session: ReadSession, user_id: UserId) -> tuple[int, int, int, int]:
    """Courses on sale, their students, and the sum and number of their ratings."""
    listing = CourseListing
    sums = (
        func.coalesce(func.sum(column), 0)
        for column in (listing.student_count, listing.rating_sum, listing.rating_count)
    )
    row = session.execute(select(func.count(), *sums).where(listing.creator_id == user_id)).one()
    courses, students, rating_sum, rating_count = (int(value) for value in row)
    return courses, students, rating_sum, rating_count


_PERSON: Final[tuple[Any, ...]] = (
    ListedPerson.user_id,
    ListedPerson.handle,
    ListedPerson.name,
    ListedPerson.title,
    ListedPerson.bio_short,
    ListedPerson.avatar_key,
)


def people(
    session: ReadSession, part: Part, topic: str | None, *, after: Sequence[str | int] | None, limit: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Listed people who create (or teach) something (under the topic), those with the most students first."""
    match part:
        case Part.CREATOR:
            courses, students = ListedPerson.course_count, ListedPerson.student_count
            own = CourseListing.creator_id == ListedPerson.user_id
        case Part.TEACHER:
            courses, students = ListedPerson.taught_course_count, ListedPerson.taught_student_count
            own = CourseListing.course_id.in_(
                select(ListedTeacher.course_id).where(ListedTeacher.user_id == ListedPerson.user_id)
            )
    columns = (courses, students, ListedPerson.rating_sum, ListedPerson.rating_count)
    statement = select(*_PERSON, *columns).where(courses > 0)
    if topic is not None:
        is_filed = CourseLabel.course_id == CourseListing.course_id, CourseLabel.kind == LabelKind.TOPIC
        statement = statement.where(exists().where(own, *is_filed, CourseLabel.label == topic))
    return session.execute(page_after(statement, students, ListedPerson.user_id, place=after, limit=limit)).all()


def listed_id(session: ReadSession, id_or_handle: str) -> UserId | None:
    """The listed person of this id or handle, which never look alike."""
    is_it = or_(ListedPerson.user_id == id_or_handle, ListedPerson.handle == id_or_handle.lower())
    return session.scalar(select(ListedPerson.user_id).where(is_it))
