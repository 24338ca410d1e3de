"""The providers' own descriptions of their calls: twins check what they get by them, tests what is answered."""

import json
from collections.abc import Mapping
from pathlib import Path

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

_FOLDER = Path(__file__).parent / "specs"


class Description:
    """One OpenAPI document of `app/sandbox/specs`, by the name of its file."""

    def __init__(self, name: str) -> None:
        document = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        self._components: Mapping[str, object] = document["components"]

    def fault(self, schema: str, value: object) -> str | None:
        """What is wrong with the value, in words, or None. `schema` is a name among the document's components."""
        validator = Draft202012Validator({"$ref": f"#/components/schemas/{schema}", "components": self._components})
        error = best_match(validator.iter_errors(value))
        return f"{error.json_path}: {error.message}" if error else None
