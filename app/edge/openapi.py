"""The OpenAPI document, and small helpers that keep every operation's documentation alike."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from app.core.errors import Problem, TooManyRequests
from app.edge.limits import DECLARED, GENERAL, HEADERS, is_counted
from app.edge.problems import MEDIA_TYPE, ProblemBody, problems
from app.edge.problems import example as problem_example
from app.edge.schemas import ApiModel, Page

_ABOUT = """The backend of PeerLoop: learn one-to-one, be certified, teach, earn.

**Try it here.** Press *Authorize*, log in with a demo user (`make dev` prints them), then call any operation.

**Errors** are `application/problem+json` (RFC 9457) with a stable `code`; `GET /api/errors` lists them all.
**Times** are RFC 3339 in UTC. **Money** is integer minor units with a currency. **Lists** page by `cursor`.
**Limits** count by client address; the `RateLimit` header tells what is left, `Retry-After` of a 429 how long to wait.
**Repeating a POST** is safe with the same `Idempotency-Key`.
"""
_TAGS = {
    "auth": "Sign up, prove the address, log in, stay logged in.",
    "oauth": "Sign in with Google or GitHub, and link accounts there.",
    "users": "The caller's own account, and other people as far as they want to be seen.",
    "courses": "The catalogue: what is sold, and who teaches it.",
    "files": "Uploading files straight to the object store, and downloading them.",
    "studio": "Making, pricing and publishing courses, for their creators.",
    "checkout": "Buying a place in a course.",
    "enrollments": "The caller's places in courses.",
    "availability": "When teachers can be booked.",
    "sessions": "Teaching sessions: book, join, attend.",
    "certificates": "Diplomas, teaching certificates, and who teaches a course.",
    "reviews": "What students say about courses, teachers and sessions, and what is answered.",
    "follows": "Following people and courses.",
    "homework": "What students do on their own: given, handed in, reviewed.",
    "resources": "What a course gives its people to read, watch and keep.",
    "earnings": "What each person has earned.",
    "payouts": "Having earnings paid out.",
    "applications": "Asking to become a creator.",
    "invitations": "Answering an invitation that came by mail.",
    "admin": "For administrators: accounts, applications, invitations, reviews, payouts, the books, and the log of what they changed.",
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
    _add_limits(made)
    _add_examples(schemas)
    _name_examples(made)
    _share_answers(made)
    return made


def _add_limits(made: dict[str, Any]) -> None:
    """What the general limit adds to each operation that it counts, and the headers of all limits."""
    made["components"]["headers"] = HEADERS
    operations = (item for path, item in made["paths"].items() if is_counted(path))
    for operation in (operation for item in operations for operation in item.values()):
        operation[DECLARED] = [GENERAL.name, *operation.get(DECLARED, ())]
        refusal = problems(TooManyRequests)[TooManyRequests.status] | {"headers": _headers(*HEADERS)}
        operation["responses"][str(TooManyRequests.status)] = refusal
        for status, answer in operation["responses"].items():
            if status < "400":
                answer["headers"] = answer.get("headers", {}) | _headers("RateLimit-Policy", "RateLimit")


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _add_examples(schemas: dict[str, Any]) -> None:
    """FastAPI drops every null from the document, those of examples included; and pages have no example of their
    own."""
    for model in _descendants(ApiModel):
        schema, found = schemas.get(_schema_name(model), {}), _examples_of(model)
        if found and schema.get("examples", found) in (found, jsonable_encoder(found, exclude_none=True)):
            schema["examples"] = found


def _name_examples(made: dict[str, Any]) -> None:
    """Put every example once, under a name, into the components: those of bodies by schema, those of problems by
    code."""
    schemas, named = made["components"]["schemas"], made["components"].setdefault("examples", {})
    names = {name: schema.pop("x-example-name", "One page") for name, schema in schemas.items()}
    for content in list(_contents(made["paths"])):
        schema_name = str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]
        if found := schemas.get(schema_name, {}).get("examples"):
            named[schema_name] = {"summary": names[schema_name], "value": found[0]}
            content["examples"] = {schema_name: {"$ref": f"#/components/examples/{schema_name}"}}
    used = {code for content in _contents(made["paths"]) for code in content.get("examples", {})} - named.keys()
    named |= {code: problem_example(kind) for code, kind in Problem.catalogue().items() if code in used}


def _share_answers(made: dict[str, Any]) -> None:
    """Put every answer with a single problem into the components, by its code: most operations have most of them."""
    shared = made["components"].setdefault("responses", {})
    for answers in (operation["responses"] for item in made["paths"].values() for operation in item.values()):
        for status, answer in answers.items():
            codes = list(answer.get("content", {}).get(MEDIA_TYPE, {}).get("examples", {}))
            if len(codes) == 1:
                shared[codes[0]] = answer
                answers[status] = {"$ref": f"#/components/responses/{codes[0]}"}


def _contents(paths: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The media type objects of all requests and answers."""
    for operation in (operation for item in paths.values() for operation in item.values()):
        for body in (operation.get("requestBody", {}), *operation["responses"].values()):
            yield from body.get("content", {}).values()


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


_TOKEN: Final[list[dict[str, list[str]]]] = [{"bearer": []}, {"cookie": []}, {"password": []}]

ALSO_WITH_TOKEN: dict[str, Any] = {"security": [{}, *_TOKEN]}
"""`openapi_extra` of operations that need no token but answer more, or otherwise, with one. Goes after `audience`."""

WITH_TOKEN: dict[str, Any] = {"security": [*_TOKEN]}
"""`openapi_extra` of operations that read the token themselves, because a cookie does as well. Goes after
`audience`."""

Audience = Literal["public", "student", "teacher", "creator", "moderator", "admin", "webhook"]


def audience(*who: Audience) -> dict[str, Any]:
    """`openapi_extra` naming whom an operation is for. Public operations say that they need no token."""
    extra: dict[str, Any] = {"x-audience": list(who)}
    return extra | ({"security": []} if set(who) <= {"public", "webhook"} else {})


MEMBERS = audience("student", "teacher", "creator", "moderator", "admin")
"""`openapi_extra` of operations for everybody who is logged in."""


def example(name: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """`json_schema_extra` holding one example from the demo data; its name becomes the example's summary."""
    return {"examples": [dict(value)], "x-example-name": name}
