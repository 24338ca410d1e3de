"""The route class of this API: strict bodies, no unknown or repeated query parameters.

FastAPI's defaults accept duplicate keys, NaN, 400-digit integers and text no database can store, and ignore unknown
query parameters. All are refused here, in one place, before validation.
"""

import difflib
import json
import math
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.params import Form
from fastapi.routing import APIRoute
from starlette.datastructures import QueryParams

from app.core.errors import UnsupportedMediaType

_LONGEST_INTEGER = 18  # digits: what fits a signed 64-bit column with certainty
_DEEPEST = 32
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"


class StrictRoute(APIRoute):
    """Use as `route_class` of every router."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        known = frozenset(_query_names(self.dependant))
        allowed = _FORM if self.body_field is not None and isinstance(self.body_field.field_info, Form) else _JSON

        async def handle_strictly(request: Request) -> Response:
            _refuse_unknown_parameters(request.query_params, known)
            if self.body_field is not None:
                _refuse_other_types(request, allowed)
            return await handle(_StrictRequest(request.scope, request.receive))

        return handle_strictly


class _StrictRequest(Request):
    async def json(self) -> Any:
        return parse_json(await self.body())


def parse_json(body: bytes) -> Any:
    """JSON as RFC 8259 means it and as both databases can store it. Raises `json.JSONDecodeError`."""
    try:
        value = json.loads(
            body.decode("utf-8"),
            parse_int=_integer,
            parse_float=_number,
            parse_constant=_refuse,
            object_pairs_hook=_object,
        )
        _check_depth(value, _DEEPEST)
        if b"\\u" in body:  # only an escape can bring in what UTF-8 itself cannot hold
            _check_text(value)
    except (ValueError, RecursionError) as error:
        raise json.JSONDecodeError("unreadable", "", 0) from error
    return value


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_INTEGER:
        raise ValueError("integer out of range")
    return int(digits)


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("number out of range")
    return value


def _refuse(_name: str) -> None:
    raise ValueError("NaN and Infinity are not JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("the same key twice")
    return made


def _check_depth(value: Any, left: int) -> None:
    if left == 0:
        raise ValueError("nested too deeply")
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        if isinstance(child, dict | list):
            _check_depth(child, left - 1)


def _check_text(value: Any) -> None:
    """NUL and lone surrogates are text to JSON, but not to Postgres and not to UTF-8."""
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("NUL")
        value.encode("utf-8")
    elif isinstance(value, list):
        for item in value:
            _check_text(item)
    elif isinstance(value, dict):
        for item in (*value, *value.values()):
            _check_text(item)


def _query_names(dependant: Dependant) -> Iterator[str]:
    for parameter in dependant.query_params:
        yield from _names_of(parameter)
    for child in dependant.dependencies:
        yield from _query_names(child)


def _names_of(parameter: Any) -> Iterator[str]:
    """A parameter's own name, or the fields of a parameter model (`Annotated[Filters, Query()]`)."""
    fields = getattr(parameter.field_info.annotation, "model_fields", None)
    if fields is None:
        yield parameter.alias
    else:
        yield from (field.alias or name for name, field in fields.items())


def _refuse_unknown_parameters(given: QueryParams, known: frozenset[str]) -> None:
    findings = [
        {"type": "unknown_parameter", "loc": ("query", name), "msg": _nearest(name, known)}
        for name in given
        if name not in known
    ]
    names = [name for name, _ in given.multi_items()]
    findings += [
        {"type": "repeated_parameter", "loc": ("query", name), "msg": "may be given once"}
        for name in known
        if names.count(name) > 1
    ]
    if findings:
        raise RequestValidationError(findings)


def _refuse_other_types(request: Request, allowed: str) -> None:
    """An absent body is left to validation; a body of another type is 415 (RFC 9110, 15.5.16)."""
    given = request.headers.get("content-type")
    if given is not None and given.partition(";")[0].strip().lower() != allowed:
        raise UnsupportedMediaType
    if given is None and request.headers.get("content-length", "0") != "0":
        raise UnsupportedMediaType


def _nearest(name: str, known: frozenset[str]) -> str:
    near = difflib.get_close_matches(name[:64], known, n=1)
    return f"is not known here; did you mean {near[0]}?" if near else "is not known here"
