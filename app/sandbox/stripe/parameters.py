"""Refuses what the description of a call does not know, with Stripe's words."""

from collections.abc import Iterable
from typing import Any, cast

from jsonschema import ValidationError

from app.sandbox.books import Record
from app.sandbox.stripe import forms
from app.sandbox.stripe.description import STRIPE
from app.sandbox.stripe.refusals import Refusal, missing

_FIRST = ("additionalProperties", "required")
_CODES = {"integer": "parameter_invalid_integer", "string": "parameter_invalid_string"}


def checked(schema: str, encoded: bytes) -> Record:
    """The parameters of a form or a query, typed. `schema` is the name of a component. Raises `Refusal`."""
    try:
        given: Record = forms.typed(forms.decode(encoded), STRIPE.schema(schema))
    except ValueError as error:
        raise Refusal(f"Invalid parameters: {error}.") from error
    errors = sorted(STRIPE.errors(schema, given), key=_urgency)
    if errors:
        raise _refusal(errors[0])
    return given


def _urgency(error: ValidationError) -> int:
    keyword = str(error.validator)
    return _FIRST.index(keyword) if keyword in _FIRST else len(_FIRST)


def _refusal(error: ValidationError) -> Refusal:
    path, rule = [str(part) for part in error.absolute_path], cast("Any", error.validator_value)
    given, schema = cast("Record", error.instance), cast("Record", error.schema)
    match str(error.validator):
        case "additionalProperties":
            return _unknown([_name([*path, key]) for key in given if key not in schema["properties"]])
        case "required":
            return missing(_name([*path, next(key for key in rule if key not in given)]))
        case "enum":
            return Refusal(f"Invalid {_name(path)}: must be one of {', '.join(rule)}", param=_name(path))
        case "type":
            return Refusal(f"Invalid {rule}", code=_CODES.get(rule), param=_name(path))
        case _:
            return Refusal(f"Invalid value for {_name(path)}", param=_name(path))


def _unknown(names: list[str]) -> Refusal:
    what = "parameter" if len(names) == 1 else "parameters"
    return Refusal(f"Received unknown {what}: {', '.join(names)}", code="parameter_unknown", param=names[0])


def _name(path: Iterable[str]) -> str:
    first, *rest = path
    return first + "".join(f"[{part}]" for part in rest)
