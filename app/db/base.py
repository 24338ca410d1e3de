"""The declarative base: one schema for both engines, with names Alembic can rely on."""

from datetime import datetime

from sqlalchemy import MetaData, String, event
from sqlalchemy.orm import DeclarativeBase, Mapped, TypeResolve, mapped_column

from app.db.types import UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table. Annotated `datetime` columns are UTC instants."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime(), str: String()}  # noqa: RUF012 - SQLAlchemy's own contract


@event.listens_for(Base.registry, "resolve_type_annotation")
def _typed_ids_are_text(asked: TypeResolve) -> String | None:
    """Our ids are `NewType`s of str; SQLAlchemy wants to be told what such a type is in the database."""
    is_typed_id = getattr(asked.resolved_type, "__supertype__", None) is str
    return String() if is_typed_id else None


def one_of(column: str, values: type) -> str:
    """The text of a CHECK that holds a column to a closed set (a StrEnum)."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"  # type: ignore[attr-defined]


class Stamped:
    """Mixin: when a row was made."""

    created_at: Mapped[datetime] = mapped_column()
