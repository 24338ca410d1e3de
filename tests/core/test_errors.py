"""The catalogue of problems: complete, unambiguous, and fit for a client to switch on."""

import re
from collections.abc import Iterator
from typing import Any

from app.core.errors import Problem

CODE = re.compile(r"[a-z]+(_[a-z]+)*")
OPERATION = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE) (/api/[\w/{}-]*[\w}])")
HELPFUL = {"courses", "files", "follows", "homework", "resources", "reviews"}


def every_problem(kind: type[Problem] = Problem) -> Iterator[type[Problem]]:
    for child in kind.__subclasses__():
        if child.__module__.startswith("app."):
            yield child
            yield from every_problem(child)


def test_every_problem_has_a_code_of_its_own(openapi_document: dict[str, object]) -> None:
    """The document is asked for, so that every module with problems is loaded."""
    own = [kind for kind in every_problem() if "code" in vars(kind)]
    codes = [kind.code for kind in own]
    assert len(set(codes)) == len(codes)
    assert all(CODE.fullmatch(code) for code in codes)
    assert {kind for kind in every_problem() if "code" not in vars(kind)} == set()


def test_every_problem_says_what_it_means(openapi_document: dict[str, object]) -> None:
    for kind in every_problem():
        assert 400 <= kind.status <= 599, kind
        assert kind.title.strip().endswith("."), kind
        assert kind.hint is None or kind.hint.strip(), kind
        assert kind.__doc__, kind
        assert not kind.retryable or kind.status in {408, 409, 425, 429, 503, 504}, kind


def test_problems_of_the_studio_and_its_files_say_what_to_do_next(openapi_document: dict[str, object]) -> None:
    silent = [kind for kind in every_problem() if kind.hint is None]
    assert [kind for kind in silent if kind.__module__.split(".")[2] in HELPFUL] == []


def test_what_hints_tell_to_call_exists(openapi_document: dict[str, Any]) -> None:
    known = {
        (method.upper(), re.sub(r"{\w+}", "{}", path))
        for path, item in openapi_document["paths"].items()
        for method in item
    }
    named = {
        (method, re.sub(r"{\w+}", "{}", path))
        for kind in every_problem()
        for method, path in OPERATION.findall(kind.hint or "")
    }
    assert len(named) > 20
    assert named - known == set()


def test_the_catalogue_holds_them_all(openapi_document: dict[str, object]) -> None:
    catalogue = Problem.catalogue()
    assert set(every_problem()) <= set(catalogue.values())
    assert list(catalogue) == sorted(catalogue)
    assert all(code == kind.code for code, kind in catalogue.items())


def test_detail_is_the_title_unless_sharpened() -> None:
    class OutOfMilk(Problem):
        status, code, title = 409, "out_of_milk", "There is no milk."

    assert str(OutOfMilk()) == OutOfMilk().detail == "There is no milk."
    sharper = OutOfMilk("There is no oat milk.", alternatives=["soy"])
    assert (sharper.detail, sharper.title) == ("There is no oat milk.", "There is no milk.")
    assert sharper.context == {"alternatives": ["soy"]}
