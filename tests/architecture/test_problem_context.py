"""What a problem brings along is shown in its example, so that a generated client knows it."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.core.errors import Problem
from app.edge.problems import ProblemBody, example

ROOT = Path(__file__).parents[2]


def _raised(tree: ast.AST, kinds: dict[str, type[Problem]]) -> Iterator[tuple[type[Problem], str]]:
    """Each problem that is made with context, and the name of the member."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        yield from ((kinds[name], keyword.arg or "") for keyword in call.keywords if name in kinds)


def _all_raised() -> set[tuple[type[Problem], str]]:
    kinds = {kind.__name__: kind for kind in Problem.catalogue().values()}
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in ROOT.joinpath("app").rglob("*.py"))
    return {found for tree in trees for found in _raised(tree, kinds)}


def test_every_member_that_is_raised_is_in_the_example(openapi_document: dict[str, Any]) -> None:
    found = _all_raised()
    assert ("StudentBusy", "conflicts_with") in {(kind.__name__, member) for kind, member in found}
    assert {(kind.code, member) for kind, member in found if member not in example(kind)["value"]} == set()


def test_the_schema_of_problems_describes_every_member(openapi_document: dict[str, Any]) -> None:
    described = openapi_document["components"]["schemas"]["ProblemBody"]
    own = [kind for kind in Problem.catalogue().values() if kind.__module__.startswith("app.")]
    members = {member for kind in own for member in kind.context_example}
    assert members - set(described["properties"]) == set()
    assert described["additionalProperties"] is True
    for kind in own:
        ProblemBody.model_validate(example(kind)["value"])
