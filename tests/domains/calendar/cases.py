"""Reads the case files of `tests/cases`."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

Json = dict[str, Any]

_FOLDER = Path(__file__).parents[2] / "cases"


def load(name: str) -> Json:
    loaded: Json = json.loads((_FOLDER / name).read_text(encoding="ascii"))
    return loaded


def filled(defaults: Any, given: Any) -> Any:
    """What a case says, over what its file says once for all."""
    if isinstance(defaults, dict) and isinstance(given, dict):
        return defaults | {key: filled(defaults.get(key), value) for key, value in given.items()}
    return given


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def case_id(case: Json) -> str:
    return str(case["id"])
