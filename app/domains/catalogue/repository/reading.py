"""SQL of what visitors read. What is asked with every page is built once for each shape of a question."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Integer,
    Label,
    Row,
    Select,
    Subquery,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from app.db.keyset import page_after
from app.db.lookup import Lookup
from app.db.session import ReadSession
from app.domains.catalogue.models import (
    CourseLabel,
    CourseListing,
    CourseTerm,
    ListedTeacher,
    SearchSpelling,
)
from app.domains.catalogue.types import (
    HEAVIEST,
    CourseFilter,
    CourseSort,
    LabelKind,
    Listing,
    Match,
    Placed,
    SearchWord,
)
from app.domains.courses.types import CourseId

_HIGHEST = "\U0010ffff"
_WHOLE, _BEGINNING, _NEAR = 5, 1, 1  # a whole word of the description before the beginning of a tag, not of a title
_LIMIT: Final = bindparam("limit", type_=Integer)
_COUNTED = 1000  # what is more frequent than this is frequent
_CARD: Final[tuple[Any, ...]] = (
    CourseListing.course_id,
    CourseListing.slug,
    CourseListing.title,
    CourseListing.tagline,
    CourseListing.level,
    cast(CourseListing.topics, Text),
    cast(CourseListing.tags, Text),
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
    type_coerce(CourseListing.next_free_at, BigInteger),
    CourseListing.is_featured,
    type_coerce(CourseListing.published_at, BigInteger),
)
_WIDTH: Final = len(_CARD)
_DETAILS = select(*_CARD, CourseListing.words)
_BY_IDS = select(*_CARD).where(CourseListing.course_id.in_(bindparam("ids", expanding=True)))
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
    return (Listing._make(row[:_WIDTH]), row.words) if row else None


def page(
    session: ReadSession,
    wanted: CourseFilter,
    words: Sequence[SearchWord],
    narrowing: Mapping[str, Any],
    *,
    after: Sequence[str | int] | None,
    limit: int,
) -> list[Placed]:
    """Which courses on sale there are, in the order asked for. `narrowing` holds the values of the filters by their
    names."""
    shape = _Shape(frozenset(narrowing), tuple(word.match for word in words), wanted.sort, after is None)
    place = {f"place_{number}": value for number, value in enumerate(after or ())}
    values = {**narrowing, **_word_values(words), **place, "limit": limit}
    best = _best(session, shape, values)
    return _placed(session, _page_statement(shape), values) if best is None else best


def _best(session: ReadSession, shape: _Shape, values: dict[str, Any]) -> list[Placed] | None:
    """Courses that have the one word itself, read off an index in their order; None when others may belong among them.
    A beginning never counts more than `HEAVIEST` points, so of a whole page above that there are only whole words."""
    is_simple = shape.sort is CourseSort.RELEVANCE and len(shape.words) == 1 and not shape.narrowed
    if not is_simple or Match.NEAR in shape.words:
        return None
    least = HEAVIEST if Match.BEGINNING in shape.words else 0
    place = values.get("place_0")
    if place is not None and (place <= least or place % _WHOLE):
        return None
    weight = {} if place is None else {"place_0": place // _WHOLE}
    found = _placed(session, _best_statement(shape.is_first_page), values | weight)
    is_whole = len(found) == values["limit"] and int(found[-1].position[0]) > least
    return found if is_whole or Match.WHOLE in shape.words else None


def _placed(session: ReadSession, statement: Select[*tuple[Any, ...]], values: Mapping[str, Any]) -> list[Placed]:
    """Past the session, which has no entities to keep here: it would look at each row once more."""
    rows = session.connection().execute(statement, values).all()
    return [Placed(row[0], row[1], tuple(row[2:])) for row in rows]


def listings(session: ReadSession, course_ids: Collection[CourseId]) -> list[Listing]:
    """Those of the courses that are on sale."""
    return [Listing._make(row) for row in session.connection().execute(_BY_IDS, {"ids": list(course_ids)})]


def count(session: ReadSession, words: Sequence[SearchWord], narrowing: Mapping[str, Any]) -> int:
    shape = _Shape(frozenset(narrowing), tuple(word.match for word in words))
    found: int = session.execute(_count_statement(shape), {**narrowing, **_word_values(words)}).scalar_one()
    return found


@lru_cache(maxsize=512)
def _page_statement(shape: _Shape) -> Select[*tuple[Any, ...]]:
    scores = _scores(shape)
    keys, is_descending = _sort_keys(shape, scores)
    labelled: list[Label[Any]] = [key.label(f"key_{number}") for number, key in enumerate(keys)]
    place = None if shape.is_first_page else [bindparam(f"place_{n}", type_=key.type) for n, key in enumerate(keys)]
    version = [CourseListing.version] if _looks_at_listings(shape) else []
    statement = _narrow(select(_course_id(scores).label("id"), *version, *labelled), shape, scores)
    ordered = page_after(statement, *keys, place=place, limit=None, is_descending=is_descending).limit(_LIMIT)
    return ordered if version else _with_versions(ordered)


@lru_cache(maxsize=2)
def _best_statement(is_first_page: bool) -> Select[*tuple[Any, ...]]:
    """The courses that have the word itself, by weight; the key that is kept of it is in points."""
    newest = _newest(CourseTerm)
    keys = (CourseTerm.weight.expression, *newest)
    labelled = [key.label(f"key_{n}") for n, key in enumerate((type_coerce(keys[0] * _WHOLE, Integer), *newest))]
    place = None if is_first_page else [bindparam(f"place_{n}", type_=key.type) for n, key in enumerate(keys)]
    is_it = CourseTerm.term == bindparam("word_0", type_=CourseTerm.term.type)
    statement = select(CourseTerm.course_id.label("id"), *labelled).where(is_it)
    return _with_versions(page_after(statement, *keys, place=place, limit=None).limit(_LIMIT))


def _with_versions(ordered: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """A search goes through words alone; the listings are looked at for the courses of the page."""
    found = ordered.subquery("found")
    whole = select(found.c.id, CourseListing.version, *found.c[1:]).join(found, found.c.id == CourseListing.course_id)
    return page_after(whole, *found.c[1:], place=None, limit=None)


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
    if scores and _looks_at_listings(shape):
        statement = statement.join(CourseListing, CourseListing.course_id == course_id)
    for kind in _labels_in(shape):
        label = _LABELS[kind]
        is_it = and_(label.course_id == course_id, label.kind == kind.value, label.label == bindparam(kind.value))
        statement = statement.join(label, is_it)
    return statement.where(*conditions)


def _looks_at_listings(shape: _Shape) -> bool:
    return not shape.words or shape.sort is not CourseSort.RELEVANCE or not shape.narrowed.isdisjoint(_NARROWING)


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
        case CourseSort.TITLE:
            return (listing.sort_title, listing.course_id), False
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
        case Match.WHOLE:  # a course has it once
            once = select(CourseTerm.course_id, (weight * _WHOLE).label("points"), CourseTerm.published_at)
            return once.where(term == word).subquery(f"score_{number}")
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


def known_words(session: ReadSession, words: Sequence[str]) -> dict[str, tuple[bool, bool, int]]:
    """Of each word whether courses have it itself, whether they have longer ones that begin with it, and how often all
    of these occur, counted up to a thousand."""
    values = {f"word_{number}": word for number, word in enumerate(words)}
    values |= {f"last_{number}": word + _HIGHEST for number, word in enumerate(words)}
    rows = session.connection().execute(_known_statement(len(words)), values)
    return {word: (is_whole, is_longer, often) for word, is_whole, is_longer, often in rows}


@lru_cache
def _known_statement(words: int) -> CompoundSelect[*tuple[Any, ...]]:
    asked, term = [], CourseTerm.term
    for number in range(words):
        word, last = (bindparam(f"{name}_{number}", type_=term.type) for name in ("word", "last"))
        found = select(literal(1)).where(term.between(word, last)).limit(_COUNTED).subquery()
        often = select(func.count()).select_from(found).scalar_subquery()
        is_longer = exists().where(term > word, term <= last)
        asked.append(select(word, exists().where(term == word), is_longer, often))
    return union_all(*asked)


_SPELLED = select(SearchSpelling.term).where(
    SearchSpelling.spelling.in_(bindparam("spellings", expanding=True)),
    exists().where(CourseTerm.term == SearchSpelling.term),
)


def terms_spelled(session: ReadSession, spellings: Collection[str]) -> set[str]:
    """Words of courses on sale that have one of these spellings."""
    return set(session.connection().scalars(_SPELLED, {"spellings": list(spellings)}))


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
