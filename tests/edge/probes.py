"""Operations that exist in tests only: they echo what passed the edge, or fail in a given way."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from pydantic import BaseModel, Field

from app.core.errors import Conflict, Problem, Unavailable
from app.edge.paging import PagingDep
from app.edge.routing import StrictRoute
from app.edge.schemas import ApiModel, Instant, Page

router = APIRouter(prefix="/probe", route_class=StrictRoute)


class Lamp(ApiModel):
    room: str
    watts: int = 0


class Order(ApiModel):
    """A body with every kind of value."""

    name: str | None = None
    count: int = 0
    ratio: float = 0.0
    at: Instant | None = None
    lamps: list[Lamp] = Field([], max_length=50)
    wishes: list[int] = Field([])


class LampBroken(Conflict):
    """A refusal with context."""

    code = "lamp_broken"
    title = "The lamp is broken."


@router.post("/order", operation_id="probe.order")
async def order(body: Order) -> Order:
    return body


@router.post("/any", operation_id="probe.any")
async def anything(body: dict[str, Any]) -> dict[str, Any]:
    return body


@router.post("/form", operation_id="probe.form")
async def form(name: Annotated[str, Form(max_length=50)]) -> str:
    return name


class Filters(BaseModel):
    """A query's values arrive as text, so this model is not strict."""

    topic: str = ""
    limit: int = Field(20, ge=1, le=100)


@router.get("/filters", operation_id="probe.filters")
async def filters(given: Annotated[Filters, Query()]) -> str:
    return f"{given.topic}{given.limit}"


@router.get("/two", operation_id="probe.read_two")
async def read_two() -> str:
    return "two"


@router.put("/two", operation_id="probe.write_two")
async def write_two() -> str:
    return "two"


@router.get("/fails/{how}", operation_id="probe.fails")
async def fails(how: str) -> None:
    errors: dict[str, Exception] = {
        "unexpected": RuntimeError("SELECT password FROM users at /srv/secret.py"),
        "timeout": TimeoutError("of something inside"),
        "conflict": LampBroken("It fell down.", alternatives=["attic"]),
        "unavailable": Unavailable(),
        "nameless": Problem(),
    }
    raise errors[how]


NUMBERS = list(range(55))


@router.get("/numbers", operation_id="probe.numbers")
async def numbers(paging: PagingDep, scope: str = "") -> Page[int]:
    match paging.position(scope):
        case [int(last)]:
            rows = NUMBERS[last + 1 :]
        case _:
            rows = NUMBERS
    return paging.page(rows[: paging.fetch], lambda row: row, lambda row: [row], scope)


@router.get("/moments", operation_id="probe.moments")
async def moments(paging: PagingDep) -> str:
    return str(paging.moment())
