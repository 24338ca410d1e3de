"""The OpenAPI document as the tests of the contract read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

METHODS = frozenset({"get", "post", "put", "patch", "delete"})
PROBLEM = "application/problem+json"
ANSWERS = "#/components/responses/"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the document."""

    method: str
    path: str
    spec: Json

    @property
    def name(self) -> str:
        return str(self.spec.get("operationId", f"{self.method} {self.path}"))

    @property
    def is_public(self) -> bool:
        return self.spec.get("security") == []

    @property
    def parameters(self) -> dict[str, Json]:
        return {parameter["name"]: parameter for parameter in self.spec.get("parameters", [])}

    @property
    def bodies(self) -> Iterator[tuple[str, str, Json]]:
        """(place, media type, content) of the request and of every response."""
        for media_type, content in self.spec.get("requestBody", {}).get("content", {}).items():
            yield "request", media_type, content
        for status, response in self.spec["responses"].items():
            for media_type, content in response.get("content", {}).items():
                yield status, media_type, content


def answers_of(spec: Json, shared: Json) -> Iterator[tuple[str, Json]]:
    """(status, answer), with the shared ones in place of the references to them."""
    for status, answer in spec["responses"].items():
        yield status, shared[answer["$ref"].removeprefix(ANSWERS)] if "$ref" in answer else answer


def codes_of(operation: Operation) -> set[str]:
    return {
        code
        for _, media_type, content in operation.bodies
        if media_type == PROBLEM
        for code in content.get("examples", {})
    }


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].rpartition("/")[2]
        for child in value.values():
            yield from references(child)
    elif isinstance(value, list):
        for child in value:
            yield from references(child)


def report(found: Iterator[str] | list[str]) -> None:
    """Fail with one line for each violation."""
    lines = sorted(set(found))
    assert not lines, "\n".join(["", *lines])
