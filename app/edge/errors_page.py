"""`GET /api/errors`: the catalogue of problems, built from the problems themselves."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import ConfigDict, Field

from app.core.errors import Problem
from app.edge.openapi import audience, example
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import ApiModel

router = APIRouter(prefix="/api/errors", tags=["errors"], route_class=StrictRoute)


class ErrorKind(ApiModel):
    """One kind of problem."""

    code: str = Field(description="Stable code; switch on this.")
    status: int = Field(description="The HTTP status it comes with.")
    title: str = Field(description="What it means, for a person.")
    hint: str | None = Field(description="What to do next, when that is always the same.")
    retryable: bool = Field(description="Whether the same request may succeed later.")
    context: dict[str, Any] = Field(description="The members that only this kind has, with sample values.")


class ErrorCatalogue(ApiModel):
    """Every problem this API can answer."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "One of them",
            {
                "items": [
                    {
                        "code": "slot_taken",
                        "status": 409,
                        "title": "Somebody else was faster.",
                        "hint": "Choose one of the `alternatives`.",
                        "retryable": False,
                        "context": {
                            "alternatives": [{"starts_at": "2026-12-01T15:00:00Z", "ends_at": "2026-12-01T16:00:00Z"}]
                        },
                    }
                ]
            },
        )
    )

    items: list[ErrorKind] = Field(description="All kinds, by code.")


@router.get(
    "",
    operation_id="errors.list",
    summary="List every kind of problem",
    openapi_extra=audience("public"),
    responses=problems(),
)
async def list_errors(response: Response) -> ErrorCatalogue:
    """For everybody. Changes only with a release."""
    response.headers["Cache-Control"] = "public, max-age=300"
    return ErrorCatalogue(items=[_describe(kind) for kind in Problem.catalogue().values()])


def _describe(kind: type[Problem]) -> ErrorKind:
    return ErrorKind(
        code=kind.code,
        status=kind.status,
        title=kind.title,
        hint=kind.hint,
        retryable=kind.retryable,
        context=dict(kind.context_example),
    )
