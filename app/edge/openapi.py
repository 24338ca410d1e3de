"""The OpenAPI document, and small helpers that keep every operation's documentation alike."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from app.edge.problems import ProblemBody
from app.edge.schemas import ApiModel, Page

_ABOUT = """The backend of PeerLoop: learn one-to-one, be certified, teach, earn.

**Try it here.** Press *Authorize*, log in with a demo user (`make dev` prints them), then call any operation.

**Errors** are `application/problem+json` (RFC 9457) with a stable `code`; `GET /api/errors` lists them all.
**Times** are RFC 3339 in UTC. **Money** is integer minor units with a currency. **Lists** page by `cursor`.
**Repeating a POST** is safe with the same `Idempotency-Key`.
"""
_TAGS = {
    "auth": "Sign up, prove the address, log in, stay logged in.",
    "users": "The caller's own account.",
    "courses": "The catalogue: what is sold, and who teaches it.",
    "checkout": "Buying a place in a course.",
    "enrollments": "The caller's places in courses.",
    "availability": "When teachers can be booked.",
    "sessions": "Teaching sessions: book, join, attend.",
    "certificates": "Diplomas and teaching certificates.",
    "earnings": "What each person has earned.",
    "webhooks": "For the outside services only.",
    "health": "For operators.",
    "errors": "The catalogue of problems.",
}


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, built once."""
    if app.openapi_schema is None:
        app.openapi_schema = _build(app)
    return app.openapi_schema


def _build(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title=app.title,
        version=app.version,
        description=_ABOUT,
        routes=app.routes,
        tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
        servers=[{"url": "/", "description": "This service"}],
        separate_input_output_schemas=False,
    )
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    problem = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs") | {"ProblemBody": problem}
    _add_examples(schemas)
    return made


def _add_examples(schemas: dict[str, Any]) -> None:
    """FastAPI drops every null from the document, those of examples included; and pages have no example of their own."""
    for model in _descendants(ApiModel):
        schema, found = schemas.get(_schema_name(model), {}), _examples_of(model)
        if found and schema.get("examples", found) in (found, jsonable_encoder(found, exclude_none=True)):
            schema["examples"] = found


def _examples_of(model: type[BaseModel]) -> list[Any]:
    if issubclass(model, Page):
        shown = [item for item in model.__pydantic_generic_metadata__["args"] if isinstance(item, type(BaseModel))]
        items = [value for item in shown for value in _examples_of(item)]
        return [{"items": items, "next_cursor": None, "limit": 20, "total": None}] if items else []
    extra = model.model_config.get("json_schema_extra")
    found = extra.get("examples") if isinstance(extra, dict) else None
    return found if isinstance(found, list) else []


def _schema_name(model: type[BaseModel]) -> str:
    return re.sub(r"[^A-Za-z0-9.\-_]", "_", model.__name__)


def _descendants(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for child in model.__subclasses__():
        yield child
        yield from _descendants(child)


Audience = Literal["public", "student", "teacher", "creator", "moderator", "admin", "webhook"]


def audience(*who: Audience) -> dict[str, Any]:
    """`openapi_extra` naming whom an operation is for. Public operations say that they need no token."""
    extra: dict[str, Any] = {"x-audience": list(who)}
    return extra | ({"security": []} if set(who) <= {"public", "webhook"} else {})


def example(name: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """`json_schema_extra` holding one named example from the demo data."""
    return {"examples": [dict(value)], "x-example-name": name}
