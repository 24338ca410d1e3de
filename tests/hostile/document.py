"""The operations of the OpenAPI document, in the form that the hostile tests walk them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A path or query parameter and the schema that it promises; null stands for absence and is left out."""

    name: str
    place: str
    schema: Schema


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `body` is the schema of its JSON body, if it reads one."""

    id: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    body: Schema | None
    security: list[dict[str, Any]]
    is_for_admins: bool

    @property
    def needs_token(self) -> bool:
        return bool(self.security) and {} not in self.security

    @property
    def example(self) -> dict[str, Any]:
        """The documented body."""
        assert self.body is not None
        first: dict[str, Any] = self.body["examples"][0]
        return first

    def named(self, place: str) -> list[Parameter]:
        return [parameter for parameter in self.parameters if parameter.place == place]


def operations(document: dict[str, Any]) -> list[Operation]:
    """Every operation, in the document's order."""
    return [
        _operation(document, path, method, found)
        for path, methods in document["paths"].items()
        for method, found in methods.items()
    ]


def _operation(document: dict[str, Any], path: str, method: str, found: Schema) -> Operation:
    content = found.get("requestBody", {}).get("content", {})
    return Operation(
        id=found["operationId"],
        method=method.upper(),
        path=path,
        parameters=tuple(_parameter(document, given) for given in found.get("parameters", [])),
        body=resolve(document, content[JSON]["schema"]) if JSON in content else None,
        security=found["security"],
        is_for_admins=found["x-audience"] == ["admin"],
    )


def _parameter(document: dict[str, Any], given: Schema) -> Parameter:
    return Parameter(given["name"], given["in"], resolve(document, given["schema"]))


def resolve(document: dict[str, Any], schema: Schema) -> Schema:
    """The schema behind a reference or behind `… | None`."""
    if "$ref" in schema:
        return resolve(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return resolve(document, next(part for part in schema["anyOf"] if part.get("type") != "null"))
    return schema


Pointer = tuple[str | int, ...]


def properties(document: dict[str, Any], schema: Schema, at: Pointer = ()) -> Iterator[tuple[Pointer, Schema]]:
    """Every property of a body, those of the first item of a list too."""
    for name, given in schema.get("properties", {}).items():
        inner = resolve(document, given)
        yield (*at, name), inner
        if inner["type"] == "array":
            yield from properties(document, resolve(document, inner["items"]), (*at, name, 0))
