"""`limit` and `cursor` of lists, and the page made of one row more than asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import Depends, Query, Request
from pydantic import Field

from app.core.pagination import LONGEST_CURSOR, CursorCodec, CursorInvalid
from app.db.keyset import Moment
from app.db.types import instant, microseconds
from app.edge.schemas import ApiModel, Page

RowT = TypeVar("RowT")
ItemT = TypeVar("ItemT")
Position = list[str | int]


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """A page without its items, and these as JSON."""

    frame: Page[str]
    items: Sequence[str]

    def model_dump_json(self) -> str:
        """As a `Page` of these items would be written."""
        before, _, after = self.frame.model_dump_json().partition("[]")  # the items come first
        return f"{before}[{','.join(self.items)}]{after}"


@dataclass(frozen=True, slots=True)
class Paging:
    """A request's paging. Cursors are bound to the operation and to `scope`: name there whose list it is, and what it
    is narrowed to."""

    limit: int
    cursor: str | None
    codec: CursorCodec
    operation: str

    @property
    def fetch(self) -> int:
        """How many rows to ask for: one more tells whether there is a next page."""
        return self.limit + 1

    def position(self, scope: str = "") -> Position | None:
        """Where the previous page ended. Raises `CursorInvalid`."""
        return self.codec.decode(self._purpose(scope), self.cursor) if self.cursor else None

    def moment(self, scope: str = "") -> Moment | None:
        """The position of lists ordered by an instant and an id."""
        match self.position(scope):
            case None:
                return None
            case [int(at), str(row_id)]:
                return instant(at), row_id
            case _:
                raise CursorInvalid

    def page(
        self, rows: Sequence[RowT], item: Callable[[RowT], ItemT], position: Callable[[RowT], Position], scope: str = ""
    ) -> Page[ItemT]:
        """The page of the first `limit` rows; `position` gives the sort values of a row."""
        shown, cursor = rows[: self.limit], self._next(rows, position, scope)
        return Page[ItemT](items=[item(row) for row in shown], next_cursor=cursor, limit=self.limit)

    def page_of_texts(
        self,
        rows: Sequence[RowT],
        texts: Sequence[str],
        position: Callable[[RowT], Position],
        scope: str,
        total: int | None,
    ) -> WrittenPage:
        """As `page`, of items that are JSON already, one for each row."""
        cursor = self._next(rows, position, scope)
        frame = Page[str](items=[], next_cursor=cursor, limit=self.limit, total=total)
        return WrittenPage(frame, texts[: self.limit])

    def _next(self, rows: Sequence[RowT], position: Callable[[RowT], Position], scope: str) -> str | None:
        if len(rows) <= self.limit:
            return None
        return self.codec.encode(self._purpose(scope), position(rows[self.limit - 1]))

    def _purpose(self, scope: str) -> str:
        return f"{self.operation}:{scope}"


def itself(item: ItemT) -> ItemT:
    """For a page whose rows are what it shows."""
    return item


def moment_position(at: datetime, row_id: str) -> Position:
    """The sort values of lists ordered by an instant and an id."""
    return [microseconds(at), row_id]


_Limit = Annotated[int, Field(ge=1, le=100, description="Rows per page.")]
_Cursor = Annotated[
    str | None,
    Field(max_length=LONGEST_CURSOR, description="`next_cursor` of the page before; absent for the first."),
]


class PageQuery(ApiModel, strict=False):
    """Base of the queries of lists that read all of their parameters at once (`app.edge.queries`)."""

    limit: _Limit = 20
    cursor: _Cursor = None

    def paging(self, request: Request) -> Paging:
        return Paging(self.limit, self.cursor, request.app.state.cursors, request.scope["route"].operation_id)


async def _paging(
    request: Request, limit: Annotated[_Limit, Query()] = 20, cursor: Annotated[_Cursor, Query()] = None
) -> Paging:
    return PageQuery.model_construct(limit=limit, cursor=cursor).paging(request)


PagingDep = Annotated[Paging, Depends(_paging)]
