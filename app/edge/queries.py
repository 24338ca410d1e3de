"""Queries that are one model (`Annotated[CourseQuery, Query()]`), read at once.

FastAPI documents such a model as the parameters that its fields are, and then looks for each of them by itself, some
ten microseconds apiece: with a dozen, a quarter of what it costs to answer. Pydantic reads all of them in five.
"""

import operator
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from fastapi import Request
from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel


def read_at_once(dependant: Dependant) -> Dependant:
    """The same, with each model of the query as a dependency that reads it as a whole. Parameters that are given
    twice are refused before; see `app.edge.routing`. What has no such model is not made anew: routes have thousands
    of these."""
    models = [field for field in dependant.query_params if _is_model(field.field_info.annotation)]
    inner = [read_at_once(each) for each in dependant.dependencies]
    if not models and all(map(operator.is_, inner, dependant.dependencies)):
        return dependant
    readers = [Dependant(name=field.name, call=_reader(field), request_param_name="request") for field in models]
    others = [field for field in dependant.query_params if field not in models]
    return replace(dependant, query_params=others, dependencies=[*inner, *readers])


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _reader(field: ModelField) -> Callable[[Request], Awaitable[Any]]:
    async def read(request: Request) -> Any:
        value, errors = field.validate(dict(request.query_params), loc=("query",))
        if errors:
            raise RequestValidationError(errors)
        return value

    return read
