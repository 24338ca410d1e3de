"""Holds what is sent to Stripe's twin and what it answers to Stripe's description, and counts the calls of a whole
run."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from jsonschema import Draft202012Validator

import app.sandbox
from app.sandbox.stripe import forms

_SPEC = Path(app.sandbox.__file__).parent / "specs" / "stripe.json"
_PREFIX = "/sandbox/stripe"

CALLS: Counter[str] = Counter()
"""How often each operation was called, in this process."""


@dataclass
class Contract:
    """Checks every exchange of a client; objects of an answer may have no field that the description lacks.

    `found` has what is wrong; nothing is raised, because whoever called would take that for a failure of its own.
    """

    seen: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)

    def watch(self, http: httpx.AsyncClient) -> None:
        http.event_hooks["response"].append(self._check)

    @property
    def operations(self) -> set[str]:
        return {f"{method.upper()} {path}" for path, methods in _documents()[0]["paths"].items() for method in methods}

    def faults(self, schema: dict[str, Any], value: object, *, is_answer: bool) -> list[str]:
        validator = _validator(json.dumps(schema), is_closed=is_answer)
        return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(value)]

    async def _check(self, response: httpx.Response) -> None:
        path = urlsplit(str(response.request.url)).path
        operation = self._operation(path.removeprefix(_PREFIX), response.request.method) if _PREFIX in path else None
        if operation is None:
            return
        await response.aread()
        if not response.content:  # nothing is what a lost answer looks like
            return
        answers = operation["responses"]
        answer = answers["200"] if response.is_success else answers["default"]
        self.found += self.faults(answer["content"]["application/json"]["schema"], response.json(), is_answer=True)
        if response.is_success and "requestBody" in operation:
            form = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
            schema = _documents()[0]["components"]["schemas"][form["$ref"].rpartition("/")[2]]
            self.found += self.faults(
                form, forms.typed(forms.decode(response.request.content), schema), is_answer=False
            )

    def _operation(self, path: str, method: str) -> dict[str, Any] | None:
        for known, operations in _documents()[0]["paths"].items():
            if re.fullmatch(re.sub(r"{\w+}", "[^/]+", known), path) and method.lower() in operations:
                self.seen.append(f"{method} {known}")
                CALLS[f"{method} {known}"] += 1
                operation: dict[str, Any] = operations[method.lower()]
                return operation
        return None


@cache
def _documents() -> tuple[dict[str, Any], dict[str, Any]]:
    """The description, and its components with every object closed."""
    document = json.loads(_SPEC.read_text(encoding="utf-8"))
    return document, _closed(document["components"])


@cache
def _validator(schema: str, *, is_closed: bool) -> Draft202012Validator:
    document, closed = _documents()
    return Draft202012Validator(json.loads(schema) | {"components": closed if is_closed else document["components"]})


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: _closed(part) for name, part in schema.items()}
    is_object = isinstance(schema.get("properties"), dict) and "type" in schema
    return {"additionalProperties": False} | parts if is_object else parts
