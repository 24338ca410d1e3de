"""Stripe's bracketed names: `a[b][0]=1` is `{"a": {"b": [1]}}` once a schema says what is a list and a number."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from app.sandbox.books import Record

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\]){0,10})")
_PART = re.compile(r"\[([^\[\]]*)\]")
_INDEX = re.compile(r"[0-9]{1,4}")
_MOST_FIELDS = 1000
_SCALARS: dict[str, tuple[re.Pattern[str], Callable[[str], object]]] = {
    "integer": (re.compile(r"-?[0-9]{1,18}"), int),
    "number": (re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?"), float),
    "boolean": (re.compile(r"true|false"), lambda text: text == "true"),
}


class MalformedForm(ValueError):
    """The names of the form contradict each other or are not Stripe's."""


def decode(encoded: bytes) -> Record:
    """Nested objects of texts; lists still have their indices as keys. Raises `ValueError` for what is no form."""
    fields = parse_qsl(encoded.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    tree: Record = {}
    for name, value in fields:
        _plant(tree, name, value)
    return tree


def typed(value: Any, schema: Record) -> Any:
    """A decoded value as the schema wants it. What does not fit stays as it is, for the validator to refuse."""
    schema = _branch(value, schema)
    if isinstance(value, dict):
        return _typed_parts(value, schema)
    shape, convert = _SCALARS.get(schema.get("type", ""), (None, None))
    return convert(value) if shape and convert and shape.fullmatch(value) else value


def _plant(tree: Record, name: str, value: str) -> None:
    *parents, leaf = _path(name)
    for part in parents:
        tree = tree.setdefault(part, {})
        if not isinstance(tree, dict):
            raise MalformedForm("both a value and an object")
    leaf = leaf or str(len(tree))  # `expand[]=a&expand[]=b`
    if leaf in tree:
        raise MalformedForm("given twice")
    tree[leaf] = value


def _path(name: str) -> list[str]:
    match = _NAME.fullmatch(name)
    if match is None:
        raise MalformedForm("not a bracketed name")
    path = [match[1], *_PART.findall(match[2])]
    if "" in path[:-1]:
        raise MalformedForm("an element of a list needs its index")
    return path


def _branch(value: Any, schema: Record) -> Record:
    branches: list[Record] = schema.get("anyOf", [schema])
    fitting = (branch for branch in branches if isinstance(value, dict) == (branch.get("type") in ("object", "array")))
    return next(fitting, branches[0])


def _typed_parts(value: Record, schema: Record) -> Any:
    if schema.get("type") == "array" and all(map(_INDEX.fullmatch, value)):
        return [typed(value[index], schema["items"]) for index in sorted(value, key=int)]
    known, rest = schema.get("properties", {}), schema.get("additionalProperties") or {}
    return {name: typed(part, known.get(name, rest)) for name, part in value.items()}
