"""The route class of this API: strict bodies, no unknown or repeated query parameters, and the limits it declares.

FastAPI's defaults accept duplicate keys, NaN, 400-digit integers and text no database can store, ignore unknown query
parameters, and read `yes` as true and `1_0` as ten. All are refused here, in one place, before validation.
"""

import difflib
import json
import math
import re
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, get_args

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.params import Form
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from starlette.convertors import Convertor, register_url_convertor
from starlette.datastructures import QueryParams

from app.core.errors import InvalidRequest, MalformedRequest, UnsupportedMediaType
from app.edge.limits import policies_of
from app.edge.media import addressed_by
from app.edge.problems import MOST_ERRORS
from app.edge.queries import read_at_once

RESERVED: Final = ("approve-batch", "bundle", "featured", "mine", "order")
"""Path segments that stand where other paths of the same router have a parameter."""

_LONGEST_INTEGER = 18  # digits: what fits a signed 64-bit column with certainty
_DEEPEST = 32
_MOST_ITEMS = 1000  # of one list or object; more wrong ones would keep the loop busy for seconds
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_PLAIN = "identity"
_NUL = re.compile(rb"\x00|%00")


@dataclass(frozen=True, slots=True)
class _Spelling:
    """How a value is written in a query. Pydantic alone also reads `yes`, `1_0`, `+1` and ` 1.0`."""

    code: str
    pattern: re.Pattern[str]
    expected: str


_BOOLEAN = _Spelling("bool_parsing", re.compile("true|false"), "must be true or false")
_INTEGER = _Spelling("int_parsing", re.compile("-?[0-9]+"), "must be a whole number in decimal digits")


class _Unreserved(Convertor[str]):
    """`{name:unreserved}`: not one of the reserved words. Else a method that such a word's own path does not have would
    be taken for one on a thing of that name."""

    regex = rf"(?!(?:{'|'.join(RESERVED)})(?:/|$))[^/]+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("unreserved", _Unreserved())


class StrictRoute(APIRoute):
    """Use as `route_class` of every router."""

    ignores_unknown_parameters = False

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = self._get_handler()
        known = dict(_query_fields(self.dependant))
        body = self.body_field.field_info if self.body_field is not None else None
        policies = policies_of(self.openapi_extra)

        async def handle_strictly(given: Request) -> Response:
            request = _StrictRequest(given.scope, given.receive)
            for policy in policies:
                await request.app.state.limiter.count(request.scope, policy)
            _refuse_parameters(request.query_params, known, may_have_others=self.ignores_unknown_parameters)
            if body is not None:
                await _read_body(request, is_form=isinstance(body, Form))
            try:
                with addressed_by(request.app.state.providers.storage.public_url):
                    return await handle(request)
            except RequestValidationError as error:
                raise RequestValidationError(_with_nearest_names(error, body)) from None

        return handle_strictly

    def _get_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's, which reads models of the query at once though they are documented field by field."""
        documented, self.dependant = self.dependant, read_at_once(self.dependant)
        try:
            return super().get_route_handler()
        finally:
            self.dependant = documented


class CallbackRoute(StrictRoute):
    """For addresses that other services send browsers to: they may add parameters of theirs (RFC 6749, 4.1.2)."""

    ignores_unknown_parameters = True


class _StrictRequest(Request):
    parsed: Any = None

    async def json(self) -> Any:
        return self.parsed


def parse_json(body: bytes) -> Any:
    """JSON as RFC 8259 means it and as both databases can store it. Raises `MalformedRequest`, `InvalidRequest`."""
    try:
        value = json.loads(
            body.decode("utf-8"),
            parse_int=_integer,
            parse_float=_number,
            parse_constant=_refuse,
            object_pairs_hook=_object,
        )
        _check_shape(value, _DEEPEST)
        if b"\\u" in body:  # only an escape can bring in what UTF-8 itself cannot hold
            _check_text(value)
    except (ValueError, RecursionError) as error:
        raise MalformedRequest from error
    return value


def _integer(digits: str) -> int:
    if len(digits.removeprefix("-")) > _LONGEST_INTEGER:
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


def _check_shape(value: Any, left: int) -> None:
    if left == 0:
        raise ValueError("nested too deeply")
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if len(children) > _MOST_ITEMS:
        detail = f"a list or an object holds at most {_MOST_ITEMS} items"
        raise InvalidRequest(errors=[{"pointer": "/body", "code": "too_long", "detail": detail}])
    for child in children:
        if isinstance(child, dict | list):
            _check_shape(child, left - 1)


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


def _query_fields(dependant: Dependant) -> Iterator[tuple[str, _Spelling | None]]:
    for parameter in dependant.query_params:
        yield from _fields_of(parameter)
    for child in dependant.dependencies:
        yield from _query_fields(child)


def _fields_of(parameter: Any) -> Iterator[tuple[str, _Spelling | None]]:
    """A parameter itself, or the fields of a parameter model (`Annotated[Filters, Query()]`)."""
    annotation = parameter.field_info.annotation
    fields = getattr(annotation, "model_fields", None)
    if fields is None:
        yield parameter.alias, _spelling_of(annotation)
    else:
        yield from ((field.alias or name, _spelling_of(field.annotation)) for name, field in fields.items())


def _spelling_of(annotation: Any) -> _Spelling | None:
    if annotation is bool:
        return _BOOLEAN
    if annotation is int:
        return _INTEGER
    return next(filter(None, map(_spelling_of, get_args(annotation))), None)


def _refuse_parameters(given: QueryParams, known: Mapping[str, _Spelling | None], *, may_have_others: bool) -> None:
    """Refuse those that are unknown, given twice, or spelled in another way than the document says."""
    unknown = () if may_have_others else islice(_unknown(given, known), MOST_ERRORS)
    findings = [*unknown, *_repeated(given, known), *_misspelled(given, known)]
    if findings:
        raise RequestValidationError(findings)


def _unknown(given: QueryParams, known: Mapping[str, object]) -> Iterator[dict[str, Any]]:
    for name in given:
        if name not in known:
            yield {"type": "unknown_parameter", "loc": ("query", name), "msg": _nearest(name, known)}


def _repeated(given: QueryParams, known: Mapping[str, object]) -> Iterator[dict[str, Any]]:
    names = [name for name, _ in given.multi_items()]
    for name in known:
        if names.count(name) > 1:
            yield {"type": "repeated_parameter", "loc": ("query", name), "msg": "may be given once"}


def _misspelled(given: QueryParams, known: Mapping[str, _Spelling | None]) -> Iterator[dict[str, Any]]:
    for name, value in given.items():
        spelling = known.get(name)
        if spelling is not None and not spelling.pattern.fullmatch(value):
            yield {"type": spelling.code, "loc": ("query", name), "msg": spelling.expected}


async def _read_body(request: _StrictRequest, *, is_form: bool) -> None:
    """An absent body is left to validation; a body of another type or coding is 415 (RFC 9110, 15.5.16)."""
    given = request.headers.get("content-type")
    if request.headers.get("content-encoding", _PLAIN).lower() != _PLAIN:
        raise UnsupportedMediaType
    if given is not None and given.partition(";")[0].strip().lower() != (_FORM if is_form else _JSON):
        raise UnsupportedMediaType
    body = await request.body()
    if body and given is None:
        raise UnsupportedMediaType
    if is_form and _NUL.search(body):
        raise MalformedRequest
    if body and not is_form:
        request.parsed = parse_json(body)


def _with_nearest_names(error: RequestValidationError, body: FieldInfo | None) -> list[Any]:
    """The findings; those about an unknown field name the known one that looks most like it."""
    findings = list(error.errors()[:MOST_ERRORS])
    for finding in findings:
        if finding["type"] == "extra_forbidden" and body is not None:
            *path, name = finding["loc"][1:]
            finding["msg"] = _nearest(str(name), _fields_at(body.annotation, path))
    return findings


def _fields_at(annotation: Any, path: Iterable[int | str]) -> frozenset[str]:
    """The field names of the model that lies at a path of field names and list positions."""
    model = next(_models_in(annotation), None)
    names = [part for part in path if isinstance(part, str)]
    if model is None or not names:
        return frozenset(model.model_fields) if model else frozenset()
    field = model.model_fields.get(names[0])
    return _fields_at(field.annotation, names[1:]) if field else frozenset()


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name[:64], known, n=1)
    return f"is not known here; did you mean {near[0]}?" if near else "is not known here"
