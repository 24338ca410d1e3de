"""The providers' own descriptions of their calls: twins check what they get by them, tests what is answered."""

import json
from collections.abc import Iterator
from pathlib import Path

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match

from app.sandbox.books import Record

_FOLDER = Path(__file__).parent / "specs"


class Description:
    """One OpenAPI document of `app/sandbox/specs`, by the name of its file."""

    def __init__(self, name: str) -> None:
        document = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        self._components: Record = document["components"]
        self._validators: dict[str, Draft202012Validator] = {}

    def fault(self, schema: str, value: object) -> str | None:
        """What is wrong with the value, in words, or None. `schema` is a name among the document's components."""
        error = best_match(self.errors(schema, value))
        return f"{error.json_path}: {error.message}" if error else None

    def errors(self, schema: str, value: object) -> Iterator[ValidationError]:
        """Everything that is wrong with the value."""
        if schema not in self._validators:
            whole = {"$ref": f"#/components/schemas/{schema}", "components": self._components}
            self._validators[schema] = Draft202012Validator(whole)
        return self._validators[schema].iter_errors(value)

    def schema(self, name: str) -> Record:
        """One of the document's components."""
        found: Record = self._components["schemas"][name]
        return found
