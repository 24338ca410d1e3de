"""docs/asvs.md names every requirement that we took up, and tests that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = re.findall(
    r"^\| (\d+\.\d+\.\d+) \| (\d) \| (.+?) \| (.+?) \|$", (ROOT / "docs" / "asvs.md").read_text(), re.MULTILINE
)
WANTED = {
    1: "5.2.1 5.2.2 5.3.1 5.3.2 6.2.1 6.2.3 6.2.4 6.2.5 6.2.8 6.3.1 6.3.2 6.4.1 7.2.3 7.2.4 7.4.1 7.4.2 8.2.1 8.2.2 8.3.1 9.1.1 9.1.2 9.1.3 9.2.1",
    2: "5.2.3 5.4.1 5.4.2 6.2.9 6.2.11 6.2.12 6.3.4 6.4.3 6.5.1 6.5.5 6.6.3 6.8.1 6.8.2 7.3.1 7.3.2 7.4.3 7.4.5 7.5.1 7.5.2 8.2.3 9.2.2 9.2.3",
    3: "5.2.4 5.2.5 5.2.6 6.3.7 6.3.8 6.4.6 7.5.3 8.3.2 8.3.3",
}
"""The requirements of ASVS 5.0.0, chapters V5 to V9, that an API can meet, by level."""


@cache
def functions_of(path: str) -> frozenset[str]:
    file = ROOT / path
    body = ast.parse(file.read_text(encoding="utf-8")).body if file.is_file() else []
    return frozenset(node.name for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def missing(cell: str) -> list[str]:
    """The tests that a cell names and that are not there."""
    named = [name.partition("::") for name in re.findall(r"`([^`]+)`", cell)]
    return [
        f"{path}::{name}"
        for path, _, name in named
        if name not in functions_of(path) or not name.startswith("test_") or not path.startswith("tests/")
    ]


def test_every_requirement_has_one_row_and_its_level() -> None:
    wanted = {(number, str(level)) for level, numbers in WANTED.items() for number in numbers.split()}
    assert [row[0] for row in ROWS] == sorted({number for number, _ in wanted}, key=_in_order)
    assert {(number, level) for number, level, _, _ in ROWS} == wanted


def _in_order(number: str) -> list[int]:
    return [int(part) for part in number.split(".")]


@pytest.mark.parametrize(("number", "cell"), [(number, cell) for number, _, _, cell in ROWS])
def test_the_tests_it_names_exist(number: str, cell: str) -> None:
    assert missing(cell) == [], number


def test_a_test_that_does_not_exist_is_found() -> None:
    assert missing("`tests/architecture/test_asvs.py::test_a_test_that_does_not_exist_is_found`") == []
    for wrong in ("tests/architecture/test_asvs.py::test_nothing", "tests/none.py::test_x", "tests/conftest.py::clock"):
        assert missing(f"`{wrong}`") == [wrong]


def test_no_requirement_is_open() -> None:
    assert [number for number, _, _, cell in ROWS if not re.fullmatch(r"(`tests/\S+::test_\w+` ?)+", cell)] == []
